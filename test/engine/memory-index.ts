import type { PageDocument } from "../../src/core/document.ts";
import { SearchError } from "../../src/core/errors.ts";
import type { SearchBackend } from "../../src/core/search.ts";
import { Engine, type EngineOptions } from "../../src/engine/engine.ts";
import type { ReadFile } from "../../src/engine/reader.ts";
import { type BuildIndexOptions, buildIndex } from "../../src/indexer/build-index.ts";

/** A page with sections of one paragraph each: `{ "Heading": "text" }`, the text before any heading under `""`. */
export function page(
  path: string,
  title: string,
  sections: Readonly<Record<string, string>>,
  rest: Partial<PageDocument> = {},
): PageDocument {
  return {
    path,
    title,
    trail: [],
    language: "en",
    meta: {},
    filters: {},
    sort: {},
    sections: Object.entries(sections).map(([heading, text]) => ({
      anchor: heading.toLowerCase().replaceAll(" ", "-"),
      heading,
      level: heading ? 2 : 0,
      ancestors: [],
      blocks: text ? [{ kind: "prose" as const, text }] : [],
    })),
    ...rest,
  };
}

/** The files of an index by name, a reader over them that counts, and a way to damage them. */
export class MemoryIndex {
  readonly files: Map<string, Uint8Array>;
  readonly requests: string[] = [];

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.files = new Map(files);
  }

  static async build(pages: readonly PageDocument[], options?: BuildIndexOptions): Promise<MemoryIndex> {
    return new MemoryIndex((await buildIndex(pages, options)).files);
  }

  readonly read: ReadFile = async (name) => {
    this.requests.push(name);
    const bytes = this.files.get(name);
    if (!bytes) throw new SearchError("file-missing", `${name} answered 404`, { remedy: "Deploy it." });
    return bytes;
  };

  open(options?: EngineOptions): Promise<SearchBackend> {
    return Engine.open(this.read, options);
  }

  /** The one file of a kind. */
  nameOf(kind: string): string {
    return [...this.files.keys()].find((name) => name.startsWith(`${kind}/`)) ?? "";
  }
}
