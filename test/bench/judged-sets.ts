import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PageDocument, Section } from "../../src/core/document.ts";
import type { Judgments } from "../../src/evaluation/metrics.ts";

/**
 * How a query's words relate to its page: `lexical`, `mixed` and `paraphrase` by overlap with the title; `strict` if
 * its headings hold hardly any of them either, whichever of the three it is besides.
 */
export type Subset = (typeof SUBSETS)[number];

export const SUBSETS = ["lexical", "mixed", "paraphrase", "strict"] as const;

/** A query that has judgments. */
export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  /** None in sets that name no subsets. */
  readonly subsets: readonly Subset[];
}

/** A judged retrieval set in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv. */
export interface JudgedSet {
  readonly name: string;
  /** Tuning may look at `dev` sets only; `test` sets are for reporting. */
  readonly split: "dev" | "test";
  readonly language: string;
  readonly documents: readonly PageDocument[];
  readonly queries: readonly JudgedQuery[];
  readonly judgments: ReadonlyMap<string, Judgments>;
}

const DEV = [
  "docs-vue-vite",
  "docs-vue-vite-sections",
  "docs-react-goals",
  "cranfield",
  "cacm",
  "npl",
  "docs-astro-fr",
  "docs-astro-fr-sections",
  "xquad/en",
  "xquad/de",
];
const TEST = [
  "scifact",
  "squad2dev",
  "docs-astro",
  "docs-astro-sections",
  "docs-react",
  "docs-react-sections",
  "docs-astro-ja",
  "docs-astro-ja-sections",
  "xquad/es",
  "xquad/zh",
];

/**
 * The sets of a folder: those known by name with their split; any other with a corpus.jsonl as `test`, in the folder
 * or one below. None if there is no such folder.
 */
export function listSets(folder: string): { name: string; split: "dev" | "test" }[] {
  const known = [...DEV, ...TEST];
  const others = subfolders(folder)
    .flatMap((name) => [name, ...subfolders(join(folder, name)).map((below) => `${name}/${below}`)])
    .filter((name) => !known.includes(name));
  return [
    ...DEV.map((name) => ({ name, split: "dev" as const })),
    ...[...TEST, ...others].map((name) => ({ name, split: "test" as const })),
  ].filter(({ name }) => isSet(join(folder, name)));
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort();
}

function isSet(folder: string): boolean {
  return existsSync(join(folder, "corpus.jsonl"));
}

/** Read one set. */
export function loadSet(folder: string, { name, split }: { name: string; split: "dev" | "test" }): JudgedSet {
  const language = languageOf(name);
  const read = (file: string) =>
    readFileSync(join(folder, name, file), "utf8")
      .split("\n")
      .filter(Boolean);
  const judgments = new Map<string, Map<string, number>>();
  for (const line of read("qrels.tsv").slice(1)) {
    const [query = "", document = "", grade = "0"] = line.split("\t");
    const own = judgments.get(query) ?? new Map<string, number>();
    judgments.set(query, own.set(document, Number(grade)));
  }
  return {
    name,
    split,
    language,
    documents: read("corpus.jsonl").map((line) => toDocument(JSON.parse(line) as CorpusLine, language)),
    queries: read("queries.jsonl")
      .map((line) => JSON.parse(line) as QueryLine)
      .filter(({ _id }) => judgments.has(_id))
      .map(({ _id, text, metadata }) => ({ id: _id, text, subsets: subsetsOf(metadata) })),
    judgments,
  };
}

interface CorpusLine {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

interface QueryLine {
  readonly _id: string;
  readonly text: string;
  readonly metadata?: QueryMetadata;
}

interface QueryMetadata {
  readonly subset?: string;
  readonly strict?: boolean;
}

function subsetsOf({ subset, strict }: QueryMetadata = {}): Subset[] {
  return SUBSETS.filter((name) => (name === "strict" ? strict === true || subset === name : subset === name));
}

/** Sets are named for their language: `xquad/de`, `docs-astro-fr-sections`. */
function languageOf(name: string): string {
  return name.split(/[/-]/).find((part) => LANGUAGES.includes(part)) ?? "en";
}

const LANGUAGES: readonly string[] = "ar de el en es fr hi it ja ko nl pl pt ro ru sv th tr uk vi zh".split(" ");

function toDocument({ _id, title = "", text }: CorpusLine, language: string): PageDocument {
  return { path: _id, title, trail: [], language, meta: {}, filters: {}, sort: {}, sections: toSections(text) };
}

/**
 * The docs sets keep Markdown's heading lines, nested here as `extract-sections` nests those of a page; everything else
 * is one section. A line with a single `#` is a comment in code: the pages' own first headings are their titles.
 */
function toSections(text: string): Section[] {
  const above: Section[] = [];
  return text.split(/^(?=#{2,6} )/m).map((part, i) => {
    const [, marks = "", heading = ""] = /^(#{2,6}) (.*)/.exec(part) ?? [];
    const level = marks.length;
    const body = part.slice(marks ? part.indexOf("\n") + 1 || part.length : 0);
    const blocks = body
      .split(/\n\s*\n/)
      .map((block) => block.trim())
      .filter(Boolean)
      .map((block) => ({ kind: "prose" as const, text: block }));
    while ((above.at(-1)?.level ?? 0) >= Math.max(level, 1)) above.pop();
    const section = {
      anchor: heading ? `s${i}` : "",
      heading: heading.trim(),
      level,
      ancestors: above.map((section) => section.heading),
      blocks,
    };
    if (level > 0) above.push(section);
    return section;
  });
}
