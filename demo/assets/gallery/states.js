import {
  ARABIC_HITS,
  answer,
  DEEP_HITS,
  DOCS_HITS,
  JAPANESE_HITS,
  KEYWORD_HITS,
  LONG_HITS,
  MEANING_HITS,
  NEAR_TO_DEPLOYING,
  NEAR_TO_INCIDENTS,
} from "./fixtures.js";

/** What the site that is searched has; every state may say otherwise. */
const INFO = {
  build: "gallery",
  pages: 128,
  chunks: 940,
  languages: ["en"],
  spaces: [],
  filters: [],
  facets: {},
  sorts: [],
  suggestions: [],
};

const FACETS = {
  section: { Guide: 12, Handbook: 4, Reference: 31 },
  version: { "1.0": 18, "2.0": 24, "3.0 beta": 5 },
};
const FILTERABLE = { filters: Object.keys(FACETS), facets: FACETS, sorts: ["date"] };

const SUGGESTIONS = [
  { text: "deploy to production", kind: "curated", marks: [[0, 3]] },
  { text: "deploy previews", kind: "term", marks: [[0, 3]] },
  { text: "Deploying to production", kind: "title", marks: [[0, 3]] },
  { text: "dependencies", kind: "term", marks: [[0, 3]] },
];

const SMALL_MODEL_BYTES = 33_800_000;
/** Too large to be fetched without asking. */
const LARGE_MODEL_BYTES = 117_000_000;

const model = (bytes) => ({
  spaces: [{ id: "large", dims: 384, fingerprint: "gallery", download: { bytes, cached: false } }],
});

const unavailable = searchError("file-missing", "vectors/3f2a.bin answered with 404.", {
  remedy: "Check that the whole index folder was uploaded.",
});

const QUERY = "undo a deploy";
const never = () => new Promise(() => {});
const give = (hits, more) => async (query) => answer(query, hits, more);
const partly =
  (hits) =>
  (query, { onPartial }) => {
    onPartial?.(answer(query, hits, { mode: "keyword", partial: true }));
    return never();
  };
const fail = (error) => () => Promise.reject(error);

/** Every state of the element, in the order in which a visitor may meet them. */
export const STATES = {
  trigger: { title: "Button", shows: "trigger", closed: true },
  "trigger-slot": {
    title: "Button of the page's own making",
    shows: "trigger",
    closed: true,
    slots: { trigger: { tag: "span", text: "Ask the handbook" } },
  },
  idle: { title: "Before the first letter", shows: "footer", properties: { noRecent: true } },
  recent: {
    title: "Searched before",
    shows: "suggested",
    properties: { noRecent: false },
    recent: ["rolling back a release", "health checks", "undo a deploy"],
    info: { suggestions: ["first steps", "deploy to production", "invite a colleague"] },
  },
  slots: {
    title: "With what the page adds",
    shows: "suggested",
    info: { suggestions: ["first steps", "deploy to production"] },
    slots: {
      header: { tag: "p", text: "Guide, reference and handbook of Acme 2.0" },
      idle: { tag: "p", text: "New here? ", link: "Take the tour" },
      footer: { tag: "span", text: "", link: "Ask a person" },
    },
  },
  typing: {
    title: "Typing",
    shows: "suggestions",
    typed: "dep",
    suggestions: SUGGESTIONS,
    search: (query, options) =>
      options.mode === "keyword" ? give(KEYWORD_HITS.slice(1), { mode: "keyword" })(query) : never(),
  },
  loading: { title: "On its way", shows: "loading", query: QUERY, search: never },
  partial: { title: "Words found, meaning on its way", shows: "results", query: QUERY, search: partly(KEYWORD_HITS) },
  results: { title: "Results", shows: "results", query: QUERY, search: give(DOCS_HITS) },
  filters: {
    title: "Filters",
    shows: "filters",
    query: QUERY,
    info: FILTERABLE,
    search: give(DOCS_HITS, { facets: FACETS }),
  },
  menu: {
    title: "A filter's values",
    shows: "filters",
    query: QUERY,
    info: FILTERABLE,
    search: give(DOCS_HITS, { facets: FACETS }),
    press: "[aria-haspopup=menu]",
  },
  filtered: {
    title: "Filtered",
    shows: "filter-chosen",
    query: QUERY,
    properties: { filters: "version=2.0" },
    info: FILTERABLE,
    search: give(DOCS_HITS.slice(0, 2), { facets: { ...FACETS, section: { Guide: 1, Reference: 1 } } }),
  },
  pinned: {
    title: "Recommended by the site",
    shows: "redirect",
    query: "status",
    search: give(
      DOCS_HITS.map((hit, i) => (i === 0 ? { ...hit, pinned: true } : hit)),
      { redirect: { url: "https://status.example/", title: "Status of our services" } },
    ),
  },
  spelling: {
    title: "Misspelt",
    shows: "correction",
    query: "undo a deplyo",
    search: give(KEYWORD_HITS, { didYouMean: [{ query: "undo a deploy", by: "spelling" }] }),
  },
  closest: {
    title: "No word of it on the site",
    shows: "correction",
    query: "everything is on fire",
    search: give(MEANING_HITS, { didYouMean: [{ query: "When things break", by: "meaning" }] }),
  },
  nothing: { title: "Nothing found", shows: "nothing", query: "flux capacitor", search: give([]) },
  "nothing-report": {
    title: "Nothing found, and a way to report it",
    shows: "nothing",
    query: "flux capacitor",
    search: give([]),
    slots: { nothing: { tag: "p", text: "Should this be here? ", link: "Tell us what is missing" } },
  },
  "nothing-filtered": {
    title: "Nothing with these filters",
    shows: "filter-clear",
    query: "flux capacitor",
    properties: { filters: "version=1.0" },
    info: FILTERABLE,
    search: give([]),
  },
  warning: {
    title: "Without meaning",
    shows: "note",
    query: QUERY,
    search: give(KEYWORD_HITS, {
      mode: "keyword",
      warnings: [{ part: "semantic", error: { code: "network", message: "vectors/3f2a.bin answered with 503." } }],
    }),
  },
  error: { title: "Failed", shows: "error", query: QUERY, search: fail(unavailable) },
  offline: {
    title: "Offline",
    shows: "error",
    query: QUERY,
    search: fail(searchError("network", "index.json could not be fetched.")),
  },
  "model-offered": {
    title: "A larger model is offered",
    shows: "model-load",
    query: QUERY,
    info: model(LARGE_MODEL_BYTES),
    search: give(KEYWORD_HITS),
  },
  "model-loading": {
    title: "A larger model is on its way",
    shows: "model-progress",
    query: QUERY,
    info: model(SMALL_MODEL_BYTES),
    search: give(KEYWORD_HITS),
    loadSpace(_, { onProgress }) {
      onProgress({ loadedBytes: 14_200_000, totalBytes: SMALL_MODEL_BYTES });
      return never();
    },
  },
  "model-failed": {
    title: "The larger model failed",
    shows: "model-load",
    query: QUERY,
    info: model(SMALL_MODEL_BYTES),
    search: give(KEYWORD_HITS),
    loadSpace: fail(searchError("file-missing", "models/large/model.onnx answered with 404.")),
  },
  long: { title: "Long titles", shows: "results", query: QUERY, search: give(LONG_HITS) },
  deep: { title: "A deep trail", shows: "results", query: "clean-up", search: give(DEEP_HITS) },
  custom: {
    title: "Results of the page's own making",
    shows: "results",
    query: QUERY,
    properties: { renderHit: initialAndHeading },
    search: give(DOCS_HITS),
  },
  arabic: {
    title: "Arabic",
    shows: "results",
    query: "التراجع عن النشر",
    dir: "rtl",
    properties: { locale: "ar" },
    search: give(ARABIC_HITS),
  },
  japanese: {
    title: "Japanese",
    shows: "results",
    query: "デプロイを元に戻す",
    properties: { locale: "ja" },
    search: give(JAPANESE_HITS),
  },
};

