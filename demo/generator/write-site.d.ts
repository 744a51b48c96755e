/**
 * Write the documentation site: Markdown in, HTML out. What stood in the folder before is removed.
 * `base` is the path that the site is served below, `/` by default.
 */
export function writeSite(options: { readonly out: string; readonly base?: string }): Promise<void>;
