/** One passage of a page, named by words of it. */
export interface TextDirective {
  readonly start: string;
  /** Last words of a long passage, empty when `start` is all of it. */
  readonly end: string;
  /** Words that stand before it, if any. */
  readonly prefix: string;
  /** Words that stand behind it, if any. */
  readonly suffix: string;
}

/**
 * Reads the first text directive of what stands behind `:~:` in an address: `text=prefix-,start,end,-suffix`, of which all
 * but `start` may be left out. Undefined when there is none, or it cannot be read.
 * Syntax: https://wicg.github.io/scroll-to-text-fragment
 */
export function parseDirective(text: string): TextDirective | undefined {
  const terms = /(?:^|&)text=([^&]+)/.exec(text)?.[1]?.split(",") ?? [];
  const prefix = terms[0]?.endsWith("-") ? terms.shift() : "";
  const suffix = terms.at(-1)?.startsWith("-") ? terms.pop() : "";
  const [start, end] = terms;
  if (!start || terms.length > 2) return;
  try {
    return {
      start: decode(start),
      end: decode(end),
      prefix: decode(prefix?.slice(0, -1)),
      suffix: decode(suffix?.slice(1)),
    };
  } catch {
    return;
  }
}

function decode(term = ""): string {
  return decodeURIComponent(term).trim();
}
