import { SearchError } from "../core/errors.ts";
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
import { KeywordHits } from "../keyword/keyword-hits.ts";
import type { VectorBlock } from "../vectors/vector-block.ts";
import { abortable, throwIfAborted } from "./abortable.ts";
import { combine, type Findings, feedBack, NOTHING, type Outcome, settle, settleBalance } from "./findings.ts";
import { IndexFiles } from "./index-files.ts";
import { type Meaning, readVectors, searchByMeaning, vectorOfPage } from "./meaning-search.ts";
import { nextTurn } from "./next-turn.ts";
import { parseManifest } from "./parse-manifest.ts";
import { planQuery, type QueryPlan } from "./plan-query.ts";
import { type PageRanking, type RankedPage, rankPages } from "./rank.ts";
import type { ReadFile } from "./reader.ts";
import { chunksToShow, type PartOfText, renderHit } from "./render-hits.ts";
import { searchByWords, type Words } from "./word-search.ts";

/** Options of {@link Engine.open}. */
export interface EngineOptions {
  /** Absolute URL of `index.json`, to make hits' URLs absolute. Default: URLs are paths from the site's root (`/guide/`). */
  readonly indexUrl?: string | undefined;
  /** Name of the manifest for the reader. Default `index.json`. */
  readonly manifestFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

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
    const parts = [this.#files.pages(), this.#files.keyword(), ...(space ? [this.#files.cells(space)] : [])];
    await abortable(Promise.all(parts), signal);
  }

