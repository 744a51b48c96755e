/** The tag sets of the HTML standard that decide where elements end; see `parseHtml`. */

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Without content and end tag. */
export const VOID = words("area base basefont br col embed frame hr img input keygen link meta param source track wbr");

/** "Special" elements of the HTML standard: an end tag of an inline element never closes them. */
export const SPECIAL = words(
  "address article aside blockquote body button caption center details dd dir div dl dt fieldset figcaption figure " +
    "footer form h1 h2 h3 h4 h5 h6 head header hgroup html iframe li main menu nav noscript object ol p pre search " +
    "section select summary table tbody td template tfoot th thead title tr ul",
);

/** Whose start ends an open paragraph. */
export const CLOSE_P = words(
  "address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form " +
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre search section table ul",
);
/** Whose end tags close one another. */
export const HEADINGS = words("h1 h2 h3 h4 h5 h6");
/** Whose end tags reach through cells. */
export const TABLE_PARTS = words("table caption colgroup thead tbody tfoot tr td th");
/** An end tag of a block closes nothing outside of these. */
export const SCOPE = words("table td th caption template object button");
/** Nor one of a table's part outside of these. */
export const TABLE_SCOPE = words("table template");
const LIST_SCOPE = new Set([...SPECIAL].filter((name) => !["address", "div", "p", "li", "dd", "dt"].includes(name)));

/** The paragraph alone. */
export const P = words("p");
/** The link alone. */
export const A = words("a");

/** Elements with rules of their own. */
export const FOREIGN = words("svg math");
/** Inside these children of SVG and MathML, HTML rules hold again. */
export const HTML_IN_FOREIGN = words("foreignobject annotation-xml mi mo mn ms mtext desc title");
/** HTML that can stand in no drawing: it ends one that was never closed. */
export const BREAKOUT = new Set([...CLOSE_P, ...words("b body br code em i img li pre span strong sub sup")]);

/** What a start tag closes when its end tag was left out, and where the search for it ends. */
interface ImpliedEnd {
  readonly closes: ReadonlySet<string>;
  readonly within: ReadonlySet<string>;
}

/** By the name of the start tag. */
export const IMPLIED_ENDS: ReadonlyMap<string, ImpliedEnd> = new Map([
  ["li", { closes: words("li"), within: LIST_SCOPE }],
  ["dt", { closes: words("dt dd"), within: LIST_SCOPE }],
  ["dd", { closes: words("dt dd"), within: LIST_SCOPE }],
  ["option", { closes: words("option"), within: words("select datalist optgroup") }],
  ["optgroup", { closes: words("optgroup option"), within: words("select") }],
  ["td", { closes: words("td th"), within: words("tr table template") }],
  ["th", { closes: words("td th"), within: words("tr table template") }],
  ["tr", { closes: words("tr caption colgroup"), within: TABLE_SCOPE }],
  ["thead", { closes: words("thead tbody tfoot caption colgroup"), within: TABLE_SCOPE }],
  ["tbody", { closes: words("thead tbody tfoot caption colgroup"), within: TABLE_SCOPE }],
  ["tfoot", { closes: words("thead tbody tfoot caption colgroup"), within: TABLE_SCOPE }],
  ["rt", { closes: words("rt rp"), within: words("ruby") }],
  ["rp", { closes: words("rt rp"), within: words("ruby") }],
  ["body", { closes: words("head"), within: words("html") }],
]);
