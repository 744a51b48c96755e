import type { QueryEmbedding } from "../core/embedder.ts";
import { isAbort, SearchError } from "../core/errors.ts";
import type { FusionParams } from "../core/fusion.ts";
import { MANIFEST_FILE } from "../core/manifest.ts";
import type { PagesTable } from "../core/pages-table.ts";
import type {
  FacetCounts,
  FusionBalance,
  IndexInfo,
  PageHit,
  SearchBackend,
  SearchOptions,
  SearchResults,
  SimilarOptions,
} from "../core/search.ts";
import type { SearchWarning } from "../core/warnings.ts";
import type { KeywordHit, KeywordIndex } from "../keyword/keyword-index.ts";
import type { PageText } from "../text/text-shard.ts";
import { unpackRow } from "../vectors/vector-shard.ts";
import { abortable, throwIfAborted } from "./abortable.ts";
import { holdsPhrases } from "./find-phrases.ts";
import { IndexFiles, type Space } from "./index-files.ts";
import { moveTowards } from "./move-towards.ts";
import { parseManifest } from "./parse-manifest.ts";
import { planQuery, type QueryPlan } from "./plan-query.ts";
import { bestChunks, type Evidence, type RankedPage, rankPages } from "./rank.ts";
import type { ReadFile } from "./reader.ts";
import { renderHit } from "./render-hits.ts";

/** Options of {@link Engine.open}. */
export interface EngineOptions {
  /** Absolute URL of `index.json`, to make hits' URLs absolute. Default: URLs are paths from the site's root (`/guide/`). */
  readonly indexUrl?: string | undefined;
  /** Name of the manifest for the reader. Default `index.json`. */
  readonly manifestFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A search by meaning that succeeded: the query's vector, the space that it is in, and the cosine of every chunk. */
interface Meaning {
  readonly query: QueryEmbedding;
  readonly space: Space;
  readonly cosines: Float32Array;
}

/** A search by words that succeeded. */
interface Words {
  readonly hits: readonly KeywordHit[];
  /** Pages on which the quoted phrases stand; undefined when nothing is quoted, or what is stands nowhere. */
  readonly phrasePages?: ReadonlySet<number> | undefined;
}

/** The outcome of one half of a search: what it found, or why it could not look. */
type Outcome<T> = { readonly value: T } | { readonly error: SearchError };

/** Everything that an answer is made from. */
interface Findings {
  readonly evidence: Evidence;
  /** How much of the query the model knows, 0–1. */
  readonly coverage: number;
  readonly vector: Float32Array | undefined;
  readonly warnings: readonly SearchWarning[];
  readonly partial: boolean;
}

/** Pages looked through for a phrase, best first: each costs a file of some 3 KB. */
const MAX_PHRASE_PAGES = 30;

/** Answers queries over one open index, on whatever thread it runs. */
export class Engine implements SearchBackend {
  readonly #files: IndexFiles;
  readonly #indexUrl: string | undefined;

  private constructor(files: IndexFiles, indexUrl: string | undefined) {
    this.#files = files;
    this.#indexUrl = indexUrl;
  }

  /**
   * Read the manifest; everything else is read when a query first needs it.
   * @throws SearchError `index-invalid`, `file-version`, or what the reader threw.
   */
  static async open(
    read: ReadFile,
    { indexUrl, manifestFile = MANIFEST_FILE, signal }: EngineOptions = {},
  ): Promise<Engine> {
    const manifest = parseManifest(await read(manifestFile, { signal }), indexUrl ?? manifestFile);
    return new Engine(new IndexFiles(manifest, read), indexUrl);
  }

  async info(): Promise<IndexInfo> {
    const { build, counts, languages, spaces, filters } = this.#files.manifest;
    return {
      build,
      pages: counts.pages,
      chunks: counts.chunks,
      languages,
      spaces: spaces.map(({ id, dims, fingerprint }) => ({ id, dims, fingerprint })),
      filters,
    };
  }

