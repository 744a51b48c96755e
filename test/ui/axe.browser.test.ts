import axe from "axe-core";
import { expect, onTestFinished, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { SearchError } from "../../src/core/errors.ts";
import type { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { ARABIC_HITS, answer, DOCS_HITS, KEYWORD_HITS, LONG_HITS } from "./fixtures.ts";
import { ask, enter, type Fixture, mount, mountOpen, settled } from "./harness.ts";
import type { PendingSearch } from "./mock-backend.ts";

const network = new SearchError("network", "index.json answered with 503.", { remedy: "Upload the whole folder." });
const warnings = [{ part: "semantic", error: network.toJSON() }] as const;

/** How the backend answers, and how one knows that the state is there. */
const STATES: Record<string, { respond: (search: PendingSearch) => void; part: string }> = {
  loading: { respond: () => {}, part: "loading" },
  partial: { respond: (search) => search.partial(answer(search.query, KEYWORD_HITS)), part: "results" },
  results: { respond: (search) => search.answer(answer(search.query, DOCS_HITS)), part: "results" },
  "long results": { respond: (search) => search.answer(answer(search.query, LONG_HITS)), part: "results" },
  "results in Arabic": { respond: (search) => search.answer(answer(search.query, ARABIC_HITS)), part: "results" },
  "results without meaning": {
    respond: (search) => search.answer(answer(search.query, KEYWORD_HITS, { warnings })),
    part: "note",
  },
  corrected: {
    respond: (search) =>
      search.answer(
        answer(search.query, KEYWORD_HITS, {
          didYouMean: [
            { query: "undo a deploy", by: "spelling" },
            { query: "undoing", by: "spelling" },
          ],
          redirect: { url: "https://status.example.com/", title: "Service status" },
        }),
      ),
    part: "correction",
  },
  "closest in meaning": {
    respond: (search) =>
      search.answer(
        answer(
          search.query,
          DOCS_HITS.slice(2, 3).map((hit) => ({ ...hit, pinned: true })),
          {
            didYouMean: [{ query: "Afterwards", by: "meaning" }],
          },
        ),
      ),
    part: "correction",
  },
  "nothing, but another spelling": {
    respond: (search) => search.answer(answer(search.query, [], { didYouMean: [{ query: "undo", by: "spelling" }] })),
    part: "nothing",
  },
  nothing: { respond: (search) => search.answer(answer(search.query, [])), part: "nothing" },
  error: { respond: (search) => search.fail(network), part: "error" },
};

/** Not about the element: rules about the page as a whole, which the test runner's page breaks. */
const PAGE_RULES = {
  "landmark-one-main": { enabled: false },
  "page-has-heading-one": { enabled: false },
  region: { enabled: false },
};

async function violations({ element }: Fixture): Promise<string[]> {
  for (const animation of document.getAnimations()) animation.cancel();
  for (const animation of element.shadowRoot?.getAnimations() ?? []) animation.cancel();
  const results = await axe.run(element, { rules: PAGE_RULES });
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

function paintPage(theme: string): void {
  document.body.style.background = theme === "dark" ? "#101216" : "#fff";
  document.body.style.color = theme === "dark" ? "#ddd" : "#222";
  onTestFinished(() => document.body.removeAttribute("style"));
}

const LOOKS: Partial<SemanticSearchElement>[] = [
  { theme: "light" },
  { theme: "dark" },
  { theme: "light", inline: true },
  { theme: "dark", inline: true },
];

for (const look of LOOKS) {
  const name = `${look.theme}${look.inline ? ", inline" : ""}`;

  test.each(Object.entries(STATES))(`${name}: %s`, async (_, { respond, part }) => {
    paintPage(String(look.theme));
    const mounted = await (look.inline ? mount : mountOpen)(look, respond);
    mounted.input.focus();
    await ask(mounted, "undo a deploy");
    await settled(mounted, () => mounted.root.querySelector(`[part=${part}]`) !== null);
    expect(await violations(mounted)).toEqual([]);
  });

  test(`${name}: idle`, async () => {
    paintPage(String(look.theme));
    const mounted = await (look.inline ? mount : mountOpen)(look);
    expect(await violations(mounted)).toEqual([]);
  });

  test(`${name}: recent and suggested queries`, async () => {
    paintPage(String(look.theme));
    const src = `/axe/${name}/index.json`;
    const key = `semantic-search:recent:${new URL(src, document.baseURI)}`;
    localStorage.setItem(key, JSON.stringify(["undo", "a query that is far too long to fit into one line ".repeat(2)]));
    onTestFinished(() => localStorage.removeItem(key));
    const mounted = await mount({ ...look, src, noRecent: false });
    mounted.backend.suggestions = ["install"];
    mounted.element.open();
    await settled(mounted, () => mounted.options.length === 3);
    expect(await violations(mounted)).toEqual([]);
    await userEvent.keyboard("{ArrowDown}");
    await settled(mounted, () => mounted.active !== null);
    expect(await violations(mounted)).toEqual([]);
  });

  test(`${name}: suggestions`, async () => {
    paintPage(String(look.theme));
    const mounted = await (look.inline ? mount : mountOpen)(look, STATES.results?.respond);
    mounted.input.focus();
    await settled(mounted, () => mounted.root.querySelector("[part=footer]") !== null);
    mounted.backend.suggest = async () =>
      Array.from({ length: 5 }, () => ({ text: "undo a deploy that went wrong", kind: "title", marks: [[0, 4]] }));
    enter(mounted, "undo");
    await settled(mounted, () => mounted.backend.previews.length === 1);
    mounted.backend.previews[0]?.answer(answer("undo", KEYWORD_HITS));
    await settled(mounted, () => mounted.root.querySelector("[part=suggestions]") !== null);
    expect(await violations(mounted)).toEqual([]);
    await userEvent.keyboard("{ArrowUp}");
    await settled(mounted);
    expect(await violations(mounted)).toEqual([]);
  });

  test(`${name}: closed`, async () => {
    paintPage(String(look.theme));
    expect(await violations(await mount(look))).toEqual([]);
  });
}

test("offline", async () => {
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "onLine"));
  const mounted = await mountOpen({}, (search) => search.fail(network));
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.find("[part=error]").textContent?.includes("offline") === true);
  expect(await violations(mounted)).toEqual([]);
});

