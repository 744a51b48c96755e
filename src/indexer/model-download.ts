import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SearchError } from "../core/errors.ts";
import { type Attempt, isTransient, type RetryOptions, withRetries } from "../core/retry.ts";
import { connectionError, type HubClient, type HubFile, type ModelRevision } from "./model-client.ts";

/** A part that nobody has written to for so long is taken over: whoever began it is gone. */
const ABANDONED_MS = 60_000;

/** A file to download, and where to. */
export interface Download {
  readonly model: ModelRevision;
  readonly name: string;
  /** Path of the finished file. */
  readonly target: string;
  readonly expected: HubFile;
  /** Bytes that are there, and how many there will be if that is known. */
  readonly onBytes: (loaded: number, total: number | undefined) => void;
}

/**
 * Download a file, or the rest of it. What has arrived stays beside `target` when the download is stopped, and the next one
 * goes on from there if the server's `ETag` says that the file is the same. Several downloads of one file do not meet: each
 * writes to a file of its own, which takes the name of the target once its content is known to be right.
 *
 * @throws SearchError `network`, `not-found`, `denied`, `file-invalid`; the signal's reason.
 */
export async function downloadFile(client: HubClient, download: Download, retry: RetryOptions): Promise<void> {
  await mkdir(dirname(download.target), { recursive: true });
  const transfer = new Transfer(client, download, retry.signal);
  try {
    await withRetries(() => transfer.attempt(), retry);
  } finally {
    await transfer.release();
  }
  await removeAbandoned(download.target);
}

/** Hex digest of a file, read piece by piece. */
export async function hashFile(path: string, signal?: AbortSignal | undefined): Promise<string> {
  return digestFile(path, { algorithm: "sha256", signal });
}

/** Whether a file has the size and the digest that the hub lists, as far as it lists them. */
export async function isAsListed(
  path: string,
  { bytes, sha256, gitSha1 }: HubFile,
  signal?: AbortSignal | undefined,
): Promise<boolean> {
  const { size } = await stat(path);
  if (bytes !== undefined && size !== bytes) return false;
  if (sha256 !== undefined) return sha256 === (await hashFile(path, signal));
  // The name of a file in git: the SHA-1 of its kind, size and content.
  const options = { algorithm: "sha1", prefix: `blob ${size}\0`, signal };
  return gitSha1 === undefined || gitSha1 === (await digestFile(path, options));
}

interface DigestOptions {
  readonly algorithm: string;
  readonly prefix?: string;
  readonly signal: AbortSignal | undefined;
}

