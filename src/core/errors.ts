/**
 * Stable identifiers of everything that can go wrong. New codes may be added; existing ones keep their meaning.
 */
export const ERROR_CODES = [
  "aborted",
  "bad-option",
  "config-invalid",
  "denied",
  "device-lost",
  "file-invalid",
  "file-missing",
  "file-version",
  "index-invalid",
  "model-mismatch",
  "network",
  "no-pages",
  "not-found",
  "page-invalid",
  "queries-invalid",
  "storage",
  "too-few-pairs",
  "worker-crashed",
  "internal",
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What crosses a worker boundary in place of an error; see {@link SearchError.fromJSON}. */
export interface SearchErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy?: string;
  readonly file?: string;
}

/** Fields of a {@link SearchError} beyond its code and message. */
export interface SearchErrorOptions {
  /** What the reader can do about it, as one imperative sentence. */
  readonly remedy?: string | undefined;
  /** The file, page or URL at fault. */
  readonly file?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class of this package. `message` says what happened, what was got and what was expected;
 * `remedy` says what to do about it. Survives `postMessage` by way of {@link SearchError.toJSON}.
 */
export class SearchError extends Error {
  override readonly name = "SearchError";
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly file: string | undefined;

  constructor(code: ErrorCode, message: string, { remedy, file, cause }: SearchErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.remedy = remedy;
    this.file = file;
  }

  /** A structured-cloneable copy. The stack and the cause stay behind. */
  toJSON(): SearchErrorJson {
    const { code, message, remedy, file } = this;
    return { code, message, ...(remedy && { remedy }), ...(file && { file }) };
  }

  /** The inverse of {@link SearchError.toJSON}; an unknown code becomes `internal`. */
  static fromJSON(json: SearchErrorJson): SearchError {
    const code = ERROR_CODES.includes(json.code) ? json.code : "internal";
    return new SearchError(code, json.message, json);
  }

  /** Any thrown value as a `SearchError`: itself, its like, `aborted` for an abort, else `internal` with the value as cause. */
  static from(thrown: unknown): SearchError {
    if (thrown instanceof SearchError) return thrown;
    if (isAbort(thrown)) return new SearchError("aborted", "The request was aborted.", { cause: thrown });
    if (isSearchError(thrown)) return SearchError.fromJSON(thrown);
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new SearchError("internal", message, { cause: thrown });
  }
}

/** Whether a thrown value is an abort: a `DOMException` named `AbortError`, or our own `aborted`. */
export function isAbort(thrown: unknown): boolean {
  if (isSearchError(thrown)) return thrown.code === "aborted";
  return thrown instanceof Error && thrown.name === "AbortError";
}

/** Also one of another copy of this package, which two scripts of a page may each bring along. */
function isSearchError(thrown: unknown): thrown is Error & SearchErrorJson {
  return thrown instanceof Error && thrown.name === "SearchError";
}
