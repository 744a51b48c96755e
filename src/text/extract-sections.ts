import type { Block, BlockKind, Section } from "../core/document.ts";
import { anchorOf } from "./extract-anchor.ts";
import { dataAttr, ownWeight, weightOf } from "./extract-attributes.ts";
import { codeText } from "./extract-code.ts";
import { attr, childElements, childrenOf, Element, findElement, findElements, hasAttr, isText } from "./extract-dom.ts";
import { flatText, isBlock, isLeftOut, isSideBySide, replacedText, type TextRules } from "./extract-flat.ts";
import { collapse } from "./extract-text.ts";

const INSETS: ReadonlySet<string> = new Set(["article", "aside", "blockquote", "details", "figure"]);

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
    const isApart = isBlock(element) || ownWeightOrNot !== undefined;
    if (isApart) this.#flush();
    this.#weight = ownWeightOrNot ?? weight;
    this.#indexedAttributes(element);
    if (INSETS.has(element.name)) this.#inset(element);
    else this.#content(element);
    if (isApart) this.#flush();
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
    else this.#inlineContent(element);
  }

  #inlineContent(element: Element): void {
    const replaced = replacedText(element);
    const gap = isSideBySide(element) ? " " : "";
    this.#inline.push(gap);
    if (replaced === undefined) this.#children(element);
    else this.#inline.push(replaced);
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
    const text = codeText(element);
    // A table of two cells, numbers and code, is how some highlighters show a listing.
    if (/^[\d\s]*$/.test(text)) return;
    const { blocks } = this.#current;
    const label = blocks.at(-1);
    if (label?.kind === "prose" && LANGUAGE_LABEL.test(label.text)) blocks.pop();
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
    return texts.some(Boolean) ? collapse(texts.join(" | ")) : "";
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
function headingLevel(element: Element): number {
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
