import { open } from "node:fs/promises";
import { join } from "node:path";
import { pageKey } from "../text/extract-paths.ts";
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
  const surveyor = new Surveyor(files);
  for (const [i, file] of files.entries()) {
    signal?.throwIfAborted();
    const needed = surveyor.bytesNeeded(i);
    if (needed > 0) surveyor.look(i, await readStart(join(dir, file), needed));
  }
  return surveyor.finish();
}

/** Learns what holds for a site from its files' bytes, shown to it in order. */
export class Surveyor {
  readonly #files: readonly string[];
  readonly #step: number;
  readonly #bases: string[] = [];
  #canonicals = 0;
  #marked = false;

  constructor(files: readonly string[]) {
    this.#files = files;
    this.#step = Math.max(1, Math.floor(files.length / SAMPLE));
  }

  /** How much of a file it has to see, by now. */
  bytesNeeded(index: number): number {
    if (!this.#marked) return Number.POSITIVE_INFINITY;
    return index % this.#step === 0 ? HEAD_BYTES : 0;
  }

  /** @param bytes The start of the file; empty when it cannot be read, which is reported when its turn comes. */
  look(index: number, bytes: Buffer): void {
    const needed = this.bytesNeeded(index);
    if (needed === 0) return;
    const html = bytes.toString("latin1", 0, Math.min(needed, bytes.length));
    this.#marked ||= MARKER.test(html);
    const isSampled = index % this.#step === 0;
    const canonical = isSampled ? HREF.exec(CANONICAL.exec(html)?.[0] ?? "")?.[1] : undefined;
    if (!canonical) return;
    this.#canonicals++;
    const base = baseOf(canonical, this.#files[index] as string);
    if (base) this.#bases.push(base);
  }

  finish(): SiteSurvey {
    return { marked: this.#marked, base: agreedBase(this.#bases, this.#canonicals) };
  }
}

/**
 * The base that most pages which name themselves have in common. One page alone says nothing: when all name the home
 * page by mistake, the home page does too.
 */
function agreedBase(bases: readonly string[], canonicals: number): string | undefined {
  const [base, votes] = mostFrequent(bases);
  return votes === canonicals || (votes > 1 && votes * 4 >= canonicals) ? base : undefined;
}

async function readStart(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path).catch(() => undefined);
  try {
    const size = (await file?.stat())?.size ?? 0;
    const read = await file?.read({ buffer: Buffer.alloc(Math.min(size, maxBytes)), position: 0 });
    return read?.buffer.subarray(0, read.bytesRead) ?? Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  } finally {
    await file?.close();
  }
}

/** The site's root, if a page's canonical URL ends with the page's own path. */
function baseOf(canonical: string, file: string): string | undefined {
  if (!URL.canParse(canonical)) return undefined;
  const { origin, pathname } = new URL(canonical);
  const own = pageKey(pagePath(file));
  const named = pageKey(pathname);
  if (own === "") return `${origin}/${named}${named && "/"}`;
  if (named !== own && !named.endsWith(`/${own}`)) return undefined;
  return `${origin}/${named.slice(0, named.length - own.length)}`;
}

function mostFrequent(values: readonly string[]): [value: string | undefined, count: number] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce<[string | undefined, number]>(
    (best, each) => (best[1] >= each[1] ? best : each),
    [undefined, 0],
  );
}

/** The page of the same site that a canonical URL names, by its key; `undefined` for another site's. */
export function canonicalPath(canonical: string, base: string): string | undefined {
  if (!canonical.startsWith(base) && `${canonical}/` !== base) return undefined;
  const { pathname } = new URL(canonical);
  return pageKey(pathname.slice(new URL(base).pathname.length));
}
