/** Shows one state of the element, named by `?state=`; for the eye and for screenshots.mjs. */
import { SearchError } from "../../src/core/errors.ts";
import type { PageHit } from "../../src/core/search.ts";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { ARABIC_HITS, answer, DOCS_HITS, KEYWORD_HITS, LONG_HITS } from "./fixtures.ts";
import { MockBackend, type PendingSearch } from "./mock-backend.ts";

const unavailable = new SearchError("network", "vectors/3f2a.bin answered with 503.", {
  remedy: "Check that the whole index folder was uploaded.",
});

/** How the backend answers in each state; `idle` and `trigger` ask nothing. */
const RESPONSES: Record<string, (search: PendingSearch) => void> = {
  loading: () => {},
  partial: (search) => search.partial(answer(search.query, KEYWORD_HITS)),
  results: give(DOCS_HITS),
  long: give(LONG_HITS),
  rtl: give(ARABIC_HITS),
  nothing: give([]),
  warning: (search) =>
    search.answer(
      answer(search.query, KEYWORD_HITS, {
        mode: "keyword",
        warnings: [{ part: "semantic", error: unavailable.toJSON() }],
      }),
    ),
  error: (search) => search.fail(unavailable),
  offline: (search) => search.fail(unavailable),
};

function give(hits: readonly PageHit[]) {
  return (search: PendingSearch) => search.answer(answer(search.query, hits));
}

const params = new URLSearchParams(location.search);
const state = params.get("state") ?? "results";
const root = document.documentElement;
root.dataset.theme = params.get("theme") ?? "";
root.toggleAttribute("data-silent", params.has("silent"));
if (state === "offline") Object.defineProperty(navigator, "onLine", { value: false });
if (state === "rtl") root.dir = "rtl";

customElements.define("semantic-search", SemanticSearchElement);
const search = document.createElement("semantic-search");
search.backend = new MockBackend(RESPONSES[state]);
search.inline = params.has("inline");
document.querySelector(search.inline ? "#inline" : "#nav")?.append(search);
if (state === "idle") search.open();
if (RESPONSES[state]) search.search(state === "nothing" ? "flux capacitor" : "undo a deploy");
