import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { ModelRevision } from "./model-client.ts";

/** Whether a model is named by the path of its folder, not as the hub does. */
export function isFolderName(name: string): boolean {
  return isAbsolute(name) || name.startsWith(".");
}

/** A model's files in a folder. */
export interface ModelFolder {
  readonly path: string;
  /** Undefined where nothing says it. */
  readonly commit: string | undefined;
}

/** Where the files of a model at a commit are in a folder of models; the layout is that of the hub's own cache. */
export function snapshotFolder(models: string, { id, revision }: ModelRevision): string {
  return join(repositoryFolder(models, id), "snapshots", revision);
}

/** Where it says which commit a branch or tag was when it was last asked for. */
export function refFile(models: string, { id, revision }: ModelRevision): string {
  return join(repositoryFolder(models, id), "refs", revision);
}

function repositoryFolder(models: string, id: string): string {
  return join(models, `models--${id.replace("/", "--")}`);
}

/**
 * Find a model in a folder of models: as `<id>/`, or in the layout of the hub's cache,
 * `models--<owner>--<name>/snapshots/<commit>/`; undefined if it is in neither.
 */
export async function findModelFolder(models: string, model: ModelRevision): Promise<ModelFolder | undefined> {
  const plain = join(models, model.id);
  if (await isFolder(plain)) return { path: plain, commit: undefined };
  const ref = await readFile(refFile(models, model), "utf8").catch(() => model.revision);
  const commit = ref.trim();
  const path = snapshotFolder(models, { ...model, revision: commit });
  return (await isFolder(path)) ? { path, commit } : undefined;
}

/** Names of all files in a model's folder, relative to it. */
export async function listModelFolder(folder: string): Promise<Set<string>> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/"));
  // The hub's cache holds links to files.
  const isFile = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (about) => about.isFile(),
        () => false,
      ),
    ),
  );
  return new Set(names.filter((_, i) => isFile[i]));
}

/** Changes when a file of a model's folder does: names, sizes and times. */
export async function modelFolderState(folder: string): Promise<string> {
  const names = [...(await listModelFolder(folder))].sort();
  const states = names.map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name));
    return [name, size, mtimeMs];
  });
  return JSON.stringify(await Promise.all(states));
}

/** Whether a path leads to a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (about) => about.isDirectory(),
    () => false,
  );
}
