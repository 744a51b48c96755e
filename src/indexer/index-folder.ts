import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SearchError } from "../core/errors.ts";
import { MANIFEST_FILE } from "../core/manifest.ts";
import type { ReadFile } from "../engine/reader.ts";

/** Files that only an index has; anything else in the folder is somebody else's and stays. */
const OWN_FILE =
  /^(?:(?:pages|paths|curation|related|text|terms|spelling|vectors|cells|sorts|suggest)\/[0-9a-f]{8,32}(?:\/\d+)?|model\/[0-9a-f]{32}\/(?:\d+|pieces)|models\/[0-9a-f]{16}(?:-gz)?)\.bin(?:\.\d+\.tmp)?$/;
/** What a build that was stopped left. */
const TEMPORARY = /\.\d+\.tmp$/;

/** Which files of earlier builds are still there. Visitors never read it; a machine that deploys the folder does. */
const EARLIER_FILE = "earlier-builds.json";
const EARLIER_FORMAT = "semantic-search-earlier-builds";

/** Options of {@link writeIndexFolder}. */
export interface WriteOptions {
  /** Identifies the build; the same as before means that no earlier one grows older. */
  readonly build: string;
  /** Earlier builds whose files stay. Default 1. */
  readonly keep?: number | undefined;
  /** Names of files that are there already and belong to the index too. Default none. */
  readonly kept?: Iterable<string> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Files written so far, and their bytes. */
  readonly onWrite?: ((done: number, bytes: number) => void) | undefined;
}

/**
 * Write an index so that a reader never meets a half-written one: content-hashed files first (those that are there
 * already stay), then `index.json` by rename, then files are removed that neither this nor the last `keep` builds need.
 * Interrupted before the rename, the older index is still whole.
 *
 * @param files By name relative to `out`; `index.json` is among them.
 */
export async function writeIndexFolder(
  out: string,
  files: ReadonlyMap<string, Uint8Array>,
  { build, keep = 1, kept = [], signal, onWrite }: WriteOptions,
): Promise<void> {
  const isSameBuild = (await readJson(join(out, MANIFEST_FILE)))?.build === build;
  let done = 0;
  let bytes = 0;
  const isManifest = ([name]: readonly [string, Uint8Array]) => name === MANIFEST_FILE;
  const entries = [...files];
  for (const [name, content] of [...entries.filter((entry) => !isManifest(entry)), ...entries.filter(isManifest)]) {
    signal?.throwIfAborted();
    await writeWhole(join(out, name), content, name.endsWith(".bin"));
    bytes += content.length;
    onWrite?.(++done, bytes);
  }
  await removeOld(out, new Set([...files.keys(), ...kept]), { keep, isSameBuild });
}

/** @param isHashed A file of this name and size has this content already. */
async function writeWhole(file: string, content: Uint8Array, isHashed: boolean): Promise<void> {
  if (isHashed && (await stat(file).catch(() => undefined))?.size === content.length) return;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/**
 * A file that this build does not need was needed by the last one, unless it is on the list of those that went out of use
 * before; the list says how many builds ago, and grows older with each new build. What an interrupted build left goes
 * the same way.
 */
async function removeOld(
  out: string,
  current: ReadonlySet<string>,
  { keep, isSameBuild }: { readonly keep: number; readonly isSameBuild: boolean },
): Promise<void> {
  const ages = await readAges(join(out, EARLIER_FILE));
  const unused = (await listFiles(out)).filter((name) => OWN_FILE.test(name) && !current.has(name)).sort();
  const kept: Record<string, number> = {};
  const old: string[] = [];
  for (const name of unused) {
    const known = ages.get(name);
    const age = known === undefined ? 1 : isSameBuild ? known : known + 1;
    if (age > keep || TEMPORARY.test(name)) old.push(name);
    else kept[name] = age;
  }
  await writeAges(join(out, EARLIER_FILE), kept);
  await removeFiles(out, old);
}

async function removeFiles(out: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(out, name));
  // Deepest first; a folder that still holds something stays.
  const folders = new Set(names.flatMap((name) => [dirname(name), dirname(dirname(name))]));
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    if (folder !== ".") await rmdir(join(out, folder)).catch(() => undefined);
  }
}

/** Builds since each file of an earlier build was last needed, from 1. */
async function readAges(file: string): Promise<ReadonlyMap<string, number>> {
  const { format, files } = (await readJson(file)) ?? {};
  const ages = format === EARLIER_FORMAT ? Object.entries(files ?? {}) : [];
  return new Map(ages.filter((entry): entry is [string, number] => Number.isInteger(entry[1])));
}

/** No list where there is nothing to list; somebody else's file of that name stays. */
async function writeAges(file: string, files: Readonly<Record<string, number>>): Promise<void> {
  const there = await readJson(file);
  if (there && there.format !== EARLIER_FORMAT) return;
  if (Object.keys(files).length === 0) await rm(file, { force: true });
  else await writeWhole(file, encodeJson({ format: EARLIER_FORMAT, files }), false);
}

function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}

/** Undefined for a file that is not there, or holds something else. */
async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
}

/** Reads the files of an index folder; a missing one rejects with `file-missing`. */
export function folderReader(dir: string): ReadFile {
  return async (name, { signal } = {}) => {
    try {
      return new Uint8Array(await readFile(join(dir, name), { signal }));
    } catch (cause) {
      signal?.throwIfAborted();
      throw new SearchError("file-missing", `${join(dir, name)} cannot be read.`, {
        remedy:
          name === MANIFEST_FILE
            ? 'Give the folder that "semantic-search index" wrote.'
            : "Build the index again; a file of it is gone.",
        file: join(dir, name),
        cause,
      });
    }
  };
}

/** Every file of an index folder with its size, by name. */
export async function folderSizes(dir: string): Promise<Map<string, number>> {
  const names = await listFiles(dir);
  return new Map(await Promise.all(names.map(async (name) => [name, (await stat(join(dir, name))).size] as const)));
}

/** Bytes by kind: the folder that a file stands in; `manifest` and `code` for those at the top. */
export function bytesByKind(sizes: ReadonlyMap<string, number>): Record<string, number> {
  const bytes: Record<string, number> = {};
  for (const [name, size] of sizes) {
    const kind = name.includes("/") ? name.slice(0, name.indexOf("/")) : name.endsWith(".json") ? "manifest" : "code";
    bytes[kind] = (bytes[kind] ?? 0) + size;
  }
  return bytes;
}
