/** What a run of text is; decides how it is cut into chunks and shown. */
export type BlockKind = "prose" | "code" | "table";

/** A paragraph, list item, code block or table, as plain text without markup. */
export interface Block {
  readonly kind: BlockKind;
  /** Prose and tables: white space collapsed, a table's cells joined by " | ", its rows by newlines. Code: lines kept. */
  readonly text: string;
  /** Relative weight of the block's words (`data-search-weight`), 1 when absent. */
  readonly weight?: number;
}

/** A heading and what stands under it, up to the next heading of any level. */
export interface Section {
  /** The heading's `id`, without `#`; empty for the text before the first heading. */
  readonly anchor: string;
  /** The heading as plain text; empty for the text before the first heading. */
  readonly heading: string;
  /** 1–6; 0 for the text before the first heading. */
  readonly level: number;
  /** Headings above this one, outermost first, without the page title and without its own. */
  readonly ancestors: readonly string[];
  readonly blocks: readonly Block[];
}

/** One page as read from HTML, Markdown or JSON; the input of the indexer. */
export interface PageDocument {
  /** Where the page is served, relative to the site's root, without a leading slash: `guide/`, `api.html`, `""` for the home page. */
  readonly path: string;
  readonly title: string;
  /** Breadcrumb without the page itself, outermost first. */
  readonly trail: readonly string[];
  /** BCP 47 tag, lower-case primary subtag at least (`en`, `pt-BR`); `und` when unknown. */
  readonly language: string;
  /** Absolute canonical URL if the page names one. */
  readonly canonical?: string;
  readonly description?: string;
  /** Shown with a hit: image, date, author, … */
  readonly meta: Readonly<Record<string, string>>;
  /** Facets: name → values. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Sort keys: name → value. */
  readonly sort: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}
