import { isAbort, SearchError } from "../core/errors.ts";
import type { EncoderManifest } from "../core/manifest.ts";
import { storedBytes } from "../core/model-files.ts";
import type { PagesTable } from "../core/pages-table.ts";
import type { LoadedSpace, LoadSpaceOptions, SpaceInfo } from "../core/search.ts";
import { abortable } from "./abortable.ts";
import { EncoderSpace, type OpenEncoder } from "./encoder-space.ts";
import { settle } from "./findings.ts";
import { ModelStore, type ModelStoreOptions } from "./model-store.ts";
import type { ReadFile } from "./reader.ts";

interface Context {
  readonly store: ModelStore;
  readonly openEncoder: OpenEncoder;
  readonly pages: () => Promise<PagesTable>;
}

/** What {@link openSpaces} needs. */
export interface SpacesContext extends Omit<Context, "store"> {
  readonly store: ModelStoreOptions & { readonly read: ReadFile };
}

/** The encoders of an index. Their code is loaded for an index that has some. */
export function openSpaces(
  manifests: readonly EncoderManifest[],
  { store: { read, ...options }, ...context }: SpacesContext,
): EncoderSpaces {
  return new EncoderSpaces(manifests, { ...context, store: new ModelStore(read, options) });
}

/** The sentence encoders of an index: which there are, and which are ready. */
export class EncoderSpaces {
  readonly #manifests: readonly EncoderManifest[];
  readonly #context: Context;
  readonly #ready = new Map<string, EncoderSpace>();
  readonly #loading = new Map<string, Promise<EncoderSpace>>();
  #isClosed = false;

  constructor(manifests: readonly EncoderManifest[], context: Context) {
    this.#manifests = manifests;
    this.#context = context;
  }

  /** What it takes to use them. */
  info(): Promise<SpaceInfo[]> {
    return Promise.all(
      this.#manifests.map(async ({ id, dims, fingerprint, files }) => {
        const parts = files.flatMap((file) => file.parts);
        const bytes = parts.reduce((sum, part) => sum + storedBytes(part), 0);
        const cached = await this.#context.store.isCached(files).catch(() => false);
        return { id, dims, fingerprint, download: { bytes, cached } };
      }),
    );
  }

  /** The space of that id, or the last one, if it is ready. */
  ready(id: string | undefined): EncoderSpace | undefined {
    return id === undefined ? [...this.#ready.values()].at(-1) : this.#ready.get(id);
  }

  /**
   * Fetch and start one. Whoever asks while it is on its way waits for the same load, and goes on with it when the one
   * who asked first stops it.
   *
   * @throws SearchError `bad-option` for an unknown id, or as {@link EncoderSpace.load}; `aborted`.
   */
  async load(id: string, options: LoadSpaceOptions): Promise<LoadedSpace> {
    const manifest = this.#manifests.find((each) => each.id === id);
    if (!manifest) throw new SearchError("bad-option", `The index has no space "${id}".`);
    const known = this.#ready.get(id);
    if (known) return known.state;
    const shared = this.#loading.get(id);
    if (shared) {
      const outcome = await abortable(settle(shared), options.signal);
      if ("value" in outcome) return outcome.value.state;
      if (!isAbort(outcome.error) || this.#isClosed) throw outcome.error;
      return this.load(id, options);
    }
    const loading = this.#load(manifest, options).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return (await loading).state;
  }

  close(): void {
    this.#isClosed = true;
    for (const space of this.#ready.values()) void space.close();
    this.#ready.clear();
  }

  async #load(manifest: EncoderManifest, options: LoadSpaceOptions): Promise<EncoderSpace> {
    const { store, openEncoder } = this.#context;
    const pages = await this.#context.pages();
    const space = await EncoderSpace.load(manifest, { ...options, store, openEncoder, pages });
    if (this.#isClosed) {
      await space.close();
      throw new SearchError("aborted", "The search was closed while its model was loading.");
    }
    this.#ready.set(manifest.id, space);
    const current = this.#manifests.flatMap(({ files, gpuFiles = [] }) => [...files, ...gpuFiles]);
    // What an older build kept is of no use any more; that it could not be removed is no reason to fail.
    await store.removeOld(current).catch(() => undefined);
    return space;
  }
}
