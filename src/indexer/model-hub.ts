import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SearchError } from "../core/errors.ts";
import { DTYPES, type Dtype, MODEL_CONFIG_FILES, onnxFileFor } from "../core/model-files.ts";
import type { RetryOptions } from "../core/retry.ts";
import { cacheFolder } from "./cache-folder.ts";
import { HubClient, type HubFile, type ModelRevision } from "./model-client.ts";
import { downloadFile, hashFile, isAsListed } from "./model-download.ts";
import { findModelFolder, isFolder, isFolderName, listModelFolder, snapshotFolder } from "./model-folder.ts";
import { listModel } from "./model-listing.ts";

/** What a model needs besides its graph. */
const REQUIRED_FILES = ["tokenizer.json"] as const;
const DEFAULT_ENDPOINT = "https://huggingface.co";
/** Attempts after the first without a byte in between; with the waits some 15 seconds. */
const RETRIES = 5;

/** How far the download of a model is. */
export interface FetchModelProgress {
  /** The file that is on its way. */
  readonly file: string;
  /** Bytes of all files that are there. */
  readonly loadedBytes: number;
  /** Bytes of all files; undefined when the hub does not list their sizes. */
  readonly totalBytes: number | undefined;
}

/** Options of {@link fetchModel}. */
export interface FetchModelOptions {
  /** Branch, tag or commit. Default `main`. A commit makes builds repeatable, and needs no network once it is there. */
  readonly revision?: string | undefined;
  /** Default `q8`. */
  readonly dtype?: Dtype | undefined;
  /** Names in the repository of all files to fetch, in place of those that belong to `dtype`; each must exist. */
  readonly files?: readonly string[] | undefined;
  /**
   * Folder of models to take it from, without any network: `<id>/…`, or the layout of the hub's cache
   * (`models--<owner>--<name>/snapshots/<commit>/…`), which is that of `cacheDir` too.
   */
  readonly modelsFrom?: string | undefined;
  /** Where models are kept. Default: `semantic-search-element/models` in `node_modules/.cache`, or in the user's cache. */
  readonly cacheDir?: string | undefined;
  /** URL of the hub. Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string | undefined;
  /** For private and gated models. Default: `HF_TOKEN`. No other server than `endpoint` sees it. */
  readonly token?: string | undefined;
  /** Wait before the first repetition of what failed, doubled with each. Default 500. */
  readonly retryMs?: number | undefined;
  readonly onProgress?: ((progress: FetchModelProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file of a model on disk. */
export interface FetchedFile {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** A model on disk. */
export interface FetchedModel {
  readonly id: string;
  /** Undefined for a folder that does not say it. */
  readonly commit: string | undefined;
  /** Name of the graph among the files; undefined if `files` names none. */
  readonly onnx: string | undefined;
  /** By their names in the repository. */
  readonly files: ReadonlyMap<string, FetchedFile>;
}

/** Where a model's files come from. */
interface Source {
  readonly commit: string | undefined;
  /** Names of all that there are. */
  readonly names: ReadonlySet<string>;
  /** What is known of a file beforehand; true of what {@link Source.get} gives. */
  listed(name: string): HubFile;
  /** Path of a file that is there, whole and right; gets it if need be. */
  get(name: string, onBytes: (loaded: number) => void): Promise<string>;
}

/**
 * Get a model's files: its graph, its tokenizer and its configuration, from the Hugging Face hub, a mirror, or a folder.
 *
 * From the hub, the listing of a revision is asked for each time, and every file once; what was fetched before is checked
 * against it. If the hub cannot be reached, the commit is taken that the revision was the last time. A download that was
 * stopped goes on where it was.
 *
 * @param id `owner/name` on the hub; an absolute path, or one that begins with a dot, is a folder that holds the model.
 * @throws SearchError `not-found` for a model, revision or file that does not exist, or is hidden; `denied` for one that
 *   wants its terms accepted; `network`; `file-invalid` when what arrives is not what the hub lists; `bad-option`;
 *   `aborted`.
 */
export async function fetchModel(id: string, options: FetchModelOptions = {}): Promise<FetchedModel> {
  try {
    const source = await openSource(id, options);
    const { onnx, names } = chooseFiles(source.names, id, options);
    return { id, commit: source.commit, onnx, files: await getFiles(source, names, options) };
  } catch (error) {
    throw SearchError.from(error);
  }
}

async function getFiles(
  source: Source,
  names: readonly string[],
  { onProgress, signal }: FetchModelOptions,
): Promise<Map<string, FetchedFile>> {
  const files = new Map<string, FetchedFile>();
  const sizes = names.map((name) => source.listed(name).bytes ?? Number.NaN);
  const sum = sizes.reduce((total, size) => total + size, 0);
  const totalBytes = Number.isNaN(sum) ? undefined : sum;
  let before = 0;
  for (const name of names) {
    signal?.throwIfAborted();
    const path = await source.get(name, (loaded) =>
      onProgress?.({ file: name, loadedBytes: before + loaded, totalBytes }),
    );
    const { size } = await stat(path);
    files.set(name, { path, bytes: size, sha256: source.listed(name).sha256 ?? (await hashFile(path, signal)) });
    before += size;
    onProgress?.({ file: name, loadedBytes: before, totalBytes });
  }
  return files;
}

/** The files that belong to a type of numbers, or those that were asked for. */
function chooseFiles(
  there: ReadonlySet<string>,
  id: string,
  { dtype = "q8", files }: FetchModelOptions,
): { readonly onnx: string | undefined; readonly names: readonly string[] } {
  const onnx = files
    ? files.find((name) => name.endsWith(".onnx"))
    : onnxFileFor(dtype).find((name) => there.has(name));
  if (!files && onnx === undefined) throw noGraph(there, id, dtype);
  const required = files ?? [...REQUIRED_FILES, onnx as string];
  const missing = required.filter((name) => !there.has(name));
  if (missing.length > 0) {
    throw new SearchError("not-found", `The model "${id}" has no ${missing.join(", no ")}.`, {
      remedy: files
        ? "Check the names; the model's page on the hub lists its files."
        : 'Choose a model that has it, for instance the conversion of this one by "onnx-community" or "Xenova".',
    });
  }
  if (files) return { onnx, names: files };
  // Weights that do not fit into a graph of 2 GB stand beside it.
  const weights = [...there].filter((name) => name.startsWith(`${onnx}_data`) || name === `${onnx}.data`).sort();
  return { onnx, names: [...MODEL_CONFIG_FILES.filter((name) => there.has(name)), ...required, ...weights] };
}

function noGraph(there: ReadonlySet<string>, id: string, dtype: Dtype): SearchError {
  const dtypes = DTYPES.filter((each) => onnxFileFor(each).some((name) => there.has(name)));
  const graphs = [...there].filter((name) => name.endsWith(".onnx"));
  const remedy =
    dtypes.length > 0
      ? `Choose one of the types that it has: ${dtypes.join(", ")}.`
      : graphs.length > 0
        ? `It has ${graphs.slice(0, 5).join(", ")}: name the files to use.`
        : 'Choose a model in ONNX format, for instance the conversion of this one by "onnx-community" or "Xenova".';
  const names = onnxFileFor(dtype).slice(0, 3).join(", ");
  return new SearchError("not-found", `The model "${id}" has no weights as ${dtype} (${names}).`, { remedy });
}

async function openSource(id: string, options: FetchModelOptions): Promise<Source> {
  const { revision = "main", modelsFrom } = options;
  if (isFolderName(id)) return openFolder({ path: resolve(id), commit: undefined });
  checkNames(id, revision);
  if (modelsFrom === undefined) return openHub({ id, revision }, options);
  const folder = await findModelFolder(resolve(modelsFrom), { id, revision });
  if (folder) return openFolder(folder);
  const { dtype = "q8", files = [...REQUIRED_FILES, ...MODEL_CONFIG_FILES, onnxFileFor(dtype)[0] as string] } = options;
  throw new SearchError("not-found", `${resolve(modelsFrom)} does not hold the model "${id}".`, {
    remedy: `Put into ${join(resolve(modelsFrom), id)} the files of its page on the hub: ${files.join(", ")}.`,
    file: resolve(modelsFrom),
  });
}

async function openFolder({
  path,
  commit,
}: {
  readonly path: string;
  readonly commit: string | undefined;
}): Promise<Source> {
  if (!(await isFolder(path))) {
    throw new SearchError("not-found", `There is no folder ${path}.`, {
      remedy: 'Give the folder that holds the model\'s tokenizer.json, or "owner/name" for a model of the hub.',
      file: path,
    });
  }
  return {
    commit,
    names: await listModelFolder(path),
    listed: () => ({}),
    get: async (name) => join(path, name),
  };
}

function checkNames(id: string, revision: string): void {
  if (!/^(?:[\w.-]+\/)?[\w-][\w.-]*$/.test(id)) {
    throw new SearchError("bad-option", `"${id}" is not the name of a model.`, {
      remedy: 'Give it as "owner/name", or the path of a folder, beginning with "./" or "/".',
    });
  }
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(revision) || /(?:^|\/)\.\.?(?:\/|$)/.test(revision)) {
    throw new SearchError("bad-option", `"${revision}" is not a revision.`, {
      remedy: "Give a branch, a tag or a commit of the model's repository.",
    });
  }
}

async function openHub(model: ModelRevision, options: FetchModelOptions): Promise<Source> {
  const { endpoint, token, retryMs = 500, signal } = options;
  const models = resolve(options.cacheDir ?? join(cacheFolder(), "models"));
  const client = new HubClient(
    (endpoint ?? process.env.HF_ENDPOINT) || DEFAULT_ENDPOINT,
    (token ?? process.env.HF_TOKEN) || undefined,
  );
  const retry: RetryOptions = { retries: RETRIES, baseMs: retryMs, signal };
  const listing = await listModel(client, { model, models, retry });
  const pinned = { ...model, revision: listing.commit };
  const folder = snapshotFolder(models, pinned);
  return {
    commit: listing.commit,
    names: new Set(listing.files.keys()),
    listed: (name) => listing.files.get(name) ?? {},
    get: async (name, onBytes) => {
      const target = join(folder, name);
      const expected = listing.files.get(name) ?? {};
      const isThere = await isAsListed(target, expected, signal).catch(() => false);
      signal?.throwIfAborted();
      if (!isThere) await downloadFile(client, { model: pinned, name, target, expected, onBytes }, retry);
      return target;
    },
  };
}
