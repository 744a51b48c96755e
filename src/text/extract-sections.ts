import type { Block, BlockKind, Section } from "../core/document.ts";
import { anchorOf } from "./extract-anchor.ts";
import { dataAttr, ignoredPart, ownWeight, weightOf } from "./extract-attributes.ts";
import { isChrome, isLineNumber } from "./extract-chrome.ts";
import {
  type AnyNode,
  attr,
  childElements,
  childrenOf,
  Element,
  findElement,
  findElements,
  hasAttr,
  isText,
  rawText,
} from "./extract-dom.ts";
import type { Measures } from "./extract-measure.ts";
import { collapse, tidyCode } from "./extract-text.ts";

const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
   form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td
   tfoot th thead tr ul`.split(/\s+/),
);

const INSETS: ReadonlySet<string> = new Set(["article", "aside", "blockquote", "details", "figure"]);

/** What decides which elements have text of the page. */
export interface TextRules {
  readonly measures: Measures;
  /** Elements that the caller leaves out. */
  readonly ignored: ReadonlySet<Element>;
}

/** Whether an element and all below it stays out of the text. */
export function isLeftOut(element: Element, { measures, ignored }: TextRules): boolean {
  return ignored.has(element) || ignoredPart(element) !== "none" || isChrome(element, measures);
}

/** An element's own text on one line, as a reader sees it. */
export function flatText(element: Element, rules: TextRules): string {
  const out: string[] = [];
  pushFlat(element, rules, out);
  return collapse(out.join(""));
}

function pushFlat(node: AnyNode, rules: TextRules, out: string[]): void {
  if (isText(node)) out.push(node.data);
  if (!(node instanceof Element)) return;
  for (const child of childrenOf(node)) {
    if (!(child instanceof Element)) {
      pushFlat(child, rules, out);
    } else if (!isLeftOut(child, rules)) {
      const gap = BLOCKS.has(child.name) || isSideBySide(child) ? " " : "";
      out.push(gap);
      if (!pushReplaced(child, out)) pushFlat(child, rules, out);
      out.push(gap);
    }
  }
}

/** Elements that stand for text other than their children's. */
function pushReplaced(element: Element, out: string[]): boolean {
  if (element.name === "br") out.push(" ");
  else if (element.name === "img") out.push(altText(element));
  else if (element.name === "math") out.push(mathText(element));
  else return false;
  return true;
}

/** A content image's description; none for a decoration or a file name. */
function altText(image: Element): string {
  const alt = attr(image, "alt") ?? "";
  return attr(image, "role") === "presentation" || NO_DESCRIPTION.test(alt) ? "" : ` ${alt} `;
}

/** A file name or a URL. */
const NO_DESCRIPTION = /^\S+\.(png|jpe?g|gif|svg|webp|avif)$|https?(:|%3A)/i;

/** TeX where a formula carries it, else its letters and signs. */
function mathText(math: Element): string {
  const tex = findElement(
    math,
    (element) => element.name === "annotation" && /tex/i.test(attr(element, "encoding") ?? ""),
  );
  return tex ? rawText(tex) : (attr(math, "alttext") ?? rawText(math));
}

const CONTAINERS: ReadonlySet<string> = new Set(["div", "nav", "section", "header", "menu"]);

/**
 * Links that fill a container, or spans that fill an `h1`, with no text between: style sheets set them apart.
 * Anywhere else an inline element never parts two words.
 */
function isSideBySide(element: Element): boolean {
  const parent = element.parent;
  if (!(parent instanceof Element)) return false;
  const isLinkInBox = element.name === "a" && CONTAINERS.has(parent.name);
  const isSpanInTitle = element.name === "span" && parent.name === "h1" && hasAttr(element, "class");
  if (!isLinkInBox && !isSpanInTitle) return false;
  return hasNoText(parent);
}

/** Asked by every child, answered once. */
const textless = new WeakMap<Element, boolean>();

function hasNoText(parent: Element): boolean {
  const known = textless.get(parent);
  if (known !== undefined) return known;
  const answer = childrenOf(parent).every((node) => !isText(node) || node.data.trim() === "");
  textless.set(parent, answer);
  return answer;
}

/** A paragraph of one language's name before code is the code's label. */
const LANGUAGE_LABEL =
  /^(bash|c|c\+\+|c#|console|css|diff|go|graphql|html|ini|java|javascript|js|json|jsonc|jsx|kotlin|less|markdown|md|mdx|php|powershell|python|ruby|rust|sass|scss|sh|shell|sql|svelte|swift|terminal|text|toml|ts|tsx|txt|typescript|vue|xml|yaml|yml)$/i;

/** What {@link readSections} needs besides the rules. */
export interface SectionOptions extends TextRules {
  /** The heading that is the page's title: it opens no section of its own. */
  readonly title: Element | undefined;
}

/**
 * The sections of a page's content. The first has no heading and holds what stands before the first heading, the title
 * aside; it is left out when empty. A heading without text is passed over.
 */
export function readSections(content: readonly Element[], options: SectionOptions): Section[] {
  const reader = new SectionReader(options);
  for (const element of content) reader.read(element);
  return reader.sections();
}

interface Draft extends Section {
  readonly blocks: Block[];
}

class SectionReader {
  readonly #options: SectionOptions;
  readonly #intro: Draft = { anchor: "", heading: "", level: 0, ancestors: [], blocks: [] };
  readonly #drafts: Draft[] = [this.#intro];
  /** Open headings, outermost first. */
  #path: Draft[] = [];
  #current = this.#intro;
  #inline: string[] = [];
  #weight = 1;
  /** Level of the heading whose section is excluded, 0 when none is. */
  #excludedLevel = 0;

  constructor(options: SectionOptions) {
    this.#options = options;
  }

  sections(): Section[] {
    return this.#drafts.filter((draft) => draft.heading !== "" || draft.blocks.length > 0);
  }

  read(content: Element): void {
    this.#weight = weightOf(content);
    this.#children(content);
    this.#flush();
  }

  #children(element: Element): void {
    for (const child of childrenOf(element)) {
      if (isText(child)) this.#inline.push(child.data);
      else if (child instanceof Element) this.#element(child);
    }
  }

  #element(element: Element): void {
    if (isLeftOut(element, this.#options)) return;
    const weight = this.#weight;
    const ownWeightOrNot = ownWeight(element);
    const isBlock = BLOCKS.has(element.name) || ownWeightOrNot !== undefined;
    if (isBlock) this.#flush();
    this.#weight = ownWeightOrNot ?? weight;
    this.#indexedAttributes(element);
    if (INSETS.has(element.name)) this.#inset(element);
    else this.#content(element);
    if (isBlock) this.#flush();
    this.#weight = weight;
  }

  /** Headings inside of a card or a box open no section for what follows it. */
  #inset(element: Element): void {
    const current = this.#current;
    const path = [...this.#path];
    this.#content(element);
    this.#flush();
    this.#current = current;
    this.#path = path;
  }

  #content(element: Element): void {
    const level = headingLevel(element);
    if (level > 0) this.#heading(element, level);
    else if (element.name === "pre") this.#code(element);
    else if (element.name === "table" && isDataTable(element)) this.#table(element);
    else if (!pushReplaced(element, this.#inline)) this.#spaced(element);
  }

  #spaced(element: Element): void {
    const gap = isSideBySide(element) ? " " : "";
    this.#inline.push(gap);
    this.#children(element);
    this.#inline.push(gap);
  }

  #heading(element: Element, level: number): void {
    if (element === this.#options.title) {
      this.#current = this.#intro;
      return;
    }
    if (this.#excludedLevel >= level) this.#excludedLevel = 0;
    const heading = flatText(element, this.#options);
    if (heading === "" || this.#excludedLevel > 0) return;
    if (hasAttr(element, "data-search-exclude")) this.#excludedLevel = level;
    else this.#open(heading, level, anchorOf(element));
  }

  #open(heading: string, level: number, anchor: string): void {
    while ((this.#path.at(-1)?.level ?? 0) >= level) this.#path.pop();
    const ancestors = this.#path.map((draft) => draft.heading);
    this.#current = { anchor, heading, level, ancestors, blocks: [] };
    this.#path.push(this.#current);
    this.#drafts.push(this.#current);
  }

  #code(element: Element): void {
    const lines: string[] = [];
    pushCode(element, lines);
    const text = tidyCode(lines.join(""));
    // A table of two cells, numbers and code, is how some highlighters show a listing.
    if (/^[\d\s]*$/.test(text)) return;
    const { blocks } = this.#current;
    if (LANGUAGE_LABEL.test(blocks.at(-1)?.text ?? "")) blocks.pop();
    this.#push("code", text);
  }

  #table(element: Element): void {
    const caption = childElements(element).find(({ name }) => name === "caption");
    if (caption) this.#push("prose", flatText(caption, this.#options));
    const rows = findElements(element, ({ name }) => name === "tr").map((row) => this.#row(row));
    this.#push("table", rows.filter(Boolean).join("\n"));
  }

  #row(row: Element): string {
    if (isLeftOut(row, this.#options)) return "";
    const cells = childElements(row).filter((cell) => !isLeftOut(cell, this.#options));
    const texts = cells.map((cell) => flatText(cell, this.#options));
    return texts.some(Boolean) ? texts.join(" | ").trim() : "";
  }

  #indexedAttributes(element: Element): void {
    const names = dataAttr(element, "index-attrs")?.split(",") ?? [];
    for (const name of names) {
      const value = attr(element, name.trim().toLowerCase());
      if (!value) continue;
      this.#flush();
      this.#push("prose", collapse(value));
    }
  }

  #flush(): void {
    const text = collapse(this.#inline.join(""));
    this.#inline = [];
    this.#push("prose", text);
  }

  #push(kind: BlockKind, text: string): void {
    if (text === "" || this.#excludedLevel > 0) return;
    this.#current.blocks.push(this.#weight === 1 ? { kind, text } : { kind, text, weight: this.#weight });
  }
}

/** 1–6 for a heading, 0 for anything else. */
export function headingLevel(element: Element): number {
  if (/^h[1-6]$/.test(element.name)) return Number(element.name[1]);
  if (attr(element, "role") !== "heading") return 0;
  const level = Number.parseInt(attr(element, "aria-level") ?? "2", 10);
  return level >= 1 && level <= 6 ? level : 2;
}

/** A table for layout holds headings, code or tables of its own: its cells are read as blocks. */
function isDataTable(table: Element): boolean {
  if (attr(table, "role") === "presentation") return false;
  return !findElement(table, ({ name }) => name === "table" || name === "pre" || /^h[1-6]$/.test(name));
}

/** Code as written: block elements are lines, spans never part anything. */
function pushCode(element: Element, out: string[]): void {
  for (const child of childrenOf(element)) {
    if (isText(child)) out.push(child.data);
    else if (child instanceof Element) pushCodeElement(child, out);
  }
}

function pushCodeElement(element: Element, out: string[]): void {
  if (isLineNumber(element) || isSilentInCode(element)) return;
  if (element.name === "br") {
    out.push("\n");
    return;
  }
  const isLine = BLOCKS.has(element.name);
  if (isLine) breakLine(out);
  pushCode(element, out);
  if (isLine) breakLine(out);
}

function isSilentInCode(element: Element): boolean {
  return (
    element.name === "button" ||
    element.name === "template" ||
    attr(element, "aria-hidden") === "true" ||
    hasAttr(element, "hidden")
  );
}

function breakLine(out: string[]): void {
  const last = out.findLast((text) => text !== "");
  if (last !== undefined && !last.endsWith("\n")) out.push("\n");
}
