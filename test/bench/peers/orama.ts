import { create, insertMultiple, search, type Tokenizer } from "@orama/orama";
import { bestPages, pageSections } from "./page-sections.ts";
import type { Peer } from "./peer.ts";

/** How many sections are taken from the ranking: enough for ten pages. */
const SECTIONS = 100;

/** Orama with what its documentation offers for the language: stemmer or word segmentation, and stop words. */
export const orama: Peer = {
  name: "Orama",
  package: "@orama/orama",
  settings: "a document per section, stemming and stop words of the language (ja, zh: its tokenizers), title × 2",
  open: async (pages, language) => {
    const sections = pageSections(pages);
    const db = create({
      schema: { title: "string", titles: "string[]", text: "string" } as const,
      components: { tokenizer: await tokenizerFor(language) },
    });
    const documents = sections.map(({ title, titles, text }, i) => ({
      id: String(i),
      title,
      titles: [...titles],
      text,
    }));
    await insertMultiple(db, documents);
    return {
      rank: async (query) => {
        const { hits } = await search(db, { term: query, limit: SECTIONS, boost: { title: 2 } });
        return bestPages(hits.flatMap(({ id }) => sections[Number(id)] ?? []));
      },
      close: async () => {},
    };
  },
};

/** For languages without a stemmer here: words as they are written. */
async function tokenizerFor(language: string): Promise<Tokenizer | TokenizerConfig> {
  const load = TOKENIZERS[language];
  return load ? load() : { stemming: false };
}

interface TokenizerConfig {
  readonly language?: string;
  readonly stemming: boolean;
  readonly stemmer?: (word: string) => string;
  readonly stopWords?: string[];
}

async function stemming(
  stemmers: Promise<{ language: string; stemmer: (word: string) => string }>,
  words: Promise<{ stopwords: string[] }>,
): Promise<TokenizerConfig> {
  const { language, stemmer } = await stemmers;
  return { language, stemming: true, stemmer, stopWords: (await words).stopwords };
}

const TOKENIZERS: Readonly<Record<string, () => Promise<Tokenizer | TokenizerConfig>>> = {
  en: () => stemming(import("@orama/stemmers/english"), import("@orama/stopwords/english")),
  de: () => stemming(import("@orama/stemmers/german"), import("@orama/stopwords/german")),
  es: () => stemming(import("@orama/stemmers/spanish"), import("@orama/stopwords/spanish")),
  fr: () => stemming(import("@orama/stemmers/french"), import("@orama/stopwords/french")),
  ja: async () => {
    const { createTokenizer } = await import("@orama/tokenizers/japanese");
    const { stopwords } = await import("@orama/stopwords/japanese");
    return createTokenizer({ language: "japanese", stopWords: stopwords });
  },
  zh: async () => {
    const { createTokenizer } = await import("@orama/tokenizers/mandarin");
    const { stopwords } = await import("@orama/stopwords/mandarin");
    return createTokenizer({ language: "mandarin", stopWords: stopwords });
  },
};
