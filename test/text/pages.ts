import type { PageDocument, Section } from "../../src/core/document.ts";
import { type ExtractOptions, extractPage, isSkipped, type SkippedDocument } from "../../src/text/extract.ts";

/** Reads HTML that is expected to be a page. */
export function pageOf(html: string, options: Partial<ExtractOptions> = {}): PageDocument {
  const result = extractPage(html, { path: "page.html", ...options });
  if (isSkipped(result)) throw new Error(`Skipped as ${result.skip}: ${result.detail}`);
  return result;
}

/** Reads HTML that is expected to be skipped. */
export function skipOf(html: string, options: Partial<ExtractOptions> = {}): SkippedDocument["skip"] | "none" {
  const result = extractPage(html, { path: "page.html", ...options });
  return isSkipped(result) ? result.skip : "none";
}

/** The text of every block of some body HTML, in order. */
export function blocksOf(body: string, options: Partial<ExtractOptions> = {}): string[] {
  return pageOf(`<main>${body}</main>`, options).sections.flatMap(({ blocks }) => blocks.map(({ text }) => text));
}

/** All text of some body HTML, blocks parted by " / ". */
export function textOf(body: string, options: Partial<ExtractOptions> = {}): string {
  return blocksOf(body, options).join(" / ");
}

/** The sections as `#anchor heading: blocks`. */
export function outline(sections: readonly Section[]): string[] {
  return sections.map(
    ({ anchor, heading, blocks }) => `#${anchor} ${heading}: ${blocks.map((b) => b.text).join(" / ")}`,
  );
}
