/** Longest wait between two attempts, whatever a server asks for. */
const MAX_DELAY_MS = 60_000;

/** Whether the same request may be answered later: too many of them, or a fault of the server's. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}

/**
 * Milliseconds to wait after a failure: what the server asks for in `Retry-After` (RFC 9110 §10.2.3: seconds or a date),
 * else `baseMs` doubled with each failure; at most a minute.
 *
 * @param failures How many there were in a row, from 1.
 */
export function retryDelay(
  failures: number,
  { baseMs, retryAfter }: { readonly baseMs: number; readonly retryAfter?: string | null | undefined },
): number {
  const asked = retryAfter ? Number(retryAfter) * 1000 : Number.NaN;
  const until = retryAfter && Number.isNaN(asked) ? Date.parse(retryAfter) - Date.now() : asked;
  const delay = Number.isNaN(until) ? baseMs * 2 ** (failures - 1) : until;
  return Math.min(Math.max(delay, 0), MAX_DELAY_MS);
}

/** Resolves after some time; rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

/** What an attempt came to: its value, or why it failed in a way that may pass. An attempt that cannot succeed throws. */
export type Attempt<T> =
  | { readonly value: T }
  | {
      readonly error: Error;
      readonly retryAfter?: string | null | undefined;
      /** Whether it got further than the one before, which makes it the first failure again. */
      readonly progressed?: boolean;
    };

/** Options of {@link withRetries}. */
export interface RetryOptions {
  /** Attempts after the first. */
  readonly retries: number;
  /** Wait before the first of them. */
  readonly baseMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Make attempts until one succeeds.
 * @throws The last attempt's error, what an attempt throws, or the signal's reason.
 */
export async function withRetries<T>(
  attempt: () => Promise<Attempt<T>>,
  { retries, baseMs, signal }: RetryOptions,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    const outcome = await attempt();
    if ("value" in outcome) return outcome.value;
    if (outcome.progressed) failures = 1;
    if (failures > retries) throw outcome.error;
    await sleep(retryDelay(failures, { baseMs, retryAfter: outcome.retryAfter }), signal);
  }
}
