/** A path without what hosts add or take away, to compare pages by: `guide/index.html`, `/guide/` and `guide` are one. */
export function barePath(path: string): string {
  return path
    .replace(/(^|\/)index\.x?html?$/i, "$1")
    .replace(/\.x?html?$/i, "")
    .replace(/^\/+|\/+$/g, "");
}

/** A path as it is read; as it is where its escapes are none. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What tells one page from another whatever a host makes of its path, escaped or not. */
export function pageKey(path: string): string {
  return barePath(decodePath(path));
}
