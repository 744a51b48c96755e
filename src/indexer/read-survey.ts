import { open } from "node:fs/promises";
import { join } from "node:path";
import { barePath } from "../text/extract-paths.ts";
import { pagePath } from "./read-paths.ts";

/** What holds for a site as a whole, learned before its pages are read. */
export interface SiteSurvey {
  /** Whether pages mark their content (`data-pagefind-body`, `data-search-body`): those that don't are then left out. */
  readonly marked: boolean;
  /** URL of the site's root as its canonical links have it, with a closing slash; `undefined` when they disagree. */
  readonly base: string | undefined;
}

const HEAD_BYTES = 64 * 1024;
/** Pages looked at to learn the site's URL. */
const SAMPLE = 48;

const MARKER = /<[a-z][^<>]*\sdata-(pagefind|search)-body[\s=/>]/i;
const CANONICAL = /<link\b[^>]*\brel\s*=\s*["']?canonical\b[^>]*>/i;
const HREF = /\bhref\s*=\s*["']?([^"'\s>]+)/i;

/**
 * Looks through a site's HTML files: at the heads of some for canonical links, and through all, until the first hit, for
 * the mark on content.
 */
export async function surveySite(dir: string, files: readonly string[], signal?: AbortSignal): Promise<SiteSurvey> {
  const step = Math.max(1, Math.floor(files.length / SAMPLE));
  const bases: string[] = [];
  let canonicals = 0;
  let marked = false;
  for (const [i, file] of files.entries()) {
    signal?.throwIfAborted();
    const isSampled = i % step === 0;
    if (marked && !isSampled) continue;
    const html = await readStart(join(dir, file), marked ? HEAD_BYTES : Number.POSITIVE_INFINITY);
    marked ||= MARKER.test(html);
    const canonical = isSampled ? HREF.exec(CANONICAL.exec(html)?.[0] ?? "")?.[1] : undefined;
    if (!canonical) continue;
    canonicals++;
    const base = baseOf(canonical, file);
    if (base) bases.push(base);
  }
  return { marked, base: agreedBase(bases, canonicals) };
}

/**
 * The base that most pages which name themselves have in common. One page alone says nothing: when all name the home
 * page by mistake, the home page does too.
 */
function agreedBase(bases: readonly string[], canonicals: number): string | undefined {
  const [base, votes] = mostFrequent(bases);
  return votes === canonicals || (votes > 1 && votes * 4 >= canonicals) ? base : undefined;
}

/** The start of a file, byte for byte; empty when it cannot be read, which is reported when its turn comes. */
async function readStart(path: string, maxBytes: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  try {
    const size = (await file?.stat())?.size ?? 0;
    const read = await file?.read({ buffer: Buffer.alloc(Math.min(size, maxBytes)), position: 0 });
    return read?.buffer.toString("latin1", 0, read.bytesRead) ?? "";
  } catch {
    return "";
  } finally {
    await file?.close();
  }
}

/** The site's root, if a page's canonical URL ends with the page's own path. */
function baseOf(canonical: string, file: string): string | undefined {
  if (!URL.canParse(canonical)) return undefined;
  const { origin, pathname } = new URL(canonical);
  const own = barePath(pagePath(file));
  const named = barePath(decode(pathname));
  if (own === "") return `${origin}/${named}${named && "/"}`;
  if (named !== own && !named.endsWith(`/${own}`)) return undefined;
  return `${origin}/${named.slice(0, named.length - own.length)}`;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function mostFrequent(values: readonly string[]): [value: string | undefined, count: number] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce<[string | undefined, number]>(
    (best, each) => (best[1] >= each[1] ? best : each),
    [undefined, 0],
  );
}

/** The page of the same site that a canonical URL names, as a bare path; `undefined` for another site's. */
export function canonicalPath(canonical: string, base: string): string | undefined {
  if (!canonical.startsWith(base) && `${canonical}/` !== base) return undefined;
  const { pathname } = new URL(canonical);
  return barePath(decode(pathname).slice(new URL(base).pathname.length));
}
