import { SearchError } from "./errors.ts";

/** Something to do that stops when its signal fires. */
export type Task = (signal: AbortSignal) => Promise<void>;

/**
 * Run tasks in their order, some at a time. When one fails or the signal fires, those that run are stopped, and no other
 * begins.
 *
 * @throws SearchError The first failure, or `aborted`.
 */
export async function runParallel(
  tasks: readonly Task[],
  { parallel, signal }: { readonly parallel: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const waiting = tasks.values();
  const work = async () => {
    for (const task of waiting) {
      controller.signal.throwIfAborted();
      await task(controller.signal);
    }
    controller.signal.throwIfAborted();
  };
  try {
    await Promise.all(Array.from({ length: parallel }, work));
  } catch (error) {
    throw SearchError.from(error);
  } finally {
    stop();
    signal?.removeEventListener("abort", stop);
  }
}
