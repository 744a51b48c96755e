import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Container, encodeContainer } from "../core/container.ts";
import type { Embedder, EmbedderInfo, Passage, QueryEmbedding } from "../core/embedder.ts";

const KIND = "embcache";
/** A passage's key: 128 bits of SHA-256. */
const KEY_BYTES = 16;

type Options = { readonly signal?: AbortSignal | undefined };

/**
 * An embedder that remembers passages from one build to the next in one file, so that only changed chunks are embedded.
 * The file belongs to one model: vectors of another fingerprint are forgotten. A file that cannot be read is the same
 * as none: the cache only saves time.
 */
export class CachedEmbedder implements Embedder {
  readonly info: EmbedderInfo;
  /** Passages embedded anew, and taken from the file. */
  embedded = 0;
  reused = 0;
  readonly #inner: Embedder;
  readonly #known: ReadonlyMap<string, Float32Array>;
  readonly #used = new Map<string, Float32Array>();

  private constructor(inner: Embedder, known: ReadonlyMap<string, Float32Array>) {
    this.info = inner.info;
    this.#inner = inner;
    this.#known = known;
  }

  /** @param file Undefined to begin with nothing. */
  static async open(inner: Embedder, file: string | undefined): Promise<CachedEmbedder> {
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    return new CachedEmbedder(inner, bytes ? decode(new Uint8Array(bytes), inner.info) : new Map());
  }

  embedQuery(query: string, options?: Options): Promise<QueryEmbedding> {
    return this.#inner.embedQuery(query, options);
  }

  async embedPassages(passages: readonly Passage[], options?: Options): Promise<Float32Array> {
    const { dims } = this.info;
    const keys = passages.map(passageKey);
    const missing = passages.filter((_, i) => !this.#find(keys[i] as string));
    const fresh = await this.#inner.embedPassages(missing, options);
    const vectors = new Float32Array(passages.length * dims);
    let row = 0;
    keys.forEach((key, i) => {
      const found = this.#find(key);
      const vector = found ?? fresh.slice(row * dims, (row + 1) * dims);
      if (found) this.reused++;
      else row++;
      vectors.set(vector, i * dims);
    });
    // Only now: a passage that occurs twice among these was embedded twice.
    keys.forEach((key, i) => {
      this.#used.set(key, vectors.slice(i * dims, (i + 1) * dims));
    });
    this.embedded += missing.length;
    return vectors;
  }

  /** Write what this build used; the file is replaced whole. */
  async save(file: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, encode(this.#used, this.info));
    await rename(temporary, file);
  }

  #find(key: string): Float32Array | undefined {
    return this.#used.get(key) ?? this.#known.get(key);
  }
}

/** 32 hex digits over a passage. */
export function passageKey({ title, headings, text }: Passage): string {
  const content = JSON.stringify([title, headings, text]);
  return createHash("sha256")
    .update(content)
    .digest("hex")
    .slice(0, KEY_BYTES * 2);
}

function encode(entries: ReadonlyMap<string, Float32Array>, { fingerprint, dims }: EmbedderInfo): Uint8Array {
  const vectors = new Float32Array(entries.size * dims);
  [...entries.values()].forEach((vector, i) => {
    vectors.set(vector, i * dims);
  });
  return encodeContainer(KIND, {
    model: new TextEncoder().encode(fingerprint),
    keys: Buffer.from([...entries.keys()].join(""), "hex"),
    vectors,
  });
}

function decode(bytes: Uint8Array, { fingerprint, dims }: EmbedderInfo): Map<string, Float32Array> {
  try {
    const container = new Container(bytes, { kind: KIND, file: "the embedding cache" });
    const model = new TextDecoder().decode(container.get("model", Uint8Array));
    const keys = Buffer.from(container.get("keys", Uint8Array)).toString("hex");
    const vectors = container.get("vectors", Float32Array);
    const count = keys.length / (KEY_BYTES * 2);
    if (model !== fingerprint || vectors.length !== count * dims) return new Map();
    return new Map(
      Array.from({ length: count }, (_, i) => [
        keys.slice(i * KEY_BYTES * 2, (i + 1) * KEY_BYTES * 2),
        vectors.subarray(i * dims, (i + 1) * dims),
      ]),
    );
  } catch {
    return new Map();
  }
}
