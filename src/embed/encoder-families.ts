import type { EncoderSpec } from "./encoder-spec.ts";

/** What the models of a family have in common, from their pages on the Hugging Face hub. */
export type EncoderFamily = Pick<EncoderSpec, "pooling"> &
  Partial<Pick<EncoderSpec, "queryPrefix" | "passagePrefix" | "centred" | "languages">>;

const REPRESENT = "Represent this sentence for searching relevant passages: ";
const INSTRUCT = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ";
const ENGLISH = ["en"] as const;

/**
 * Families by a pattern of the repository's name without its owner, in lower case; the first that fits counts. Of a
 * repository with sentence-transformers' files these count more: see `encoderSpec`.
 */
const FAMILIES: readonly (readonly [RegExp, EncoderFamily])[] = [
  [/^bge-micro/, { pooling: "mean", languages: ENGLISH }],
  [/^bge-(small|base|large)-zh/, { pooling: "cls", queryPrefix: "为这个句子生成表示以用于检索相关文章：" }],
  [/^bge-(small|base|large)-en/, { pooling: "cls", queryPrefix: REPRESENT }],
  [/^bge-m3/, { pooling: "cls" }],
  [/^multilingual-e5-.*instruct/, { pooling: "mean", queryPrefix: INSTRUCT }],
  [/^e5-mistral.*instruct/, { pooling: "last-token", queryPrefix: INSTRUCT, languages: ENGLISH }],
  [/^multilingual-e5-/, { pooling: "mean", queryPrefix: "query: ", passagePrefix: "passage: " }],
  [
    /^e5-(small|base|large)/,
    { pooling: "mean", queryPrefix: "query: ", passagePrefix: "passage: ", languages: ENGLISH },
  ],
  [/^gte-qwen2.*instruct/, { pooling: "last-token", queryPrefix: INSTRUCT }],
  [/^gte-(multilingual|modernbert)/, { pooling: "cls" }],
  [/^gte-.*v1\.5/, { pooling: "cls" }],
  [/^gte-(tiny|small|base|large)/, { pooling: "mean", languages: ENGLISH }],
  [/^gist-/, { pooling: "cls", languages: ENGLISH }],
  [
    /^nomic-embed-text-v2/,
    { pooling: "mean", queryPrefix: "search_query: ", passagePrefix: "search_document: ", languages: [] },
  ],
  [
    /^nomic-embed-text/,
    {
      pooling: "mean",
      queryPrefix: "search_query: ",
      passagePrefix: "search_document: ",
      centred: true,
      languages: ENGLISH,
    },
  ],
  [
    /^modernbert-embed/,
    { pooling: "mean", queryPrefix: "search_query: ", passagePrefix: "search_document: ", languages: ENGLISH },
  ],
  [/^(snowflake-)?arctic-embed-.*v2/, { pooling: "cls", queryPrefix: "query: " }],
  [/^(snowflake-)?arctic-embed/, { pooling: "cls", queryPrefix: REPRESENT, languages: ENGLISH }],
  [/^jina-embeddings-v2/, { pooling: "mean" }],
  [/^jina-embedding-(s|b|l)-/, { pooling: "mean" }],
  [/^mxbai-embed-xsmall/, { pooling: "mean", queryPrefix: REPRESENT, languages: ENGLISH }],
  [/^mxbai-embed-/, { pooling: "cls", queryPrefix: REPRESENT, languages: ENGLISH }],
  [/^deepset-mxbai-embed-de/, { pooling: "mean", queryPrefix: "query: ", passagePrefix: "passage: " }],
  [/^uae-large/, { pooling: "cls", queryPrefix: REPRESENT, languages: ENGLISH }],
  [/^qwen3-embedding/, { pooling: "last-token", queryPrefix: INSTRUCT.trimEnd() }],
  [
    /^embeddinggemma/,
    { pooling: "mean", queryPrefix: "task: search result | query: ", passagePrefix: "title: none | text: " },
  ],
  [/^granite-embedding.*multilingual/, { pooling: "cls" }],
  [/^granite-embedding/, { pooling: "cls", languages: ENGLISH }],
  // Those of sentence-transformers.
  [/^multi-qa-.*-dot-v1/, { pooling: "cls", languages: ENGLISH }],
  [/^(paraphrase|distiluse)-.*multilingual/, { pooling: "mean" }],
  [/^(all|multi-qa|msmarco|paraphrase)-/, { pooling: "mean", languages: ENGLISH }],
];

/** The family of a model by its repository's name or its folder; undefined when it is not known. */
export function familyOf(id: string): EncoderFamily | undefined {
  const name =
    id
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? "";
  return FAMILIES.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
}
