import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MANIFEST_FILE } from "../core/manifest.ts";
import type { LastBuild, RelatedBasis } from "./file-set.ts";
import type { PagePlace } from "./page-order.ts";
import type { IndexReport, IndexSiteOptions } from "./types.ts";

/** All that decides what a build writes. */
export interface BuildInputs {
  /** What `codeRevision` gave. */
  readonly revision: string;
  readonly options: IndexSiteOptions;
  /** SHA-256 of the model's file; undefined for an index by words alone. */
  readonly model: string | undefined;
  /** What `encodersState` gave. */
  readonly encoders: readonly string[];
  readonly files: readonly string[];
  readonly hashes: readonly (string | undefined)[];
}

/** What one build leaves, for the next to see what it need not do. */
interface BuildRecord {
  /** Undefined when a file of the site could not be read. */
  readonly inputs?: string | undefined;
  readonly revision: string;
  /** Bytes of every file of the index, by name. */
  readonly sizes: Readonly<Record<string, number>>;
  /** What `BuiltIndex` has. */
  readonly textGroups: Readonly<Record<string, string>>;
  readonly places: readonly PagePlace[];
  readonly related?: RelatedBasis | undefined;
  readonly report: IndexReport;
}

/** The last build, as far as its folder still is as it left it. */
export interface FoundBuild extends LastBuild {
  readonly inputs: string | undefined;
  readonly report: IndexReport;
  /** Whether all of its files are there. */
  readonly isWhole: boolean;
}

/** A digest of a build's inputs; undefined when a file cannot be read, so that nothing is known about it. */
export function digestInputs({ revision, options, model, encoders, files, hashes }: BuildInputs): string | undefined {
  if (hashes.includes(undefined)) return undefined;
  const { signal: _signal, onProgress: _onProgress, force: _force, ...rest } = options;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256").update(JSON.stringify([revision, sorted, model, encoders]));
  files.forEach((file, i) => {
    hash.update(`\n${JSON.stringify(file)} ${hashes[i]}`);
  });
  return hash.digest("hex");
}

/**
 * What the last build of the same code left in its folder; undefined when nothing is known about it.
 *
 * @param file Where {@link writeRecord} left it.
 */
export async function findLastBuild(file: string, revision: string): Promise<FoundBuild | undefined> {
  try {
    const record = JSON.parse(await readFile(file, "utf8")) as BuildRecord;
    if (record.revision !== revision) return undefined;
    const { inputs, report, places, related } = record;
    const manifest = JSON.parse(await readFile(join(report.out, MANIFEST_FILE), "utf8")) as { readonly build: string };
    const files = Object.entries(record.sizes);
    // Some 3 µs each; a promise for each takes ten times as long.
    const whole = files.filter(([name, size]) => sizeOf(join(report.out, name)) === size);
    const isWhole = manifest.build === report.build && whole.length === files.length;
    const textGroups = new Map(Object.entries(record.textGroups));
    return { inputs, report, isWhole, sizes: new Map(whole), textGroups, places, related };
  } catch {
    // No record, or a damaged one.
    return undefined;
  }
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

/** Leave what {@link findLastBuild} reads. */
export async function writeRecord(
  file: string,
  record: LastBuild & Pick<BuildRecord, "inputs" | "revision" | "report">,
): Promise<void> {
  const { sizes, textGroups } = record;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  const json = { ...record, sizes: Object.fromEntries(sizes), textGroups: Object.fromEntries(textGroups) };
  await writeFile(temporary, JSON.stringify(json));
  await rename(temporary, file);
}
