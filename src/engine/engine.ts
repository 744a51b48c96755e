import { SearchError } from "../core/errors.ts";
import { MANIFEST_FILE } from "../core/manifest.ts";
import type { PagesTable } from "../core/pages-table.ts";
import type {
  Correction,
  FacetCounts,
  FusionBalance,
  IndexInfo,
  KeepOptions,
  LoadedSpace,
  LoadSpaceOptions,
  PageHit,
  SearchBackend,
  SearchOptions,
  SearchResults,
  SimilarOptions,
  Suggestion,
  SuggestOptions,
} from "../core/search.ts";
import type { SearchWarning } from "../core/warnings.ts";
import { KeywordHits } from "../keyword/keyword-hits.ts";
import type { RunVectors } from "../vectors/vector-block.ts";
import { abortable, throwIfAborted } from "./abortable.ts";
import { curate } from "./curated.ts";
import type { MeantContext } from "./did-you-mean.ts";
import type { EncoderSpace, OpenEncoder } from "./encoder-space.ts";
import type { EncoderSpaces } from "./encoder-spaces.ts";
import { combine, type Findings, feedBack, NOTHING, type Outcome, settle, settleBalance } from "./findings.ts";
import { IndexFiles } from "./index-files.ts";
import type { KeptFiles } from "./kept-files.ts";
import { lackingWords } from "./lacking-words.ts";
import { type Meaning, readVectors, searchByMeaning, sentenceVector, vectorOfPage } from "./meaning-search.ts";
import { nextTurn } from "./next-turn.ts";
import { pageUrl, pathWithin, type SiteAddress } from "./page-address.ts";
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
  /** Starts the models of larger spaces. Default: by ONNX Runtime in this browser. */
  readonly openEncoder?: OpenEncoder | undefined;
  /** What the reader takes files from that are on this device. Default: there is no such place. */
  readonly kept?: KeptFiles | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Answers queries over one open index, on whatever thread it runs. */
export class Engine implements SearchBackend {
  readonly #files: IndexFiles;
  readonly #indexUrl: string | undefined;
  /** Undefined in an index without them. */
  readonly #encoders: EncoderSpaces | undefined;
  readonly #kept: KeptFiles | undefined;

  private constructor(files: IndexFiles, encoders: EncoderSpaces | undefined, { indexUrl, kept }: EngineOptions) {
    this.#files = files;
    this.#encoders = encoders;
    this.#indexUrl = indexUrl;
    this.#kept = kept;
  }

  /**
   * Read the manifest; everything else is read when a query first needs it.
   * @throws SearchError `index-invalid`, `file-version`, or what the reader threw.
   */
  static async open(
    read: ReadFile,
    { indexUrl, manifestFile = MANIFEST_FILE, openEncoder = openInBrowser, kept, signal }: EngineOptions = {},
  ): Promise<Engine> {
    const manifest = parseManifest(await read(manifestFile, { signal }), indexUrl ?? manifestFile);
    const files = new IndexFiles(manifest, read, () => kept?.isWhole ?? false);
    const encoders =
      manifest.encoders &&
      (await import("./encoder-spaces.ts")).openSpaces(manifest.encoders, {
        store: { read, indexUrl },
        openEncoder,
        pages: () => files.pages(),
      });
    return new Engine(files, encoders, { indexUrl, kept });
  }

