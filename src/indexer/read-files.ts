import { unpackReadings } from "./pack-readings.ts";
import type { PageCache } from "./page-cache.ts";
import type { FileReading, ReadTask } from "./page-reader.ts";
import { type Batch, readBatch } from "./read-batch.ts";
import { ReadPool, type ReadPoolOptions, threadsFor } from "./read-pool.ts";
import type { SiteScan } from "./scan-site.ts";
import type { ReadResult } from "./types.ts";

/** Options of {@link readFiles}. */
export interface ReadFilesOptions {
  readonly scan?: SiteScan | undefined;
  /** Used with a scan only: it knows files by their hash. */
  readonly cache?: PageCache | undefined;
  /** 0 = the calling thread. Default: by the bytes to read. */
  readonly threads?: number | undefined;
  readonly start?: ReadPoolOptions["start"];
  readonly signal?: AbortSignal | undefined;
}

/** A batch ends with the file that reaches one of these. Small ones keep all threads at work to the end. */
const BATCH_FILES = 32;
const BATCH_BYTES = 512 * 1024;
/** Batches that each thread is ahead of the one that is waited for. */
const AHEAD = 4;

/** Read files, in their order: those that the cache knows from it, the others by threads. */
export async function* readFiles(
  files: readonly string[],
  task: ReadTask,
  { scan, cache, threads, start, signal }: ReadFilesOptions,
): AsyncGenerator<ReadResult> {
  const keys = files.map((file, i) => scan?.hashes[i] && cache?.keyOf(file, task, scan.hashes[i]));
  // Now: what is read on the way gets into the cache too.
  const missing = files.map((_, i) => i).filter((i) => !cache?.has(keys[i]));
  const isMissing = new Set(missing);
  const bytes = missing.reduce((sum, i) => sum + (scan?.sizes[i] ?? 0), 0);
  const source = openSource({ task, threads: threads ?? threadsFor(bytes), start, signal });
  const keep = async (indices: readonly number[], { packed, isWhole }: Batch) => {
    if (!isWhole) return;
    await cache?.add(
      indices.map((i) => keys[i]),
      packed,
    );
  };
  const fresh = readAhead(batchesOf(missing, scan?.sizes), {
    ahead: source.ahead,
    read: (indices) => source.read(indices.map((i) => files[i] as string)),
    keep,
  });
  try {
    for (const [i, file] of files.entries()) {
      signal?.throwIfAborted();
      const reading = isMissing.has(i) ? (await fresh.next()).value : await cache?.get(keys[i]);
      yield { file, ...(reading ?? (await readAgain(file, task))) };
    }
  } finally {
    await source.close();
  }
}

/** What the cache had and could not give. */
async function readAgain(file: string, task: ReadTask): Promise<FileReading> {
  const { packed } = await readBatch([file], task);
  return unpackReadings(packed)[0] as FileReading;
}

interface Source {
  /** Batches to ask for before the first is there. */
  readonly ahead: number;
  read(files: readonly string[]): Promise<Batch>;
  close(): Promise<void>;
}

function openSource(options: ReadPoolOptions): Source {
  const { threads, task } = options;
  if (threads === 0) return { ahead: 0, read: (files) => readBatch(files, task), close: async () => {} };
  const pool = new ReadPool(options);
  return { ahead: threads * AHEAD, read: (files) => pool.read(files), close: () => pool.close() };
}

function* batchesOf(indices: readonly number[], sizes: readonly number[] | undefined): Generator<readonly number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const i of indices) {
    batch.push(i);
    bytes += sizes?.[i] ?? 0;
    if (batch.length < BATCH_FILES && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

interface Ahead {
  readonly ahead: number;
  readonly read: (indices: readonly number[]) => Promise<Batch>;
  readonly keep: (indices: readonly number[], batch: Batch) => Promise<void>;
}

async function* readAhead(
  batches: Iterable<readonly number[]>,
  { ahead, read, keep }: Ahead,
): AsyncGenerator<FileReading, undefined> {
  const pending: { readonly indices: readonly number[]; readonly batch: Promise<Batch> }[] = [];
  async function* take(): AsyncGenerator<FileReading> {
    const first = pending.shift();
    if (!first) return;
    const batch = await first.batch;
    await keep(first.indices, batch);
    yield* unpackReadings(batch.packed);
  }
  for (const indices of batches) {
    const batch = read(indices);
    // Told when its turn comes; until then it is nobody's.
    batch.catch(() => {});
    pending.push({ indices, batch });
    if (pending.length > ahead) yield* take();
  }
  while (pending.length > 0) yield* take();
}
