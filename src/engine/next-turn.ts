/** Settles when everything that was ready has run, and messages that came meanwhile. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
