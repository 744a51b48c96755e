import type { PageDocument } from "../../../src/core/document.ts";

/** Another search engine for static sites, set up as its own documentation recommends. */
export interface Peer {
  /** As the table names it. */
  readonly name: string;
  /** Its npm package, to look up the version that was measured. */
  readonly package: string;
  /** What is not its default, and why. */
  readonly settings: string;
  /**
   * Index pages of one language.
   * @throws Error when the engine cannot run on this machine.
   */
  open(pages: readonly PageDocument[], language: string): Promise<Ranker>;
}

/** Answers queries over an index. */
export interface Ranker {
  /** Paths of pages, best first, at least the first ten if there are as many. */
  rank(query: string): Promise<string[]>;
  close(): Promise<void>;
}
