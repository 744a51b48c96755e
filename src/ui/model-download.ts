import { isAbort, SearchError } from "../core/errors.ts";
import type { IndexInfo, LoadedSpace, SearchBackend, SpaceInfo, SpaceProgress } from "../core/search.ts";
import { savesData } from "./idle.ts";
import { readStored, writeStored } from "./stored.ts";

/** Less memory than that, in GB as browsers report it, and a large model is only offered. */
const MIN_DEVICE_MEMORY = 4;
/** More bytes than that are only offered, wherever. */
const MAX_UNASKED_BYTES = 64e6;
/** Kept in the visitor's browser: the fingerprint of the model that was declined. */
const DECLINED_KEY = "semantic-search-declined-model";

/** Where a larger model stands. `none`: there is nothing to say about it. */
export type ModelState =
  | { readonly phase: "none" }
  | { readonly phase: "offered"; readonly totalBytes: number }
  | ({ readonly phase: "loading" } & SpaceProgress)
  | { readonly phase: "failed"; readonly error: SearchError };

/** What a download needs of the search it is for. */
export interface ModelDownloadHost {
  backend(): SearchBackend;
  /** What the index holds. Rejects with a `SearchError`. */
  info(): Promise<IndexInfo>;
  /** `auto`, `static`, or the id of a space. */
  model(): string;
  changed(): void;
  /** From now on searches by meaning use this space. */
  ready(space: string, loaded: LoadedSpace): void;
}

/**
 * The way of a larger model into the browser. `auto` fetches it where it costs the visitor nothing that they would mind,
 * and offers it elsewhere; whoever declines it is only offered it from then on.
 */
export class ModelDownload {
  readonly #host: ModelDownloadHost;
  #state: ModelState = { phase: "none" };
  #space: SpaceInfo | undefined;
  #controller = new AbortController();

  constructor(host: ModelDownloadHost) {
    this.#host = host;
  }

  get state(): ModelState {
    return this.#state;
  }

  /** Looks whether there is a model to fetch. */
  async start(): Promise<void> {
    const { signal } = this.#controller;
    try {
      const { spaces } = await this.#host.info();
      this.#space = choose(spaces, this.#host.model());
    } catch (thrown) {
      if (!signal.aborted) this.#fail(thrown);
    }
    if (!this.#space || signal.aborted) return;
    if (isWelcome(this.#space, this.#host.model())) await this.load();
    else this.#offer();
  }

  /** Fetches the model, because the visitor or the page wants it. */
  async load(): Promise<void> {
    const space = this.#space;
    if (!space) return this.start();
    writeStored(DECLINED_KEY);
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    const onProgress = (progress: SpaceProgress) => {
      if (!signal.aborted) this.#show({ phase: "loading", ...progress });
    };
    onProgress({ loadedBytes: 0, totalBytes: bytesOf(space) });
    try {
      const loaded = await this.#host.backend().loadSpace?.(space.id, { onProgress, signal });
      if (signal.aborted) return;
      this.#show({ phase: "none" });
      if (loaded) this.#host.ready(space.id, loaded);
    } catch (thrown) {
      if (!signal.aborted && !isAbort(thrown)) this.#fail(thrown);
    }
  }

  /** Stops the download, and remembers it. */
  decline(): void {
    this.#controller.abort();
    // Where a page may not store anything, it is declined until the next page.
    writeStored(DECLINED_KEY, this.#space?.fingerprint);
    this.#offer();
  }

  /** Forgets the index it was for. */
  reset(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
    this.#space = undefined;
    this.#show({ phase: "none" });
  }

  #offer(): void {
    if (this.#space) this.#show({ phase: "offered", totalBytes: bytesOf(this.#space) });
  }

  #fail(thrown: unknown): void {
    this.#show({ phase: "failed", error: SearchError.from(thrown) });
  }

  #show(state: ModelState): void {
    this.#state = state;
    this.#host.changed();
  }
}

/** @throws SearchError `bad-option` for a space that the index does not have. */
function choose(spaces: readonly SpaceInfo[], model: string): SpaceInfo | undefined {
  const space = model === "auto" ? spaces.findLast(({ download }) => download) : spaces.find(({ id }) => id === model);
  if (space || model === "auto") return space?.download && space;
  throw new SearchError("bad-option", `The index has no model "${model}".`, {
    remedy: `Set "model" to auto or to one of: ${spaces.map(({ id }) => id).join(", ")}.`,
  });
}

/** Whether a visitor would not mind that a model is fetched without being asked. */
function isWelcome({ download, fingerprint }: SpaceInfo, model: string): boolean {
  if (readStored(DECLINED_KEY) === fingerprint) return false;
  if (model !== "auto" || download?.cached) return true;
  const { connection, deviceMemory = MIN_DEVICE_MEMORY } = navigator as NavigatorHints;
  const isSlow = savesData() || /2g|3g/.test(connection?.effectiveType ?? "");
  return !isSlow && deviceMemory >= MIN_DEVICE_MEMORY && (download?.bytes ?? 0) <= MAX_UNASKED_BYTES;
}

function bytesOf({ download }: SpaceInfo): number {
  return download?.bytes ?? 0;
}

/** What browsers other than Chromium do not tell. */
interface NavigatorHints {
  readonly deviceMemory?: number;
  readonly connection?: { readonly effectiveType?: string };
}
