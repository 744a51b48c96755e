import { SearchError } from "../core/errors.ts";

/** A page that answers a query. */
export interface JudgedPage {
  /** Full URL, path from the site's root (`/guide/`), or path as in the index (`guide/`). */
  readonly url: string;
  /** How well it answers: 1 and more for a right page, 0 for a wrong one. */
  readonly grade: number;
  /** Where the judgment stands, as `file:line`; for messages. */
  readonly source?: string;
}

/** A query and the pages that should be found by it. */
export interface JudgedQuery {
  readonly query: string;
  readonly pages: readonly JudgedPage[];
}

/** A file, read. */
export interface TextFile {
  /** Its name, as shown in messages. */
  readonly name: string;
  readonly text: string;
}

/** A line with something on it. */
interface Line {
  /** `file:line`. */
  readonly source: string;
  readonly number: number;
  readonly text: string;
}

const MAX_GRADE = 10;
/** Wrong lines that are named in one message. */
const NAMED_PROBLEMS = 5;
const TSV_HEADER = /^(query|question)\t(url|page|path)(\t(grade|relevance))?$/i;
const BEIR_HEADER = /^query-?_?id\t(corpus|doc|document)-?_?id\t\w+$/i;
const TSV_REMEDY =
  "Write one query and one URL per line with a tab between them, and after another tab a grade if any.";
const BEIR_REMEDY = "See https://github.com/beir-cellar/beir for the layout of queries.jsonl and qrels.tsv.";

/**
 * Read a table `query<TAB>url[<TAB>grade]`. Lines of the same query are several right pages of one. Lines beginning
 * with `#`, blank lines and a heading `query url grade` are passed over. Grades are whole numbers, 0–10, default 1.
 *
 * @throws SearchError `queries-invalid` naming the wrong lines.
 */
export function parseQueryTable(file: TextFile): JudgedQuery[] {
  const problems = new Problems(file.name, TSV_REMEDY);
  const queries = new Map<string, Map<string, JudgedPage>>();
  const lines = linesOf(file).filter(({ text }) => !text.startsWith("#"));
  for (const line of lines.slice(TSV_HEADER.test(lines[0]?.text ?? "") ? 1 : 0)) {
    const [query = "", url = "", grade = "1", ...rest] = line.text.split("\t").map((cell) => cell.trim());
    const problem = describeRow({ query, url, grade, rest, line });
    if (problem) problems.add(line, problem);
    else addPage(queries, { query: query.replace(/\s+/g, " "), url, grade: Number(grade), line, problems });
  }
  problems.throwIfAny();
  return notEmpty(toQueries(queries), file);
}

/**
 * Read BEIR's layout: `queries.jsonl` with `_id` and `text`, `qrels.tsv` with query, document and grade, where the
 * document is the page's URL or path. Queries without a right page are left out; a grade below 0 counts as 0.
 *
 * @throws SearchError `queries-invalid` naming the wrong lines.
 */
export function parseBeir(queriesFile: TextFile, qrelsFile: TextFile): JudgedQuery[] {
  const texts = parseBeirQueries(queriesFile);
  const problems = new Problems(qrelsFile.name, BEIR_REMEDY);
  const judged = new Map<string, Map<string, JudgedPage>>();
  const lines = linesOf(qrelsFile);
  for (const line of lines.slice(BEIR_HEADER.test(lines[0]?.text ?? "") ? 1 : 0)) {
    const cells = line.text.split("\t").map((cell) => cell.trim());
    const [id = "", url = "", grade = ""] = cells;
    if (cells.length !== 3) problems.add(line, `expected 3 columns with tabs between them, got ${cells.length}`);
    else if (!texts.has(id)) problems.add(line, `${queriesFile.name} has no query ${JSON.stringify(id)}`);
    else if (!url) problems.add(line, "the document is missing");
    else if (!isGrade(grade.replace(/^-/, ""))) problems.add(line, gradeProblem(grade));
    else addPage(judged, { query: id, url, grade: Math.max(0, Number(grade)), line, problems });
  }
  problems.throwIfAny();
  const queries = toQueries(judged).map(({ query: id, pages }) => ({ query: texts.get(id) ?? id, pages }));
  return notEmpty(queries.filter(isAnswerable), qrelsFile);
}

