import { SearchError } from "../core/errors.ts";
import type { IndexInfo, SearchBackend } from "../core/search.ts";
import { emit, type SearchProgress } from "./events.ts";

/** Makes the backend that an element with a `src` searches in. */
export type BackendFactory = (
  indexUrl: URL,
  options: { readonly onProgress: (progress: SearchProgress) => void },
) => SearchBackend;

/** What an element says about where it searches. */
export interface BackendChoice extends EventTarget {
  readonly src: string;
  /** One that is not gets no backend of its own: it would outlive it. */
  readonly isConnected: boolean;
  /** One that the page made, and closes itself. */
  readonly backend: SearchBackend | undefined;
}

/** What an index holds of which a backend says nothing: one of the page's own may know less than ours. */
const NOTHING_MORE = { spaces: [], filters: [], facets: {}, sorts: [], suggestions: [] };

/** The backend of one element: the one it was given, or one of its own, made when it is first needed. */
export class BackendSource {
  readonly #choice: BackendChoice;
  readonly #create: BackendFactory | undefined;
  #own: SearchBackend | undefined;
  #info: Promise<IndexInfo> | undefined;

  constructor(choice: BackendChoice, create: BackendFactory | undefined) {
    this.#choice = choice;
    this.#create = create;
  }

  /** @throws SearchError `bad-option` when the element has neither a backend nor a `src`; `aborted` when it is gone. */
  get(): SearchBackend {
    if (this.#choice.backend) return this.#choice.backend;
    this.#own ??= this.#make();
    return this.#own;
  }

  /** Fetches what a first query needs. A failure is met again, and shown, by that query. */
  async warm(): Promise<void> {
    try {
      await this.get().warm?.();
    } catch {}
  }

  /**
   * What the index holds; asked once, and again after a failure, or when the backend was discarded.
   * @throws SearchError for want of a backend, as {@link get} does, and as `info` of the backend does.
   */
  async info(): Promise<IndexInfo> {
    this.#info ??= this.get().info();
    try {
      return { ...NOTHING_MORE, ...(await this.#info) };
    } catch (thrown) {
      this.#info = undefined;
      throw thrown;
    }
  }

  /** Closes the element's own backend, if it has one: the next is a new one. One of the page's may be another, too. */
  discard(): void {
    this.#own?.close();
    this.#own = undefined;
    this.#info = undefined;
  }

  #make(): SearchBackend {
    if (!this.#create || !this.#choice.src) throw noIndexError();
    if (!this.#choice.isConnected) throw new SearchError("aborted", "The element was taken out of the page.");
    const onProgress = (progress: SearchProgress) => emit(this.#choice, "ss-progress", progress);
    return this.#create(new URL(this.#choice.src, document.baseURI), { onProgress });
  }
}

function noIndexError(): SearchError {
  return new SearchError("bad-option", "This search has no index.", {
    remedy: 'Point its "src" attribute at the index.json that was built with the site.',
  });
}
