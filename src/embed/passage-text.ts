import type { Passage } from "../core/embedder.ts";

/**
 * A passage as one text, for models that read sentences: title, headings and text, each on a line of its own. A heading
 * that only repeats what stands above it, as the first on a page often does its title, is left out.
 */
export function passageText({ title, headings, text }: Passage): string {
  const lines = [title, ...headings, text].map((line) => line.trim()).filter(Boolean);
  return lines.filter((line, i) => line !== lines[i - 1]).join("\n");
}