  async info(): Promise<IndexInfo> {
    const { build, counts, languages, spaces, filters, sorts = [] } = this.#files.manifest;
    return {
      build,
      pages: counts.pages,
      chunks: counts.chunks,
      languages,
      spaces: [
        ...spaces.map(({ id, dims, fingerprint }) => ({ id, dims, fingerprint })),
        ...((await this.#encoders?.info()) ?? []),
      ],
      filters,
      facets: (await this.#files.pages()).allFacets(),
      sorts: sorts.map(({ name }) => name),
      suggestions: await this.#suggestions(),
    };
  }

  async warm({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const [space] = this.#files.manifest.spaces;
    const parts: Promise<unknown>[] = [this.#files.pages(), this.#files.keyword()];
    if (space) parts.push(this.#files.cells(space));
    // A search does without it.
    parts.push(settle(this.#files.curation()));
    await abortable(Promise.all(parts), signal);
  }

  async search(query: string, options: SearchOptions = {}): Promise<SearchResults> {
    const started = performance.now();
    const { signal, onPartial } = options;
    const encoder = this.#encoders?.ready(options.space);
    const { manifest } = this.#files;
    const bare = planQuery(query, options, encoder ? { ...manifest, fusion: encoder.manifest.fusion } : manifest);
    const { mode } = bare;
    throwIfAborted(signal);
    if (bare.query === "") return this.#answer(bare, { ...NOTHING, started, signal });
    // What else a first query needs comes in the same round.
    if (manifest.curation) void settle(this.warm());
    const wanted = await curate(bare, this.#files, { ...options, root: pageUrl("", this.#address) });
    // The answer waits for it: it may as well be on its way.
    if (wanted.sort) void settle(this.#files.sortRanks(wanted.sort.by, { signal }));
    const words = settle<Words>(mode === "semantic" ? NO_WORDS : searchByWords(wanted, this.#files, signal));
    const meaning = settle(mode === "keyword" ? NO_MEANING : this.#searchByMeaning(wanted, { encoder, signal }));
    const texts = mode === "hybrid" ? this.#vectorsOfBest(wanted, { words, meaning, encoder, signal }) : NO_TEXTS;
    if (onPartial && mode === "hybrid") {
      await this.#offerKeywordResults({ plan: wanted, words, meaning, started, signal, onPartial });
    }
    const byWords = await abortable(words, signal);
    const byMeaning = await abortable(meaning, signal);
    const isInstead = "value" in byMeaning && byMeaning.value?.insteadOf !== undefined;
    // The embedded model's rankings are fused as the index says for them.
    const plan = isInstead ? { ...planQuery(query, options, manifest), curated: wanted.curated } : wanted;
    const vectors = await abortable(texts, signal);
    const found = combine(plan, { words: byWords, meaning: byMeaning, texts: vectors });
    const pages = await abortable(this.#files.pages(), signal);
    const findings = feedBack(found, { plan, meaning: byMeaning, pages });
    const answer = await this.#answer(plan, { ...findings, started, signal });
    if (!encoder?.rerankTop || plan.sort || answer.space !== encoder.manifest.id || answer.hits.length < 2)
      return answer;
    onPartial?.({ ...answer, partial: true });
    return this.#answer(plan, { ...findings, started, signal, reranker: encoder });
  }

  async similar(path: string, { limit = 5, filters = {}, signal }: SimilarOptions = {}): Promise<SearchResults> {
    const started = performance.now();
    const page = (await abortable(this.#files.addresses(), signal)).at(path.replace(/^\//, ""));
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

  async suggest(query: string, options: SuggestOptions = {}): Promise<readonly Suggestion[]> {
    throwIfAborted(options.signal);
    const { suggest } = await import("./suggest.ts");
    return abortable(suggest(query, this.#files, options), options.signal);
  }

  async filtersOf(
    url: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const path = pathWithin(url, this.#address);
    if (path === undefined || this.#files.manifest.filters.length === 0) return {};
    const [addresses, pages] = await abortable(Promise.all([this.#files.addresses(), this.#files.pages()]), signal);
    const page = addresses.near(path);
    return page === undefined ? {} : pages.filtersOf(page);
  }

  async loadSpace(id: string, options: LoadSpaceOptions = {}): Promise<LoadedSpace> {
    const { spaces, encoders = [] } = this.#files.manifest;
    if (spaces.some((space) => space.id === id)) return { device: "js" };
    const isKnown = encoders.some((encoder) => encoder.id === id);
    if (isKnown && this.#encoders) return this.#encoders.load(id, options);
    throw new SearchError("bad-option", `The index has no space "${id}".`, {
      remedy: `Choose one of: ${[...spaces, ...encoders].map((space) => space.id).join(", ") || "none"}.`,
    });
  }

  async keepAll(options: KeepOptions = {}): Promise<void> {
    if (!this.#kept) throw new SearchError("storage", "This index is not read over HTTP: there is nothing to keep.");
    await this.#loadCode();
    await this.#kept.keep(await abortable(this.#files.names(), options.signal), options);
  }

  close(): void {
    this.#encoders?.close();
  }

  /** What otherwise comes with the first search that needs it. */
  async #loadCode(): Promise<void> {
    const rules = this.#files.manifest.curation && import("./curation-rules.ts");
    await Promise.all([import("./did-you-mean.ts"), import("./suggest.ts"), rules]).catch((cause) => {
      throw new SearchError("network", "A part of the search could not be loaded.", { cause });
    });
  }

  /** None where they cannot be had: they are no answer to anything. */
  async #suggestions(): Promise<readonly string[]> {
    const outcome = await settle(this.#files.curation());
    return "value" in outcome ? (outcome.value?.suggestions ?? []) : [];
  }

  /** In a larger model's space if there is one; when that fails, in the embedded one's. */
  async #searchByMeaning(
    { curated, ...bare }: QueryPlan,
    { encoder, signal }: MeaningOptions,
  ): Promise<Meaning | undefined> {
    const plan = { ...bare, query: curated?.text ?? bare.query };
    if (!encoder) return searchByMeaning(plan, this.#files, signal);
    const pages = await this.#files.pages();
    const mask = pages.mask(plan.filters, plan.languages);
    const [found, sentence] = await Promise.all([
      settle(encoder.search(plan, { pages, mask, signal })),
      sentenceVector(plan.query, this.#files, signal),
    ]);
    if ("value" in found) return { ...found.value, sentence };
    throwIfAborted(signal);
    const meaning = await searchByMeaning(plan, this.#files, signal);
    if (!meaning) throw found.error;
    return { ...meaning, insteadOf: found.error };
  }

  /**
   * The vectors of what is best by words, whose texts are likely to be shown: so they are ranked by their true
   * nearness, whether or not a search by meaning alone would have come by. What cannot be read is ranked without.
   */
  async #vectorsOfBest(plan: QueryPlan, context: BestContext): Promise<readonly RunVectors[]> {
    const { encoder, signal } = context;
    const words = await context.words;
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
    if (!encoder) return readVectors(chunks, this.#files, signal);
    const meaning = await context.meaning;
    const isEncoded = "value" in meaning && meaning.value?.space === encoder.manifest.id;
    return isEncoded ? [encoder.vectorsOf(chunks)] : readVectors(chunks, this.#files, signal);
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
    const { evidence, coverage, vector, partial, started, signal, except } = found;
    const pages = await abortable(this.#files.pages(), signal);
    throwIfAborted(signal);
    const { balance, fusion } = settleBalance(plan, evidence, coverage);
    const { pins, redirect, warnings: curationWarnings = [] } = plan.curated ?? {};
    const sorting = plan.sort && {
      ranks: await this.#files.sortRanks(plan.sort.by, { signal }),
      order: plan.sort.order,
    };
    const rank = (filters: QueryPlan["filters"], limit: number) =>
      rankPages(evidence, pages, { mask: pages.mask(filters, plan.languages), fusion, limit, except, pins, sorting });
    const wanted = plan.offset + plan.limit;
    const ranking = rank(plan.filters, Math.max(wanted, found.reranker?.rerankTop ?? 0));
    const { order, warnings } = await this.#order(ranking.ranked, plan, found);
    const context = { pages, vector, balance, idfs: found.idfs, signal };
    const shown = order.slice(plan.offset, wanted);
    const rendering = this.#render(shown, { ...plan, fusion }, context);
    const lacking = lackingWords(plan, found);
    const others = lacking.length > 0 ? this.#didYouMean(plan, found, { lacking, rendering }) : NO_CORRECTIONS;
    const [{ hits, failures }, corrections] = await Promise.all([rendering, others]);
    return {
      query: plan.query,
      mode: plan.mode === "hybrid" && !evidence.byMeaning ? "keyword" : plan.mode,
      ...(found.space !== undefined && { space: found.space }),
      partial,
      hits,
      total: ranking.total,
      facets: this.#facets(pages, ranking, { plan, rank }),
      ...(corrections.length > 0 && { didYouMean: corrections }),
      ...(redirect && { redirect }),
      warnings: [...warnings, ...failures, ...curationWarnings],
      elapsedMs: performance.now() - started,
    };
  }

  /** Its code is loaded for the first query that has a word which the site lacks; without it, there is none. */
  async #didYouMean(plan: QueryPlan, found: AnswerOptions, context: Pick<MeantContext, "lacking" | "rendering">) {
    const outcome = await settle(import("./did-you-mean.ts"));
    if ("error" in outcome) return [];
    return outcome.value.didYouMean(plan, found, { ...context, files: this.#files, signal: found.signal });
  }

  /** As a second model says, if there is one and it works. */
  async #order(
    ranked: readonly RankedPage[],
    { query }: QueryPlan,
    { reranker, warnings, signal }: AnswerOptions,
  ): Promise<{ readonly order: readonly RankedPage[]; readonly warnings: readonly SearchWarning[] }> {
    if (!reranker) return { order: ranked, warnings };
    const first = ranked.filter(({ pinned }) => pinned);
    const others = ranked.slice(first.length);
    const outcome = await settle(reranker.rerank(others, { query, files: this.#files, signal }));
    throwIfAborted(signal);
    if ("value" in outcome) return { order: [...first, ...outcome.value], warnings };
    return { order: ranked, warnings: [...warnings, { part: "model", error: outcome.error.toJSON() }] };
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
              urlOf: (path) => pageUrl(path, this.#address),
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

  get #address(): SiteAddress {
    return { siteRoot: this.#files.manifest.siteRoot, indexUrl: this.#indexUrl };
  }
}

/** ONNX Runtime and the tokenizers are code that only those load who need it. */
const openInBrowser: OpenEncoder = async (...args) => (await import("./open-encoder.ts")).openEncoder(...args);

const NO_WORDS: Promise<Words> = Promise.resolve({ hits: KeywordHits.NONE });
const NO_MEANING: Promise<undefined> = Promise.resolve(undefined);
const NO_CORRECTIONS: Promise<Correction[]> = Promise.resolve([]);
const NO_TEXTS: Promise<RunVectors[]> = Promise.resolve([]);

interface MeaningOptions {
  /** Undefined for the embedded model's space. */
  readonly encoder: EncoderSpace | undefined;
  readonly signal: AbortSignal | undefined;
}

interface BestContext extends MeaningOptions {
  readonly words: Promise<Outcome<Words>>;
  readonly meaning: Promise<Outcome<Meaning | undefined>>;
}

interface AnswerOptions extends Findings {
  readonly started: number;
  readonly signal: AbortSignal | undefined;
  /** Number of a page that must not be found. */
  readonly except?: number;
  /** A space with a second model, which is to order the best. */
  readonly reranker?: EncoderSpace | undefined;
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
