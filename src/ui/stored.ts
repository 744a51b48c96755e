/** What this browser keeps under a key, parsed; undefined for nothing, for what is no JSON, and where a page may not look. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "");
  } catch {
    return undefined;
  }
}

/** Keeps a value as JSON, or removes what was kept. Where the browser refuses, it is as if nothing had been kept. */
export function writeStored(key: string, value?: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {}
}
