import { SearchError } from "../core/errors.ts";
import { type Attempt, isTransient, type RetryOptions, withRetries } from "../core/retry.ts";

/** A file of a repository, as far as the hub's listing says. */
export interface HubFile {
  readonly bytes?: number | undefined;
  /** Hex SHA-256 of a file in large file storage. */
  readonly sha256?: string | undefined;
  /** Hex SHA-1 by which git knows any other. */
  readonly gitSha1?: string | undefined;
}

/** What a repository holds at one commit. */
export interface HubListing {
  readonly commit: string;
  readonly files: ReadonlyMap<string, HubFile>;
}

/** An answer, once redirects are followed. */
export interface HubResponse {
  readonly response: Response;
  /** The hub's own word on the SHA-256 of what another server sends. */
  readonly sha256: string | undefined;
}

/** A model at one of its revisions: a branch, a tag or a commit. */
export interface ModelRevision {
  readonly id: string;
  readonly revision: string;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Speaks the protocol of the Hugging Face hub and of its mirrors. */
export class HubClient {
  readonly #endpoint: string;
  readonly #token: string | undefined;

  /**
   * @param endpoint URL of the hub.
   * @param token Sent to the origin of `endpoint` alone; the servers that it redirects to get none.
   * @throws SearchError `bad-option` when the endpoint is not a URL.
   */
  constructor(endpoint: string, token: string | undefined) {
    if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint)) {
      throw new SearchError("bad-option", `The hub's address "${endpoint}" is not a URL.`, {
        remedy: "Give HF_ENDPOINT as https://….",
      });
    }
    this.#endpoint = endpoint.replace(/\/+$/, "");
    this.#token = token;
  }

  /** URL of a file at a commit. */
  fileUrl({ id, revision }: ModelRevision, name: string): string {
    const path = name.split("/").map(encodeURIComponent).join("/");
    return `${this.#endpoint}/${id}/resolve/${encodeURIComponent(revision)}/${path}`;
  }

  /**
   * The files of a model.
   * @throws SearchError `not-found`, `denied`, `network`.
   */
  async list(model: ModelRevision, retry: RetryOptions): Promise<HubListing> {
    const { id, revision } = model;
    const url = `${this.#endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
    return withRetries(async (): Promise<Attempt<HubListing>> => {
      try {
        const { response } = await this.get(url, { signal: retry.signal });
        if (response.ok) return { value: readListing(await response.json(), url) };
        const error = await this.statusError(response, model);
        if (!isTransient(response.status)) throw error;
        return { error, retryAfter: response.headers.get("Retry-After") };
      } catch (cause) {
        if (cause instanceof SearchError || retry.signal?.aborted) throw cause;
        return { error: connectionError(url, cause) };
      }
    }, retry);
  }

  /** One GET, with redirects followed. Rejects as `fetch` does. */
  async get(
    url: string,
    { headers = {}, signal }: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal | undefined },
  ): Promise<HubResponse> {
    const hub = new URL(this.#endpoint).origin;
    let target = new URL(url);
    let sha256: string | undefined;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const isHub = target.origin === hub;
      const authorization = isHub && this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
      const response = await fetch(target, {
        // As it is: a range of a compressed file is of no use.
        headers: { "Accept-Encoding": "identity", ...headers, ...authorization },
        redirect: "manual",
        signal: signal ?? null,
      });
      if (isHub) sha256 ??= /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(response.headers.get("X-Linked-Etag") ?? "")?.[1];
      const location = response.headers.get("Location");
      if (!REDIRECTS.includes(response.status) || location === null) return { response, sha256 };
      await response.body?.cancel();
      target = new URL(location, target);
    }
    throw new SearchError("network", `${url} redirects more than ${MAX_REDIRECTS} times.`, {
      remedy: "Check HF_ENDPOINT.",
      file: url,
    });
  }

  /** What an answer other than 2xx means. Reads the answer to its end. */
  async statusError(response: Response, { id, revision }: ModelRevision, name?: string): Promise<SearchError> {
    const said = response.headers.get("X-Error-Message") ?? "";
    const kind = response.headers.get("X-Error-Code");
    await response.body?.cancel();
    const { status, url } = response;
    const token = this.#token ? "the token in HF_TOKEN may read it" : "set HF_TOKEN to a token that may read it";
    if (status === 403 || kind === "GatedRepo") {
      return new SearchError("denied", `${this.#endpoint} does not give out the model "${id}". ${said}`.trim(), {
        remedy: `Accept its terms at ${this.#endpoint}/${id} if it has some, and see that ${token}.`,
        file: url,
      });
    }
    if (kind === "RevisionNotFound") {
      return new SearchError("not-found", `The model "${id}" has no revision "${revision}".`, {
        remedy: "Give a branch, a tag or a commit that its page on the hub lists.",
        file: url,
      });
    }
    if (status === 401 || status === 404) {
      const what = name === undefined ? `knows no model "${id}"` : `has no file ${name} of "${id}"`;
      return new SearchError("not-found", `${this.#endpoint} ${what} (${status}), or hides it.`, {
        remedy: `Check the name and the revision; if the model is private, ${this.#token ? `see that ${token}` : token}.`,
        file: url,
      });
    }
    return new SearchError("network", `${url} answered ${status} ${response.statusText}. ${said}`.trim(), {
      remedy: OFFLINE_REMEDY,
      file: url,
    });
  }
}

const OFFLINE_REMEDY =
  "Check the connection and try again: what has arrived is kept. Without one, give a folder of models with --models-from.";

/** What a rejected `fetch`, or a body that broke off, means. */
export function connectionError(url: string, cause: unknown): SearchError {
  return new SearchError("network", `${url} could not be loaded: ${reasonOf(cause)}.`, {
    remedy: OFFLINE_REMEDY,
    file: url,
    cause,
  });
}

/** Node hides why under "fetch failed" or "terminated". */
function reasonOf(thrown: unknown): string {
  const { cause, message } = thrown as Error;
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}

function readListing(json: unknown, url: string): HubListing {
  const { sha, siblings } = (json ?? {}) as { readonly sha?: unknown; readonly siblings?: unknown };
  if (typeof sha !== "string" || !/^[0-9a-f]{40,64}$/.test(sha) || !Array.isArray(siblings)) {
    throw new SearchError("network", `${url} did not answer with a listing of the model's files.`, {
      remedy: "Check HF_ENDPOINT: it must be the address of a Hugging Face hub or a mirror of it.",
      file: url,
    });
  }
  return { commit: sha, files: new Map((siblings as readonly Sibling[]).filter(hasPlainName).map(readSibling)) };
}

/** A file as the hub lists it. */
interface Sibling {
  readonly rfilename: string;
  readonly size?: number;
  readonly blobId?: string;
  readonly lfs?: { readonly sha256?: string; readonly size?: number };
}

/** A name that stays within the folder it is put in. */
function hasPlainName({ rfilename }: Sibling): boolean {
  return typeof rfilename === "string" && !/\\|(?:^|\/)(?:\.{0,2}$|\.{0,2}\/)/.test(rfilename);
}

function readSibling({ rfilename, size, blobId, lfs }: Sibling): [string, HubFile] {
  return [rfilename, { bytes: lfs?.size ?? size, sha256: lfs?.sha256, gitSha1: lfs ? undefined : blobId }];
}
