/** For browsers that do not tell when they are idle. */
const LATER_MS = 500;

/** Calls back when the browser has nothing to do for the visitor. */
export function whenIdle(callback: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(callback);
  else setTimeout(callback, LATER_MS);
}

/** Whether the visitor wants to save data, as far as the browser tells. */
export function savesData(): boolean {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