/** Every state of `<semantic-related>`. */
export const RELATED_STATES = {
  related: { title: "Related pages", near: NEAR_TO_DEPLOYING },
  "for-you": {
    title: "Related to what was read",
    near: NEAR_TO_DEPLOYING,
    read: [
      { path: "deploy/", related: NEAR_TO_DEPLOYING },
      { path: "incidents/", related: NEAR_TO_INCIDENTS },
    ],
  },
  "related-slot": {
    title: "Two related pages, with a heading of the page's own",
    near: NEAR_TO_DEPLOYING,
    properties: { limit: 2, heading: "See also" },
    slots: { heading: { tag: "h2", text: "See also" } },
  },
  "related-failed": { title: "Related pages on their way, or failed: nothing to be seen" },
};

/** A backend that gives the same answer whatever it is asked, so that its element stays in one state. */
export class FrozenBackend {
  #state;

  constructor(state) {
    this.#state = state;
  }

  async info() {
    return { ...INFO, ...this.#state.info };
  }

  search(query, options = {}) {
    return (this.#state.search ?? give([]))(query, options);
  }

  async suggest() {
    return this.#state.suggestions ?? [];
  }

  async similar(path) {
    throw searchError("not-found", `There is no page ${path}.`);
  }

  loadSpace(id, options = {}) {
    return (this.#state.loadSpace ?? never)(id, options);
  }

  close() {}
}

/** An error as the element knows it, without a copy of its class. */
function searchError(code, message, more = {}) {
  return Object.assign(new Error(message), { name: "SearchError", code, ...more });
}

/** A `renderHit` that gives every page a coloured initial, and leaves the other rows as they are. */
function initialAndHeading({ page, section, isFirst }) {
  if (!isFirst) return undefined;
  const row = document.createElement("span");
  const initial = document.createElement("b");
  initial.textContent = page.title.charAt(0);
  initial.style.cssText =
    "display: inline-grid; place-items: center; inline-size: 1.75em; block-size: 1.75em; margin-inline-end: 0.6em; " +
    "color: var(--ss-background, Canvas); background: var(--ss-accent, currentColor); border-radius: 50%";
  row.append(initial, section?.heading || page.title);
  return row;
}
