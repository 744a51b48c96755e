import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SearchError } from "../core/errors.ts";
import { invalidQueries, type JudgedQuery, parseBeir, parseQueryTable, type TextFile } from "./read-queries.ts";

/** Options of {@link loadQueries}. */
export interface LoadQueriesOptions {
  /** Judgments of a BEIR set. Default: `qrels.tsv` or `qrels/test.tsv` beside its queries. */
  readonly qrels?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const QUERIES_FILE = "queries.jsonl";
const QRELS_FILES = ["qrels.tsv", "qrels/test.tsv"];

/**
 * Read judged queries: a table `query<TAB>url[<TAB>grade]`, or a BEIR set given by its folder or by its queries
 * (`.jsonl`).
 *
 * @throws SearchError `not-found` for a file that is not there, `queries-invalid` naming the wrong lines.
 */
export async function loadQueries(
  path: string,
  { qrels, signal }: LoadQueriesOptions = {},
): Promise<readonly JudgedQuery[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder && !qrels && !path.endsWith(".jsonl")) return parseQueryTable(await readText(path, signal));
  const queries = await readText(isFolder ? join(path, QUERIES_FILE) : path, signal);
  const folder = isFolder ? path : dirname(path);
  return parseBeir(queries, await readText(qrels ?? (await findQrels(folder)), signal));
}

async function findQrels(folder: string): Promise<string> {
  for (const name of QRELS_FILES) {
    if ((await stat(join(folder, name)).catch(() => undefined))?.isFile()) return join(folder, name);
  }
  const others = await readdir(join(folder, "qrels")).catch(() => []);
  throw new SearchError("not-found", `There is neither qrels.tsv nor qrels/test.tsv in "${folder}".`, {
    remedy:
      others.length > 0
        ? `Name one of ${others.join(", ")} in its qrels folder with --qrels.`
        : "Name the judgments with --qrels.",
    file: folder,
  });
}

async function readText(path: string, signal: AbortSignal | undefined): Promise<TextFile> {
  return { name: basename(path), text: decodeText(await readBytes(path, signal), path) };
}

async function readBytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SearchError("not-found", `The queries cannot be read: ${reason}`, {
      remedy: "Give a file of queries with their right pages, or the folder of a BEIR set.",
      file: path,
      cause,
    });
  }
}

function decodeText(bytes: Uint8Array, path: string): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Told below.
  }
  throw invalidQueries(basename(path), "it is not text in UTF-8.", "Save it as UTF-8 in a text editor.");
}
