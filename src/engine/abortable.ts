import { SearchError } from "../core/errors.ts";

/** Settles with the promise, or rejects with `aborted` as soon as the signal fires; the work itself goes on for others. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(SearchError.from(new DOMException("Aborted", "AbortError")));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** @throws SearchError `aborted` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw SearchError.from(new DOMException("Aborted", "AbortError"));
}
