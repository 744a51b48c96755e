import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SearchError } from "../core/errors.ts";
import { MANIFEST_FILE } from "../core/manifest.ts";
import type { ReadFile } from "../engine/reader.ts";

/** Files that only an index has; anything else in the folder is somebody else's and stays. */
const OWN_FILE =
  /^(?:(?:pages|paths|text|terms|vectors)\/[0-9a-f]{16}|model\/[0-9a-f]{32}\/(?:\d+|pieces))\.bin(?:\.\d+\.tmp)?$/;

/** Options of {@link writeIndexFolder}. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Files written so far, and their bytes. */
  readonly onWrite?: ((done: number, bytes: number) => void) | undefined;
}

/**
 * Write an index so that a reader never meets a half-written one: content-hashed files first (those that are there
 * already stay), then `index.json` by rename, then files of older builds are removed. Interrupted before the rename,
 * the older index is still whole.
 *
 * @param files By name relative to `out`; `index.json` is among them.
 */
export async function writeIndexFolder(
  out: string,
  files: ReadonlyMap<string, Uint8Array>,
  { signal, onWrite }: WriteOptions = {},
): Promise<void> {
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
  await removeOthers(out, new Set(files.keys()));
}

/** @param isHashed A file of this name and size has this content already. */
async function writeWhole(file: string, content: Uint8Array, isHashed: boolean): Promise<void> {
  if (isHashed && (await stat(file).catch(() => undefined))?.size === content.length) return;
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

async function removeOthers(out: string, keep: ReadonlySet<string>): Promise<void> {
  const old = (await listFiles(out)).filter((name) => OWN_FILE.test(name) && !keep.has(name));
  for (const name of old) await rm(join(out, name));
  // Deepest first; a folder that still holds something stays.
  const folders = new Set(old.flatMap((name) => [dirname(name), dirname(dirname(name))]));
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    if (folder !== ".") await rmdir(join(out, folder)).catch(() => undefined);
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
    const kind = name.includes("/") ? name.slice(0, name.indexOf("/")) : name === MANIFEST_FILE ? "manifest" : "code";
    bytes[kind] = (bytes[kind] ?? 0) + size;
  }
  return bytes;
}
