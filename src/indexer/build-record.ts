import { createHash } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MANIFEST_FILE } from "../core/manifest.ts";
import type { IndexReport, IndexSiteOptions } from "./types.ts";

/** All that decides what a build writes. */
export interface BuildInputs {
  /** What `codeRevision` gave. */
  readonly revision: string;
  readonly options: IndexSiteOptions;
  /** SHA-256 of the model's file; undefined for an index by words alone. */
  readonly model: string | undefined;
  readonly files: readonly string[];
  readonly hashes: readonly (string | undefined)[];
}

/** What one build leaves, for the next to see that it has nothing to do. */
interface BuildRecord {
  readonly inputs: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly report: IndexReport;
}

/** A digest of a build's inputs; undefined when a file cannot be read, so that nothing is known about it. */
export function digestInputs({ revision, options, model, files, hashes }: BuildInputs): string | undefined {
  if (hashes.includes(undefined)) return undefined;
  const { signal: _signal, onProgress: _onProgress, force: _force, model: _model, ...rest } = options;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256").update(JSON.stringify([revision, sorted, model]));
  files.forEach((file, i) => {
    hash.update(`\n${JSON.stringify(file)} ${hashes[i]}`);
  });
  return hash.digest("hex");
}

/**
 * The report of the last build when it had the same inputs and `out` still holds all its files.
 *
 * @param file Where {@link writeRecord} left it.
 */
export async function findUnchanged(file: string, inputs: string | undefined): Promise<IndexReport | undefined> {
  try {
    const record = JSON.parse(await readFile(file, "utf8")) as BuildRecord;
    if (inputs === undefined || record.inputs !== inputs) return undefined;
    const { report, sizes } = record;
    const manifest = JSON.parse(await readFile(join(report.out, MANIFEST_FILE), "utf8")) as { readonly build: string };
    if (manifest.build !== report.build) return undefined;
    const found = await Promise.all(
      Object.entries(sizes).map(async ([name, size]) => (await stat(join(report.out, name))).size === size),
    );
    return found.every(Boolean) ? report : undefined;
  } catch {
    // No record, a damaged one, or a file that is gone: there is something to do.
    return undefined;
  }
}

/** @param sizes Bytes of every file of the index, by name. */
export async function writeRecord(
  file: string,
  record: { readonly inputs: string; readonly sizes: ReadonlyMap<string, number>; readonly report: IndexReport },
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify({ ...record, sizes: Object.fromEntries(record.sizes) }));
  await rename(temporary, file);
}
