import { SearchError } from "../core/errors.ts";
import type { ModelDownload, ModelDownloadHost } from "./model-download.ts";
import { modelLine } from "./model-line.ts";
import type { Strings } from "./strings.ts";

/** What a larger model needs of the search it is for. */
export interface LargerModelHost extends ModelDownloadHost {
  /** Its code could not be loaded. */
  failed(error: SearchError): void;
}

/** The larger model of one search. Its code is fetched where the index has one or the page names one, and nothing otherwise. */
export class LargerModel {
  readonly #host: LargerModelHost;
  #download: ModelDownload | undefined;
  /** There from the start until it is reset. */
  #controller: AbortController | undefined;

  constructor(host: LargerModelHost) {
    this.#host = host;
  }

  /** Looks whether there is a model to fetch; once, until it is reset. */
  async start(): Promise<void> {
    if (this.#controller || this.#host.model() === "static") return;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    try {
      const isNamed = this.#host.model() !== "auto";
      const hasAny = isNamed || (await this.#host.info()).spaces.some(({ download }) => download);
      if (!hasAny) return;
      const { ModelDownload } = await import("./model-download.ts");
      if (signal.aborted) return;
      this.#download ??= new ModelDownload(this.#host);
      await this.#download.start();
    } catch (cause) {
      if (signal.aborted) return;
      this.#controller = undefined;
      this.#host.failed(new SearchError("network", "The larger model could not be loaded.", { cause }));
    }
  }

  /** Forgets the index it was for. */
  reset(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#download?.reset();
  }

  /** The line about it, if there is something to say. */
  render(strings: Strings): unknown {
    const download = this.#download;
    return download && modelLine(download.state, strings, download);
  }
}
