/** How files become URLs. */
export interface PathOptions {
  /** Drop the `.html` of page paths. Default false. */
  readonly cleanUrls?: boolean | undefined;
}

/**
 * Where a host serves a file, relative to the site's root: `guide/index.html` → `guide/`, `index.html` → ``,
 * `api.html` → `api.html`, or `api` with `cleanUrls`. Signs that mean something else in a URL (`% ? # \`) are escaped.
 */
export function pagePath(file: string, { cleanUrls = false }: PathOptions = {}): string {
  const path = file.replace(/(^|\/)index\.(x?html?)$/i, "$1");
  return escapePath(cleanUrls ? path.replace(/\.x?html?$/i, "") : path);
}

/** Where generators serve a Markdown file: as the HTML file of the same name, a `README` as the folder's index. */
export function markdownPath(file: string, options: PathOptions = {}): string {
  const html = file.replace(/\.(md|mdx|markdown|mdoc)$/i, ".html").replace(/(^|\/)readme\.html$/i, "$1index.html");
  return pagePath(html, options);
}

function escapePath(path: string): string {
  return path.replace(/[%?#\\]/g, encodeURIComponent);
}