  async warm({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const [space] = this.#files.manifest.spaces;
    const parts = [this.#files.pages(), this.#files.keyword(), ...(space ? [this.#files.space(space)] : [])];
    await abortable(Promise.all(parts), signal);
  }

  async search(query: string, options: SearchOptions = {}): Promise<SearchResults> {
    const started = performance.now();
    const { signal, onPartial } = options;
    const plan = planQuery(query, options, this.#files.manifest);
    throwIfAborted(signal);
    const pages = await abortable(this.#files.pages(), signal);
    if (plan.query === "") return this.#answer(plan, pages, { ...NOTHING, started });
    const words = settle<Words>(plan.mode === "semantic" ? Promise.resolve({ hits: [] }) : this.#byWords(plan, pages));
    const meaning = settle(plan.mode === "keyword" ? Promise.resolve(undefined) : this.#byMeaning(plan.query, signal));
    if (onPartial && plan.mode === "hybrid") {
      await this.#offerKeywordResults({ plan, pages, words, meaning, started, signal, onPartial });
    }
    const [byWords, byMeaning] = [await abortable(words, signal), await abortable(meaning, signal)];
    const findings = feedBack(combine(byWords, byMeaning, plan), { plan, pages, meaning: byMeaning });
    return abortable(this.#answer(plan, pages, { ...findings, started }), signal);
  }

  async similar(path: string, { limit = 5, filters = {}, signal }: SimilarOptions = {}): Promise<SearchResults> {
    const started = performance.now();
    const [manifest] = this.#files.manifest.spaces;
    const page = await abortable(this.#files.pageAt(path.replace(/^\//, "")), signal);
    if (page === undefined) {
      throw new SearchError("not-found", `The index has no page "${path}".`, {
        remedy: "Give the `path` of a hit: relative to the site's root, without a leading slash.",
      });
    }
    if (!manifest)
      throw new SearchError("not-found", "The index has no vectors.", { remedy: "Build it with a model." });
    const [pages, space] = await abortable(Promise.all([this.#files.pages(), this.#files.space(manifest)]), signal);
    const vector = pageVector(space, pages, page);
    const cosines = space.index.scores(vector).slice();
    cosines.fill(Number.NEGATIVE_INFINITY, pages.chunkStart[page], pages.chunkStart[page + 1]);
    const plan = planQuery(path, { mode: "semantic", limit, filters, sectionsPerPage: 1 }, this.#files.manifest);
    const evidence = { byWords: [], byMeaning: cosines, isMeaningTrusted: true };
    return abortable(this.#answer(plan, pages, { ...NOTHING, evidence, vector, started }), signal);
  }

  close(): void {}

  async #byWords(plan: QueryPlan, pages: PagesTable): Promise<Words> {
    const keyword = await this.#files.keyword();
    const hits = keyword.search(plan.words, plan.boosts);
    return { hits, phrasePages: plan.phrases.length > 0 ? await this.#phrasePages(plan, pages, keyword) : undefined };
  }

  /** Pages on which every phrase stands as it is, of the best that have all of its words; undefined for none. */
  async #phrasePages(
    { phrases, boosts, filters, languages }: QueryPlan,
    pages: PagesTable,
    keyword: KeywordIndex,
  ): Promise<ReadonlySet<number> | undefined> {
    const mask = pages.mask(filters, languages);
    const candidates = phrases.map(({ words }) => {
      const whole = keyword.search(words, boosts).filter((hit) => hit.words === words.length);
      return new Set(whole.map(({ chunk }) => pages.pageOfChunk[chunk] as number));
    });
    const likely = [...(candidates[0] ?? [])]
      .filter((page) => candidates.every((own) => own.has(page)) && (!mask || mask[page] === 1))
      .slice(0, MAX_PHRASE_PAGES);
    const texts = await Promise.all(likely.map((page) => this.#files.pageText(page)));
    const wanted = phrases.map(({ text }) => text);
    const found = likely.filter((_, i) => holdsPhrases(texts[i] as PageText, wanted));
    return found.length > 0 ? new Set(found) : undefined;
  }

  async #byMeaning(query: string, signal: AbortSignal | undefined): Promise<Meaning | undefined> {
    const [manifest] = this.#files.manifest.spaces;
    if (!manifest) return undefined;
    const loading = this.#files.space(manifest);
    // Both are needed; a failure of the second while the first is awaited must not go unhandled.
    const [space, embedding] = await Promise.all([
      loading,
      this.#files.embedder(manifest).then((embedder) => embedder.embedQuery(query, { signal })),
    ]);
    return { query: embedding, space, cosines: space.index.scores(embedding.vector).slice() };
  }

  /** Keyword results, if they are there before those by meaning. */
  async #offerKeywordResults({ plan, pages, words, meaning, started, signal, onPartial }: OfferOptions): Promise<void> {
    let settled = false;
    const done = meaning.then(() => {
      settled = true;
    });
    const outcome = await abortable(Promise.race([words, done.then(() => undefined)]), signal);
    if (settled || !outcome || "error" in outcome) return;
    const findings = combine(outcome, { value: undefined }, plan);
    const results = await abortable(this.#answer(plan, pages, { ...findings, partial: true, started }), signal).catch(
      () => undefined,
    );
    throwIfAborted(signal);
    if (!settled && results) onPartial(results);
  }

  async #answer(
    plan: QueryPlan,
    pages: PagesTable,
    { evidence, coverage, vector, warnings, partial, started }: Findings & { readonly started: number },
  ): Promise<SearchResults> {
    const { balance, fusion } = settleBalance(plan, evidence, coverage);
    const ranked = rankPages(evidence, pages, { mask: pages.mask(plan.filters, plan.languages), fusion });
    const shown = ranked.slice(plan.offset, plan.offset + plan.limit);
    const { hits, failures } = await this.#render(shown, { ...plan, fusion }, { pages, vector, balance });
    return {
      query: plan.query,
      mode: plan.mode === "hybrid" && !evidence.byMeaning ? "keyword" : plan.mode,
      partial,
      hits,
      total: ranked.length,
      facets: this.#facets(evidence, pages, { plan, ranked }),
      warnings: [...warnings, ...failures],
      elapsedMs: performance.now() - started,
    };
  }

  /** Hits whose text cannot be had are left out with a warning; an error only when none is left. */
  async #render(
    ranked: readonly RankedPage[],
    plan: QueryPlan,
    { pages, vector, balance }: RenderOptions,
  ): Promise<{ hits: PageHit[]; failures: SearchWarning[] }> {
    const { manifest } = this.#files;
    const idf = ranked.some(({ chunks }) => chunks[0]?.keyword) ? await this.#files.keyword() : undefined;
    const outcomes = await Promise.all(
      ranked.map((page) =>
        settle(
          this.#files.pageText(page.page).then((text) =>
            renderHit(page, text, {
              ...plan,
              vector,
              balance,
              urlOf: (path) => this.#urlOf(path),
              language: manifest.languages[pages.language[page.page] as number] ?? "und",
              firstChunk: pages.chunkStart[page.page] as number,
              worthOf: (term) => idf?.idf(term) ?? 1,
            }),
          ),
        ),
      ),
    );
    const hits = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
    const errors = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
    if (hits.length === 0 && errors[0]) throw errors[0];
    return { hits, failures: errors.slice(0, 1).map((error) => ({ part: "text", error: error.toJSON() })) };
  }

  /** Counts under all filters; those of a filtered name as if it were not, so that its other values can be chosen. */
  #facets(
    evidence: Evidence,
    pages: PagesTable,
    { plan, ranked }: { readonly plan: QueryPlan; readonly ranked: readonly RankedPage[] },
  ): FacetCounts {
    const active = Object.keys(plan.filters);
    const names = this.#files.manifest.filters;
    if (names.length === 0) return {};
    const passive = names.filter((name) => !active.includes(name));
    const counts = { ...pages.facets(new Set(ranked.map(({ page }) => page)), passive) };
    for (const name of active) {
      const others = Object.fromEntries(Object.entries(plan.filters).filter(([other]) => other !== name));
      const mask = pages.mask(others, plan.languages);
      const found = rankPages(evidence, pages, { mask, fusion: plan.fusion });
      Object.assign(counts, pages.facets(new Set(found.map(({ page }) => page)), [name]));
    }
    return counts;
  }

  #urlOf(path: string): string {
    const { siteRoot } = this.#files.manifest;
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const isAbsolute = /^[a-z]+:\/\//i.test(siteRoot);
    if (isAbsolute) return new URL(encoded, siteRoot).href;
    return this.#indexUrl ? new URL(siteRoot + encoded, this.#indexUrl).href : `/${encoded}`;
  }
}

interface RenderOptions {
  readonly pages: PagesTable;
  readonly vector: Float32Array | undefined;
  readonly balance: FusionBalance | undefined;
}

interface OfferOptions {
  readonly plan: QueryPlan;
  readonly pages: PagesTable;
  readonly words: Promise<Outcome<Words>>;
  readonly meaning: Promise<Outcome<Meaning | undefined>>;
  readonly started: number;
  readonly signal: AbortSignal | undefined;
  readonly onPartial: (results: SearchResults) => void;
}

interface FeedbackContext {
  readonly plan: QueryPlan;
  readonly pages: PagesTable;
  readonly meaning: Outcome<Meaning | undefined>;
}

const NOTHING: Findings = {
  evidence: { byWords: [], byMeaning: undefined, isMeaningTrusted: false },
  coverage: 0,
  vector: undefined,
  warnings: [],
  partial: false,
};

/** One half that failed becomes a warning; the search fails only when nothing is left to answer from. */
function combine(words: Outcome<Words>, meaning: Outcome<Meaning | undefined>, { mode }: QueryPlan): Findings {
  const warnings: SearchWarning[] = [];
  if ("error" in words) {
    if (mode === "keyword" || "error" in meaning || !meaning.value) throw words.error;
    warnings.push({ part: "keyword", error: words.error.toJSON() });
  }
  if ("error" in meaning) {
    if (mode === "semantic" || isAbort(meaning.error)) throw meaning.error;
    warnings.push({ part: "semantic", error: meaning.error.toJSON() });
  }
  const found = "value" in meaning ? meaning.value : undefined;
  const { hits, phrasePages }: Words = "value" in words ? words.value : { hits: [] };
  return {
    evidence: {
      byWords: hits,
      onlyPages: phrasePages,
      byMeaning: found?.cosines,
      // A query of no word that the model knows is near to something all the same: by chance.
      isMeaningTrusted: mode === "semantic" || (found?.query.coverage ?? 0) > 0,
    },
    coverage: found?.query.coverage ?? 0,
    vector: found?.query.vector,
    warnings,
    partial: false,
  };
}

/** What a hybrid found, with the cosines of the query moved towards the chunks that are best so far. */
function feedBack(findings: Findings, { plan, pages, meaning }: FeedbackContext): Findings {
  const { evidence, coverage } = findings;
  const { fusion } = settleBalance(plan, evidence, coverage);
  const { feedback, semanticWeight } = fusion;
  const found = "value" in meaning ? meaning.value : undefined;
  const isHybrid = semanticWeight > 0 && semanticWeight < 1 && evidence.isMeaningTrusted;
  if (!found || !feedback || !isHybrid) return findings;
  const mask = pages.mask(plan.filters, plan.languages);
  const rows = bestChunks(evidence, pages, { mask, fusion, count: feedback.chunks });
  const { vectors, index } = found.space;
  const moved = moveTowards(found.query.vector, { rows, vectors, weight: feedback.weight });
  return { ...findings, evidence: { ...evidence, byMeaning: index.scores(moved).slice() } };
}

/** How much meaning counts: by the query's shape and what the model knows of it, unless the search says so itself. */
function settleBalance(
  { isWeightGiven, shape, fusion }: QueryPlan,
  evidence: Evidence,
  coverage: number,
): { readonly fusion: FusionParams; readonly balance?: FusionBalance } {
  if (isWeightGiven) return { fusion };
  const actual = evidence.onlyPages ? "phrase" : shape;
  const weight = fusion.shapes?.[actual] ?? fusion.semanticWeight;
  return { fusion: { ...fusion, semanticWeight: weight * coverage }, balance: { shape: actual, weight, coverage } };
}

/** Mean of the page's chunk vectors at unit length. */
function pageVector({ vectors, manifest }: Space, pages: PagesTable, page: number): Float32Array {
  const mean = new Float32Array(manifest.dims);
  for (let chunk = pages.chunkStart[page] as number; chunk < (pages.chunkStart[page + 1] as number); chunk++) {
    unpackRow(vectors, chunk).forEach((value, i) => {
      mean[i] = (mean[i] as number) + value;
    });
  }
  const length = Math.hypot(...mean);
  return length > 0 ? mean.map((value) => value / length) : mean;
}

function settle<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: SearchError.from(error) }),
  );
}
