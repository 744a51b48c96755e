import { Charset, Encoder, type EncoderOptions, Index } from "flexsearch";
import { bestPages, type PageSection, pageSections } from "./page-sections.ts";
import type { Peer } from "./peer.ts";

/** How many sections are taken from the ranking: enough for ten pages. */
const SECTIONS = 100;

const CJK: readonly string[] = ["ja", "ko", "zh"];

/** FlexSearch with its language packs and suggestions, without which a page must hold every word of the query. */
export const flexsearch: Peer = {
  name: "FlexSearch",
  package: "flexsearch",
  settings:
    "a document per section, titles and text in one field (a Document of several fields lists every match in the " +
    "first before the second), language pack (en, de, fr) or CJK charset, suggestions",
  open: async (pages, language) => {
    const sections = pageSections(pages);
    const index = new Index({ encoder: await encoderFor(language) });
    for (const { id, titles, title, text } of sections) index.add(id, [...titles, title, text].join("\n"));
    return {
      rank: async (query) => {
        const ids = index.search(query, { limit: SECTIONS, suggest: true });
        return bestPages(ids.map((id) => sections[Number(id)] as PageSection));
      },
      close: async () => {},
    };
  },
};

async function encoderFor(language: string): Promise<Encoder> {
  if (CJK.includes(language)) return new Encoder(Charset.CJK);
  const load = PACKS[language];
  const encoder = new Encoder(Charset.Normalize);
  return load ? encoder.assign((await load()).default) : encoder;
}

const PACKS: Readonly<Record<string, () => Promise<{ default: EncoderOptions }>>> = {
  en: () => import("flexsearch/lang/en"),
  de: () => import("flexsearch/lang/de"),
  fr: () => import("flexsearch/lang/fr"),
};