test("on a phone", async () => {
  await page.viewport(390, 780);
  onTestFinished(() => page.viewport(414, 896));
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, LONG_HITS)));
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(await violations(mounted)).toEqual([]);
  const size = () => mounted.find("[part=panel]").getBoundingClientRect();
  expect([size().width, size().height]).toEqual([innerWidth, innerHeight]);
  const shrunken = { value: 300, configurable: true };
  Object.defineProperty(visualViewport, "height", shrunken);
  visualViewport?.dispatchEvent(new Event("resize"));
  expect(size().height).toBe(300);
  Reflect.deleteProperty(visualViewport as VisualViewport, "height");
  expect(Number.parseFloat(getComputedStyle(mounted.input).fontSize)).toBeGreaterThanOrEqual(16);
  for (const part of ["clear", "close"]) {
    const button = mounted.find(`[part=${part}]`).getBoundingClientRect();
    expect(Math.min(button.width, button.height)).toBeGreaterThanOrEqual(44);
  }
  expect(document.documentElement.scrollWidth).toBe(innerWidth);
});

/** A menu of filters is open, one of its values chosen, another without pages. */
async function mountMenu(look: Partial<SemanticSearchElement>): Promise<Fixture> {
  const facets = { version: { "2.0": 3, "1.9": 0 }, author: { "Ada Lovelace": 12 } };
  const respond = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS, { facets }));
  const mounted = await mount({ ...look, filters: "version=2.0&author=Ada+Lovelace" }, respond);
  Object.assign(mounted.backend, { facets, sorts: ["date"] });
  mounted.element.search("undo a deploy");
  await settled(mounted, () => mounted.options.length > 0);
  mounted.find("[aria-haspopup=menu]").click();
  await settled(mounted, () => mounted.root.querySelector("[role=menu] :focus") !== null);
  return mounted;
}

test.each(LOOKS)("filters, $theme, inline: $inline", async (look) => {
  paintPage(String(look.theme));
  expect(await violations(await mountMenu(look))).toEqual([]);
});

test("filters on a phone", async () => {
  await page.viewport(390, 780);
  onTestFinished(() => page.viewport(414, 896));
  expect(await violations(await mountMenu({}))).toEqual([]);
});
