/** All but letters, digits, and the signs of `C++`, `C#`, `@scope`, `50%`, `$` and emojis. */
const SAYS_NOTHING = /[^\p{L}\p{N}\p{M}\p{So}\p{Sc}+#@%]+/gu;
const ACCENTED = /([\p{Script=Latin}\p{Script=Greek}])\p{Mn}+/gu;

/** A query without what makes no difference: case, width, accents of Latin and Greek letters, punctuation, white space. */
export function foldQuery(query: string): string {
  const lower = query.normalize("NFKD").toLowerCase().replace(ACCENTED, "$1").normalize("NFC").replaceAll("ß", "ss");
  return lower.replace(SAYS_NOTHING, " ").trim();
}

/** Resolves as http does, and is not what a redirect may be written with. */
const NOWHERE = "ws://site";

/**
 * Where a redirect leads to: an http(s) URL, or a path where the site's root is one; undefined for what is neither. One
 * slash at its beginning stands for the site's root, wherever on its host that is.
 *
 * @param url Absolute, or relative to the site's root.
 * @param root Absolute URL of the site's root, or its path.
 */
export function webUrl(url: string, root: string): string | undefined {
  const isPath = root.startsWith("/");
  try {
    const { protocol, href } = new URL(url.replace(/^\/(?![/\\])/, ""), isPath ? NOWHERE + root : root);
    if (/^https?:$/.test(protocol)) return href;
    return isPath && href.startsWith(`${NOWHERE}/`) ? href.slice(NOWHERE.length) : undefined;
  } catch {
    return undefined;
  }
}
