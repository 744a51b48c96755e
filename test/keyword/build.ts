import { KeywordBuilder, type KeywordFilesOptions } from "../../src/keyword/keyword-builder.ts";
import type { KeywordHit, KeywordHits } from "../../src/keyword/keyword-hits.ts";
import { KeywordIndex } from "../../src/keyword/keyword-index.ts";
import { TermCounter } from "../../src/keyword/page-terms.ts";
import type { LoadFile } from "../../src/keyword/search-files.ts";
import type { PageTerms } from "./whole-index.ts";

/** Names of the files that were asked for, by rounds: a round ends when what it asked for has come. */
export type Rounds = string[][];

/** An open index over pages, its files by name, and a record of what is read. */
export function openIndex(pages: readonly PageTerms[], options?: KeywordFilesOptions) {
  const builder = new KeywordBuilder();
  const terms = new TermCounter();
  for (const { title, chunks } of pages) builder.addPage(terms.count(title, chunks));
  const built = builder.finish(options);
  const names = built.files.map((_, i) => `terms/${String(i).padStart(16, "0")}.bin`);
  const files = new Map(built.files.map((bytes, i) => [names[i] as string, bytes]));
  const rounds: Rounds = [];
  let asked: string[] | undefined;
  const load: LoadFile = async (file, decode) => {
    if (!asked) {
      asked = [];
      rounds.push(asked);
      setTimeout(() => {
        asked = undefined;
      });
    }
    asked.push(file);
    await new Promise((resolve) => setTimeout(resolve));
    const bytes = files.get(file);
    if (!bytes) throw new Error(`no ${file}`);
    return decode(bytes, file);
  };
  const chunkStart = new Uint32Array(pages.length + 1);
  pages.forEach(({ chunks }, page) => {
    chunkStart[page + 1] = (chunkStart[page] as number) + chunks.length;
  });
  const { averageLengths } = built;
  const directory = built.directory(names);
  const index = new KeywordIndex(directory, "terms.bin", { chunkStart, averageLengths, load });
  return { index, files, rounds, directory, chunkStart, averageLengths, load };
}

/** Hits one by one, best first. */
export function inOrder(hits: KeywordHits): (KeywordHit & { readonly words: number })[] {
  return Array.from(hits.byScore(), (i) => {
    const { chunk, score, terms } = hits.at(i);
    return { chunk, score, terms, words: hits.words[i] as number };
  });
}
