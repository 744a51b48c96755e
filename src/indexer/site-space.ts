import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Container, encodeContainer } from "../core/container.ts";
import type { Passage } from "../core/embedder.ts";
import { type AdaptOptions, adaptModel } from "../embed/adapt-model.ts";
import { decodeStaticModel, encodeStaticModel, type StaticModel } from "../embed/static-model.ts";
import { type Centroids, decodeCentroids, encodeCentroids } from "../vectors/cluster-vectors.ts";
import type { BuildSpace } from "./build-index.ts";
import { CachedEmbedder, passageKey } from "./embedding-cache.ts";
import { staticSpace } from "./load-model.ts";
import { Turns } from "./turns.ts";

const KIND = "adapted";
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
  #cells: Centroids | undefined;

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
    this.#embedder = await CachedEmbedder.open(space.embedder, cache && `${cache}.bin`, { force });
    return {
      ...space,
      embedder: this.#embedder,
      // Of a model that is adapted anew the vectors are others.
      previousCells: force || !cache || this.#isFitNew ? undefined : await readCells(`${cache}.cells.bin`),
      onCells: (cells) => {
        this.#cells = cells;
      },
    };
  };

  /** Leave what the next build can use. */
  async save(): Promise<void> {
    const { cache } = this.#options;
    if (cache === undefined) return;
    await this.#embedder?.save();
    await mkdir(dirname(cache), { recursive: true });
    if (this.#cells) await writeFile(`${cache}.cells.bin`, encodeCentroids(this.#cells));
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

/** Undefined where there are none, or they cannot be read: they only keep files as they are. */
async function readCells(file: string): Promise<Centroids | undefined> {
  try {
    return decodeCentroids(new Uint8Array(await readFile(file)), file);
  } catch {
    return undefined;
  }
}

async function encodeFit({ model, keys }: Fit, base: StaticModel): Promise<Uint8Array> {
  return encodeContainer(KIND, {
    base: new TextEncoder().encode(base.fingerprint),
    keys: Buffer.from([...keys].join(""), "hex"),
    model: await encodeStaticModel(model),
  });
}

/** Undefined where there is none of this base, or one that cannot be read: it only saves time. */
async function readFit(file: string, base: StaticModel): Promise<Fit | undefined> {
  try {
    const container = new Container(new Uint8Array(await readFile(file)), { kind: KIND, file });
    if (new TextDecoder().decode(container.get("base", Uint8Array)) !== base.fingerprint) return undefined;
    const hex = Buffer.from(container.get("keys", Uint8Array)).toString("hex");
    const model = await decodeStaticModel(container.get("model", Uint8Array), file);
    return { model, keys: new Set(hex.match(/.{32}/g)) };
  } catch {
    return undefined;
  }
}
