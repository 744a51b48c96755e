import type { Excerpt } from "../core/search.ts";
import { type Row, rowUrl } from "./rows.ts";

/** Words beside the marked one that pin down which occurrence is meant. */
const CONTEXT_WORDS = 2;
/** A marked passage of more words than this is named by its first and last words. */
const WHOLE_WORDS = 6;
/** Longest context that is still worth matching; text without spaces exceeds it. */
const MAX_CONTEXT_CHARS = 40;

/** Where a browser knows no text fragments, one is taken for a part of the anchor, which is then not found. */
const KNOWS_FRAGMENTS = globalThis.document && "fragmentDirective" in document;

/** What of a row's address can be chosen. */
export interface HrefOptions {
  /** Whether to link to the passage, not only to the section. Default true. */
  readonly textFragments?: boolean | undefined;
  /** Whether the browser knows text fragments. */
  readonly supported?: boolean | undefined;
}

/**
 * The address that a row leads to, as {@link safeUrl} has it, with a text fragment to the passage shown where the browser knows
 * such.
 */
export function rowHref(
  row: Row,
  { textFragments = true, supported = KNOWS_FRAGMENTS }: HrefOptions = {},
): string | null {
  const url = safeUrl(rowUrl(row));
  if (!url) return null;
  const directive = supported && textFragments ? rowDirective(row) : "";
  if (!directive) return url.href;
  return `${url.href}${url.hash ? "" : "#"}:~:${directive}`;
}

/** The text directive of the passage that a row shows; empty when nothing in it is marked. */
export function rowDirective({ section }: Row): string {
  return section ? textDirective(section.excerpt) : "";
}

/** `text=prefix-,start,end,-suffix` of an excerpt's first mark, empty when nothing is marked. */
export function textDirective({ text, marks }: Excerpt): string {
  const mark = marks[0];
  if (!mark) return "";
  const start = text.slice(0, mark[0]).search(/[\p{L}\p{N}]*$/u);
  const end = mark[1] + text.slice(mark[1]).search(/(?![\p{L}\p{N}])/u);
  const words = text.slice(start, end).trim().split(/\s+/);
  if (words.length > WHOLE_WORDS) {
    return `text=${encode(words.slice(0, WHOLE_WORDS / 2))},${encode(words.slice(-WHOLE_WORDS / 2))}`;
  }
  const prefix = encode(context(text.slice(0, start), -CONTEXT_WORDS));
  const suffix = encode(context(text.slice(end), CONTEXT_WORDS));
  return `text=${prefix && `${prefix}-,`}${encode(words)}${suffix && `,-${suffix}`}`;
}

/**
 * An address of an index, made absolute. Null unless it is a web address (or a file beside a page that is itself a file):
 * an index is data, and data must not be able to run a script.
 */
export function safeUrl(href: string): URL | null {
  const url = URL.parse ? URL.parse(href, document.baseURI) : parseUrl(href);
  const fromFile = url?.protocol === "file:" && location.protocol === "file:";
  return url && (/^https?:$/.test(url.protocol) || fromFile) ? url : null;
}

function parseUrl(href: string): URL | null {
  try {
    return new URL(href, document.baseURI);
  } catch {
    return null;
  }
}

/** The nearest whole words: the last of the text before (`count` < 0) or the first of the text after. */
function context(text: string, count: number): string[] {
  const clean = text.replace(/^…|…$/g, " ");
  const words = clean.trim().split(/\s+/);
  const near = count < 0 ? words.slice(count) : words.slice(0, count);
  return near.join(" ").length > MAX_CONTEXT_CHARS ? [] : near;
}

/** A comma, an ampersand and a hyphen are syntax in a text directive. */
function encode(words: readonly string[]): string {
  return encodeURIComponent(words.join(" ")).replaceAll("-", "%2D");
}
