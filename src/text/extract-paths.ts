/** A path without what hosts add or take away, to compare pages by: `guide/index.html`, `/guide/` and `guide` are one. */
export function barePath(path: string): string {
  return path
    .replace(/(^|\/)index\.x?html?$/i, "$1")
    .replace(/\.x?html?$/i, "")
    .replace(/^\/+|\/+$/g, "");
}
