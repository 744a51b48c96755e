import type { PageChunks } from "../../src/indexer/cut-page.ts";
import { prepareChunks } from "../../src/indexer/prepare-page.ts";
import { SitePage } from "../../src/indexer/site-page.ts";
import { TermCounter } from "../../src/keyword/page-terms.ts";

/** A page of a site whose sections have a heading and chunks of these texts each. */
export function madeUpPage(path: string, sections: Readonly<Record<string, readonly string[]>>): SitePage {
  return new SitePage(prepareChunks(madeUpChunks(path, sections), new TermCounter()));
}

function madeUpChunks(path: string, sections: Readonly<Record<string, readonly string[]>>): PageChunks {
  const entries = Object.entries(sections);
  const passages = entries.flatMap(([heading, texts]) =>
    texts.map((text) => ({ title: `Title of ${path}`, headings: heading ? [heading] : [], text })),
  );
  return {
    document: {
      path,
      title: `Title of ${path}`,
      trail: [],
      language: "en",
      meta: {},
      filters: {},
      sort: {},
      sections: [],
    },
    text: {
      path,
      title: `Title of ${path}`,
      trail: [],
      meta: {},
      firstChunk: 0,
      sections: entries.map(([heading, texts]) => ({
        anchor: heading.toLowerCase(),
        heading,
        level: heading ? 2 : 0,
        ancestors: [],
        chunks: texts.map((text) => ({
          text,
          sentenceEnds: text ? [text.length] : [],
          sketches: new Uint8Array(),
        })),
      })),
    },
    passages,
    weights: passages.map(() => 1),
  };
}
