/**
 * What is only there for the reader, taken out of Lit's templates: to a minifier they are strings. Each function takes one
 * piece of a template's source, between two values.
 */

/** Comments, spaces that separate nothing, last semicolons and leading zeros; strings stay as they are. */
export function minifyCss(css: string): string {
  return css.replace(
    /("[^"]*")|\/\*[\s\S]*?\*\/\s*|\s*;?\s*(\})\s*|\s*([{;,>])\s*|(:)\s+|(\s)\s*|\b0(?=\.\d)/g,
    (_, string = "", end = "", sign = "", colon = "", space = "") => string + end + sign + colon + (space && " "),
  );
}

/** Line breaks and indentation: a browser shows each as one space, and so it stays. */
export function minifyHtml(html: string): string {
  return html.replace(/\s*\n\s*/g, " ");
}
