import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Container, encodeContainer } from "../core/container.ts";
import type { Passage } from "../core/embedder.ts";
import { type AdaptOptions, adaptModel } from "../embed/adapt-model.ts";
import { decodeStaticModel, encodeStaticModel, type StaticModel } from "../embed/static-model.ts";
import { type Clusters, decodeCentroids, encodeCentroids } from "../vectors/cluster-vectors.ts";
import type { BuildSpace, PreviousCells } from "./build-index.ts";
import { CachedEmbedder, passageKey } from "./embedding-cache.ts";
import { staticSpace } from "./load-model.ts";
import { Turns } from "./turns.ts";

const KIND = "adapted";
const CELLS_KIND = "lastcell";
const KEY_DIGITS = 32;
/**
 * Share of new passages from which on a model is adapted anew. Below, the last build's is kept, so that a changed page
 * changes few vectors; the words of new passages take part in it as they are (folding in, Berry, Dumais & O'Brien 1995).
 */
const REFIT_SHARE = 0.1;

/** A model adapted to some passages. */
interface Fit {
  readonly model: StaticModel;
  /** Keys of these passages. */
  readonly keys: ReadonlySet<string>;
}

/** The cells of a build, and the keys of the passages in them. */
interface LastCells extends Clusters {
  /** Of the space that the vectors are of. */
  readonly fingerprint: string;
  readonly keys: readonly string[];
}

/** Options of {@link SiteSpace}. */
export interface SiteSpaceOptions extends AdaptOptions {
  /** Where to keep what the next build can use; without an extension. Undefined to keep nothing. */
  readonly cache?: string | undefined;
  /** Whether to pass over what is there. */
  readonly force?: boolean | undefined;
  /** Whether to adapt the model to the site. */
  readonly adapt: boolean;
}

/** The static space of a site, with what one build leaves to the next: the adapted model and the vectors. */
export class SiteSpace {
  readonly #base: StaticModel;
  readonly #options: SiteSpaceOptions;
  #fit: Fit | undefined;
  #isFitNew = false;
  #embedder: CachedEmbedder | undefined;
  #cells: LastCells | undefined;

  constructor(base: StaticModel, options: SiteSpaceOptions) {
    this.#base = base;
    this.#options = options;
  }

  /** Passages embedded anew. */
  get embedded(): number {
    return this.#embedder?.embedded ?? 0;
  }

  /** Passages whose vector the last build left. */
  get reused(): number {
    return this.#embedder?.reused ?? 0;
  }

  /** For `buildIndex`. */
  readonly make = async (passages: readonly Passage[]): Promise<BuildSpace> => {
    const { force, cache } = this.#options;
    const space = await staticSpace(await this.#modelFor(passages));
    const { fingerprint } = space.embedder.info;
    this.#embedder = await CachedEmbedder.open(space.embedder, cache && `${cache}.bin`, { force });
    return {
      ...space,
      embedder: this.#embedder,
      // Of a model that is adapted anew the vectors are others.
      previousCells: force || !cache ? undefined : await readCells(`${cache}.cells.bin`, fingerprint),
      onCells: (cells) => {
        this.#cells = { ...cells, fingerprint, keys: passages.map(passageKey) };
      },
    };
  };

  /** Leave what the next build can use. */
  async save(): Promise<void> {
    const { cache } = this.#options;
    if (cache === undefined) return;
    await this.#embedder?.save();
    await mkdir(dirname(cache), { recursive: true });
    if (this.#cells) await writeFile(`${cache}.cells.bin`, encodeCells(this.#cells));
    if (this.#fit && this.#isFitNew) await writeFile(`${cache}.model.bin`, await encodeFit(this.#fit, this.#base));
  }

  /** Leave things as they were; for a build that failed. After {@link save} nothing is left to do. */
  async close(): Promise<void> {
    await this.#embedder?.close();
  }

  async #modelFor(passages: readonly Passage[]): Promise<StaticModel> {
    const { adapt, force, cache, signal } = this.#options;
    if (!adapt) return this.#base;
    const keys: string[] = [];
    const turns = new Turns(signal);
    for (const passage of passages) {
      keys.push(passageKey(passage));
      await turns.take();
    }
    const last = force || !cache ? undefined : await readFit(`${cache}.model.bin`, this.#base);
    const missing = keys.filter((key) => !last?.keys.has(key)).length;
    this.#isFitNew = !last || missing > REFIT_SHARE * keys.length;
    this.#fit =
      last && !this.#isFitNew
        ? last
        : { model: await adaptModel(this.#base, passages, this.#options), keys: new Set(keys) };
    return this.#fit.model;
  }
}

/** Undefined where there are none of this space, or they cannot be read: they only save time and keep files as they are. */
async function readCells(file: string, fingerprint: string): Promise<PreviousCells | undefined> {
  try {
    const container = new Container(new Uint8Array(await readFile(file)), { kind: CELLS_KIND, file });
    if (new TextDecoder().decode(container.get("space", Uint8Array)) !== fingerprint) return undefined;
    const centroids = decodeCentroids(container.get("cells", Uint8Array), file);
    const cells = container.get("cellof", Uint32Array);
    if (cells.some((cell) => cell >= centroids.centroids.length / centroids.dims)) return undefined;
    const cellOf = new Map(splitKeys(container.get("keys", Uint8Array)).map((key, i) => [key, cells[i] as number]));
    return {
      ...centroids,
      cellsOf: (passages) => Int32Array.from(passages, (each) => cellOf.get(passageKey(each)) ?? -1),
    };
  } catch {
    return undefined;
  }
}

function encodeCells({ fingerprint, keys, cellOf, ...centroids }: LastCells): Uint8Array {
  return encodeContainer(CELLS_KIND, {
    space: new TextEncoder().encode(fingerprint),
    keys: joinKeys(keys),
    cellof: cellOf,
    cells: encodeCentroids(centroids),
  });
}

function joinKeys(keys: Iterable<string>): Uint8Array {
  return Buffer.from([...keys].join(""), "hex");
}

function splitKeys(bytes: Uint8Array): string[] {
  const hex = Buffer.from(bytes).toString("hex");
  return Array.from({ length: hex.length / KEY_DIGITS }, (_, i) => hex.slice(i * KEY_DIGITS, (i + 1) * KEY_DIGITS));
}

async function encodeFit({ model, keys }: Fit, base: StaticModel): Promise<Uint8Array> {
  return encodeContainer(KIND, {
    base: new TextEncoder().encode(base.fingerprint),
    keys: joinKeys(keys),
    model: await encodeStaticModel(model),
  });
}

/** Undefined where there is none of this base, or one that cannot be read: it only saves time. */
async function readFit(file: string, base: StaticModel): Promise<Fit | undefined> {
  try {
    const container = new Container(new Uint8Array(await readFile(file)), { kind: KIND, file });
    if (new TextDecoder().decode(container.get("base", Uint8Array)) !== base.fingerprint) return undefined;
    const keys = new Set(splitKeys(container.get("keys", Uint8Array)));
    const model = await decodeStaticModel(container.get("model", Uint8Array), file);
    return { model, keys };
  } catch {
    return undefined;
  }
}