  async search(query: string, options: SearchOptions = {}): Promise<SearchResults> {
    const started = performance.now();
    const { signal, onPartial } = options;
    const plan = planQuery(query, options, this.#files.manifest);
    throwIfAborted(signal);
    if (plan.query === "") return this.#answer(plan, { ...NOTHING, started, signal });
    const words = settle<Words>(plan.mode === "semantic" ? NO_WORDS : searchByWords(plan, this.#files, signal));
    const meaning = settle(plan.mode === "keyword" ? NO_MEANING : searchByMeaning(plan, this.#files, signal));
    const texts = plan.mode === "hybrid" ? words.then((found) => this.#readBest(plan, found, signal)) : NO_TEXTS;
    if (onPartial && plan.mode === "hybrid") {
      await this.#offerKeywordResults({ plan, words, meaning, started, signal, onPartial });
    }
    const byWords = await abortable(words, signal);
    const byMeaning = await abortable(meaning, signal);
    const vectors = await abortable(texts, signal);
    const found = combine(plan, { words: byWords, meaning: byMeaning, texts: vectors });
    const pages = await abortable(this.#files.pages(), signal);
    const findings = feedBack(found, { plan, meaning: byMeaning, pages });
    return this.#answer(plan, { ...findings, started, signal });
  }

  async similar(path: string, { limit = 5, filters = {}, signal }: SimilarOptions = {}): Promise<SearchResults> {
    const started = performance.now();
    const page = await abortable(this.#files.pageAt(path.replace(/^\//, "")), signal);
    if (page === undefined) {
      throw new SearchError("not-found", `The index has no page "${path}".`, {
        remedy: "Give the `path` of a hit: relative to the site's root, without a leading slash.",
      });
    }
    const plan = planQuery(path, { mode: "semantic", limit, filters, sectionsPerPage: 1 }, this.#files.manifest);
    const vector = await vectorOfPage(page, this.#files, signal);
    const meaning = await searchByMeaning({ ...plan, vector, reach: "filtered" }, this.#files, signal);
    const findings = combine(plan, {
      words: { value: { hits: KeywordHits.NONE } },
      meaning: { value: meaning },
      texts: [],
    });
    return this.#answer(plan, { ...findings, started, signal, except: page });
  }

  close(): void {}

  /**
   * The vectors of what is best by words, whose texts are likely to be shown: so they are ranked by their true
   * nearness, whether or not a search by meaning alone would have come by. What cannot be read is ranked without.
   */
  async #readBest(plan: QueryPlan, words: Outcome<Words>, signal: AbortSignal | undefined): Promise<VectorBlock[]> {
    if (!("value" in words) || this.#files.manifest.spaces.length === 0) return [];
    const pages = await this.#files.pages();
    if (signal?.aborted) return [];
    const { evidence } = combine(plan, { words, meaning: { value: undefined }, texts: [] });
    const { ranked } = rankPages(evidence, pages, {
      mask: pages.mask(plan.filters, plan.languages),
      fusion: { ...plan.fusion, semanticWeight: 0 },
      limit: plan.offset + plan.limit,
    });
    const chunks = ranked.map((page) => page.chunks[0]?.chunk as number);
    return readVectors(chunks, this.#files, signal);
  }

  /** Keyword results, if they are there before those by meaning. */
  async #offerKeywordResults({ plan, words, meaning, started, signal, onPartial }: OfferOptions): Promise<void> {
    let settled = false;
    const done = meaning.then(() => {
      settled = true;
    });
    const outcome = await abortable(Promise.race([words, done.then(() => undefined)]), signal);
    // What is already in memory comes within this turn: then the answer is not worth making twice.
    await nextTurn();
    throwIfAborted(signal);
    if (settled || !outcome || "error" in outcome) return;
    const findings = combine(plan, { words: outcome, meaning: { value: undefined }, texts: [] });
    const answer = this.#answer(plan, { ...findings, partial: true, started, signal }).catch(() => undefined);
    const results = await abortable(Promise.race([answer, done.then(() => undefined)]), signal);
    throwIfAborted(signal);
    if (!settled && results) onPartial(results);
  }

  async #answer(plan: QueryPlan, found: AnswerOptions): Promise<SearchResults> {
    const { evidence, coverage, vector, warnings, partial, started, signal, except } = found;
    const pages = await abortable(this.#files.pages(), signal);
    throwIfAborted(signal);
    const { balance, fusion } = settleBalance(plan, evidence, coverage);
    const rank = (filters: QueryPlan["filters"], limit: number) =>
      rankPages(evidence, pages, { ...plan, mask: pages.mask(filters, plan.languages), fusion, limit, except });
    const ranking = rank(plan.filters, plan.limit);
    const context = { pages, vector, balance, idfs: found.idfs, signal };
    const { hits, failures } = await this.#render(ranking.ranked, { ...plan, fusion }, context);
    return {
      query: plan.query,
      mode: plan.mode === "hybrid" && !evidence.byMeaning ? "keyword" : plan.mode,
      partial,
      hits,
      total: ranking.total,
      facets: this.#facets(pages, ranking, { plan, rank }),
      warnings: [...warnings, ...failures],
      elapsedMs: performance.now() - started,
    };
  }

  /** Hits whose text cannot be had are left out with a warning; an error only when none is left. */
  async #render(
    ranked: readonly RankedPage[],
    plan: QueryPlan,
    { pages, signal, ...context }: RenderOptions,
  ): Promise<{ hits: PageHit[]; failures: SearchWarning[] }> {
    const { languages } = this.#files.manifest;
    const outcomes = await Promise.all(
      ranked.map((page) =>
        settle(
          this.#textsOf(page, plan, signal).then((parts) => {
            throwIfAborted(signal);
            return renderHit(page, parts, {
              ...plan,
              ...context,
              urlOf: (path) => this.#urlOf(path),
              language: languages[pages.language[page.page] as number] ?? "und",
            });
          }),
        ),
      ),
    );
    throwIfAborted(signal);
    const hits = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
    const errors = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
    if (hits.length === 0 && errors[0]) throw errors[0];
    return { hits, failures: errors.slice(0, 1).map((error) => ({ part: "text", error: error.toJSON() })) };
  }

  /** The texts of the sections that a page is going to show: that of the best one is needed, others may fail. */
  async #textsOf(page: RankedPage, plan: QueryPlan, signal: AbortSignal | undefined): Promise<PartOfText[]> {
    const [best, ...others] = chunksToShow(page, plan).map(({ chunk }) => this.#files.text(chunk, { signal }));
    const rest = Promise.all(others.map(settle));
    const first = best ? [await best] : [];
    return [...first, ...(await rest).flatMap((outcome) => ("value" in outcome ? [outcome.value] : []))];
  }

  /** Counts under all filters; those of a filtered name as if it were not, so that its other values can be chosen. */
  #facets(pages: PagesTable, { found }: PageRanking, { plan, rank }: FacetOptions): FacetCounts {
    const active = Object.keys(plan.filters);
    const names = this.#files.manifest.filters;
    if (names.length === 0) return {};
    const passive = names.filter((name) => !active.includes(name));
    const counts = { ...pages.facets(found, passive) };
    for (const name of active) {
      const others = Object.fromEntries(Object.entries(plan.filters).filter(([other]) => other !== name));
      Object.assign(counts, pages.facets(rank(others, 0).found, [name]));
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

const NO_WORDS: Promise<Words> = Promise.resolve({ hits: KeywordHits.NONE });
const NO_MEANING: Promise<undefined> = Promise.resolve(undefined);
const NO_TEXTS: Promise<VectorBlock[]> = Promise.resolve([]);

interface AnswerOptions extends Findings {
  readonly started: number;
  readonly signal: AbortSignal | undefined;
  /** Number of a page that must not be found. */
  readonly except?: number;
}

interface RenderOptions {
  readonly pages: PagesTable;
  readonly vector: Float32Array | undefined;
  readonly balance: FusionBalance | undefined;
  readonly idfs: ReadonlyMap<string, number>;
  readonly signal: AbortSignal | undefined;
}

interface FacetOptions {
  readonly plan: QueryPlan;
  /** Ranks under other filters. */
  readonly rank: (filters: QueryPlan["filters"], limit: number) => PageRanking;
}

interface OfferOptions {
  readonly plan: QueryPlan;
  readonly words: Promise<Outcome<Words>>;
  readonly meaning: Promise<Outcome<Meaning | undefined>>;
  readonly started: number;
  readonly signal: AbortSignal | undefined;
  readonly onPartial: (results: SearchResults) => void;
}