async function digestFile(path: string, { algorithm, prefix = "", signal }: DigestOptions): Promise<string> {
  const hash = createHash(algorithm).update(prefix);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** One file on its way, over as many connections as it takes. */
class Transfer {
  readonly #client: HubClient;
  readonly #download: Download;
  readonly #signal: AbortSignal | undefined;
  #part: PartFile | undefined;
  #isResumed = false;

  constructor(client: HubClient, download: Download, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#download = download;
    this.#signal = signal;
  }

  async attempt(): Promise<Attempt<void>> {
    const { model, name } = this.#download;
    const url = this.#client.fileUrl(model, name);
    this.#part ??= await PartFile.claim(this.#download.target);
    const before = this.#part?.bytes ?? 0;
    try {
      const { response, sha256 } = await this.#client.get(url, {
        headers: this.#part?.etag ? { Range: `bytes=${before}-`, "If-Range": this.#part.etag } : {},
        signal: this.#signal,
      });
      if (response.status === 416 || (response.status === 206 && firstByte(response) !== before)) {
        return await this.#restart(response, url);
      }
      if (!response.ok) {
        const error = await this.#client.statusError(response, model, name);
        if (!isTransient(response.status)) throw error;
        return { error, retryAfter: response.headers.get("Retry-After") };
      }
      await this.#receive(response);
      return await this.#finish(url, { ...this.#download.expected, ...(sha256 !== undefined && { sha256 }) });
    } catch (cause) {
      if (cause instanceof SearchError || isFileError(cause) || this.#signal?.aborted) throw cause;
      return { error: connectionError(url, cause), progressed: (this.#part?.bytes ?? 0) > before };
    }
  }

  /** Leave what has arrived to the next download. */
  async release(): Promise<void> {
    await this.#part?.release();
    this.#part = undefined;
  }

  async #receive(response: Response): Promise<void> {
    this.#isResumed = response.status === 206;
    if (!this.#isResumed) {
      await this.#part?.discard();
      this.#part = await PartFile.create(this.#download.target, response.headers.get("ETag"));
    }
    const part = this.#part as PartFile;
    const { expected, onBytes } = this.#download;
    const length = response.headers.get("Content-Length");
    const total = expected.bytes ?? (length === null ? undefined : part.bytes + Number(length));
    onBytes(part.bytes, total);
    if (!response.body) return;
    for await (const chunk of response.body) {
      await part.add(chunk);
      onBytes(part.bytes, total);
    }
  }

  async #finish(url: string, expected: HubFile): Promise<Attempt<void>> {
    const part = this.#part as PartFile;
    await part.close();
    if (await isAsListed(part.path, expected, this.#signal)) {
      return { value: await rename(part.path, this.#download.target) };
    }
    await part.discard();
    this.#part = undefined;
    const error = new SearchError("file-invalid", `${url} is not the file that the hub lists: its checksum differs.`, {
      remedy: "Try again; if it happens again, a proxy on the way or the mirror in HF_ENDPOINT changes files.",
      file: url,
    });
    // The fault may be in what an earlier download left.
    if (this.#isResumed) return { error, retryAfter: "0" };
    throw error;
  }

  /** The server does not send what is missing, so what is there is not a part of its file: begin anew. */
  async #restart(response: Response, url: string): Promise<Attempt<void>> {
    await response.body?.cancel();
    await this.#part?.discard();
    this.#part = undefined;
    return { error: connectionError(url, new Error("the server refused to send the rest")), retryAfter: "0" };
  }
}

/** Where the content of a partial answer begins. */
function firstByte(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1] ?? Number.NaN);
}

/** Whether the fault is with this machine's disk; faults of the connection come wrapped in a `TypeError`. */
function isFileError(thrown: unknown): boolean {
  return thrown instanceof Error && "syscall" in thrown;
}

/**
 * A file on its way: `<target>.<etag>.<random>.part`, with the `ETag` of its content in base64url, empty where the server
 * gave none that says that files are the same byte for byte.
 */
class PartFile {
  readonly path: string;
  readonly etag: string;
  bytes: number;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, { etag, bytes }: { etag: string; bytes: number }) {
    this.path = path;
    this.etag = etag;
    this.bytes = bytes;
    this.#handle = handle;
  }

  static async create(target: string, etag: string | null): Promise<PartFile> {
    const strong = etag?.startsWith('"') && etag.length < MAX_ETAG_LENGTH ? etag : "";
    const path = partPath(target, Buffer.from(strong).toString("base64url"));
    return new PartFile(path, await open(path, "w"), { etag: strong, bytes: 0 });
  }

  /** The largest that an earlier download left. */
  static async claim(target: string): Promise<PartFile | undefined> {
    const left = (await listAbandoned(target)).filter(({ etag }) => etag !== "").sort((a, b) => b.bytes - a.bytes);
    for (const { path, etag } of left) {
      const own = partPath(target, etag);
      // Another process may have been faster.
      if (
        !(await rename(path, own).then(
          () => true,
          () => false,
        ))
      )
        continue;
      const handle = await open(own, "a");
      const { size } = await handle.stat();
      await utimes(own, new Date(), new Date());
      return new PartFile(own, handle, { etag: Buffer.from(etag, "base64url").toString(), bytes: size });
    }
    return undefined;
  }

  async add(chunk: Uint8Array): Promise<void> {
    await this.#handle.writeFile(chunk);
    this.bytes += chunk.length;
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }

  async release(): Promise<void> {
    await this.close();
    // Ready to be taken over.
    await utimes(this.path, 0, 0).catch(() => undefined);
  }

  async discard(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}

/** Names of files have 255 bytes. */
const MAX_ETAG_LENGTH = 120;

function partPath(target: string, etag: string): string {
  return `${target}.${etag}.${randomBytes(6).toString("hex")}.part`;
}

async function listAbandoned(target: string): Promise<{ path: string; etag: string; bytes: number }[]> {
  const folder = dirname(target);
  const start = `${basename(target)}.`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(start));
  const parts = names.map(async (name) => {
    const etag = /^([\w-]*)\.[0-9a-f]{12}\.part$/.exec(name.slice(start.length))?.[1];
    const path = join(folder, name);
    const about = await stat(path).catch(() => undefined);
    if (etag === undefined || !about || Date.now() - about.mtimeMs < ABANDONED_MS) return [];
    return [{ path, etag, bytes: about.size }];
  });
  return (await Promise.all(parts)).flat();
}

async function removeAbandoned(target: string): Promise<void> {
  for (const { path } of await listAbandoned(target)) await rm(path, { force: true });
}