/** Text by id. */
function parseBeirQueries(file: TextFile): Map<string, string> {
  const problems = new Problems(file.name, BEIR_REMEDY);
  const texts = new Map<string, string>();
  for (const line of linesOf(file)) {
    const parsed = parseJson(line.text);
    const { _id: id, text } = (parsed ?? {}) as { readonly _id?: unknown; readonly text?: unknown };
    if (typeof parsed !== "object" || parsed === null) problems.add(line, "is not a JSON object");
    else if (typeof id !== "string" && typeof id !== "number") problems.add(line, '"_id" is missing');
    else if (typeof text !== "string" || !text.trim()) problems.add(line, '"text" is missing');
    else if (texts.has(String(id))) problems.add(line, `the _id ${JSON.stringify(id)} stood before`);
    else texts.set(String(id), text.trim());
  }
  problems.throwIfAny();
  return texts;
}

/** Gathers what is wrong with a file, to be told at once. */
class Problems {
  readonly #file: string;
  readonly #remedy: string;
  readonly #found: string[] = [];

  constructor(file: string, remedy: string) {
    this.#file = file;
    this.#remedy = remedy;
  }

  add({ number }: Line, problem: string): void {
    this.#found.push(`line ${number}: ${problem}`);
  }

  throwIfAny(): void {
    const { length } = this.#found;
    if (length === 0) return;
    const more = length > NAMED_PROBLEMS ? `; and ${length - NAMED_PROBLEMS} more` : "";
    throw invalidQueries(this.#file, `${this.#found.slice(0, NAMED_PROBLEMS).join("; ")}${more}.`, this.#remedy);
  }
}

/** The error for a query file that cannot be used. */
export function invalidQueries(file: string, problem: string, remedy: string): SearchError {
  return new SearchError("queries-invalid", `${file}: ${problem}`, { remedy, file });
}

interface Row {
  readonly query: string;
  readonly url: string;
  readonly grade: string;
  readonly rest: readonly string[];
  readonly line: Line;
}

function describeRow({ query, url, grade, rest, line }: Row): string | undefined {
  if (!line.text.includes("\t")) return `there is no tab between a query and a URL in ${quote(line.text)}`;
  if (!query) return "the query is missing";
  if (!url) return `the URL for ${quote(query)} is missing`;
  if (rest.length > 0) return `expected 2 or 3 columns, got ${rest.length + 3}`;
  return isGrade(grade) ? undefined : gradeProblem(grade);
}

function isGrade(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) <= MAX_GRADE;
}

function gradeProblem(grade: string): string {
  return `expected a grade from 0 to ${MAX_GRADE} as a whole number, got ${quote(grade)}`;
}

interface Addition {
  readonly query: string;
  readonly url: string;
  readonly grade: number;
  readonly line: Line;
  readonly problems: Problems;
}

function addPage(queries: Map<string, Map<string, JudgedPage>>, { query, url, grade, line, problems }: Addition): void {
  const pages = queries.get(query) ?? new Map<string, JudgedPage>();
  const known = pages.get(url);
  if (known && known.grade !== grade) {
    problems.add(line, `${quote(url)} has grade ${grade} here, but ${known.grade} at ${known.source}`);
  }
  queries.set(query, pages.set(url, known ?? { url, grade, source: line.source }));
}

function toQueries(queries: ReadonlyMap<string, ReadonlyMap<string, JudgedPage>>): JudgedQuery[] {
  return Array.from(queries, ([query, pages]) => ({ query, pages: [...pages.values()] }));
}

function isAnswerable({ pages }: JudgedQuery): boolean {
  return pages.some(({ grade }) => grade > 0);
}

/** @throws SearchError `queries-invalid` for none, or for one that only has wrong pages. */
function notEmpty(queries: JudgedQuery[], { name }: TextFile): JudgedQuery[] {
  if (queries.length === 0) throw invalidQueries(name, "there is no query with a right page.", TSV_REMEDY);
  const unanswerable = queries.find((query) => !isAnswerable(query));
  if (!unanswerable) return queries;
  throw invalidQueries(
    name,
    `all pages of the query ${quote(unanswerable.query)} have grade 0.`,
    "Give it a page of grade 1 or more, or take it out.",
  );
}

/** Lines with something on them, numbered from 1, without the byte order mark that some editors write. */
function linesOf({ name, text }: TextFile): Line[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ source: `${name}:${i + 1}`, number: i + 1, text: line }))
    .filter((line) => line.text.trim());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In quotes, at a length that leaves a message readable. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
