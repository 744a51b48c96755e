import { expect, onTestFinished, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { SearchError } from "../../src/core/errors.ts";
import type { FacetCounts } from "../../src/core/search.ts";
import type { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS, KEYWORD_HITS } from "./fixtures.ts";
import {
  afterDebounce,
  ask,
  enter,
  type Fixture,
  focused,
  holdClock,
  mount,
  mountOpen,
  pause,
  settled,
} from "./harness.ts";
import { MockBackend, type PendingSearch } from "./mock-backend.ts";

const FACETS: FacetCounts = {
  version: { "1.9": 12, "1.10": 8, "2.0": 31 },
  section: { Guide: 18, Reference: 22, Glossary: 1 },
};
/** What the pages found have. */
const FOUND: FacetCounts = { version: { "2.0": 3, "1.9": 2 }, section: { Guide: 1, Reference: 4 } };

const answerDocs = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS, { facets: FOUND }));

/** An open element over an index with filters, their line already there. */
async function mountFiltered(
  properties: Partial<SemanticSearchElement> = {},
  respond: (search: PendingSearch) => void = answerDocs,
  index: Partial<MockBackend> = {},
): Promise<Fixture> {
  const mounted = await mount(properties, respond);
  Object.assign(mounted.backend, { facets: FACETS, ...index });
  mounted.element.open();
  if (properties.inline) enter(mounted, "undo");
  await settled(mounted, () => mounted.root.querySelector("[part=filters]") !== null);
  for (const animation of mounted.root.querySelector("dialog")?.getAnimations() ?? []) animation.finish();
  return mounted;
}

async function mountWithResults(...args: Parameters<typeof mountFiltered>): Promise<Fixture> {
  const mounted = await mountFiltered(...args);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  return mounted;
}

const text = (element: Element | null | undefined) => element?.textContent?.replace(/\s+/g, " ").trim();
const texts = ({ root }: Fixture, selector: string) => [...root.querySelectorAll(selector)].map(text);
const chips = (mounted: Fixture) => texts(mounted, ".chip");
const menu = ({ root }: Fixture) => root.querySelector<HTMLElement>("[role=menu]");
const entries = (mounted: Fixture) => texts(mounted, "[part=filter-value]");
const checked = (mounted: Fixture) => texts(mounted, "[part=filter-value][aria-checked=true] > [dir]");
const lastFilters = ({ backend }: Fixture) => backend.last.options.filters;

/** The button whose text begins so. */
function chip({ root }: Fixture, name: string): HTMLButtonElement {
  const buttons = [...root.querySelectorAll<HTMLButtonElement>("[aria-haspopup=menu]")];
  const button = buttons.find((candidate) => text(candidate)?.startsWith(name));
  if (!button) throw new Error(`There is no button ${name}.`);
  return button;
}

/** Lets the index say what it has only when the function returned is called. */
function holdInfo({ backend }: Fixture): () => void {
  let tell = () => {};
  const told = new Promise<void>((resolve) => (tell = resolve));
  const info = backend.info.bind(backend);
  Object.assign(backend, { facets: FACETS, info: () => told.then(info) });
  return tell;
}

/** Opens a menu with the mouse. */
async function openMenu(mounted: Fixture, name: string): Promise<void> {
  await userEvent.click(chip(mounted, name));
  await settled(mounted, () => menu(mounted)?.contains(focused()) === true);
}

async function chooseEntry(mounted: Fixture, name: string): Promise<void> {
  const found = [...mounted.root.querySelectorAll("[part=filter-value]")].find((e) => text(e)?.startsWith(name));
  await userEvent.click(found as Element);
  await settled(mounted);
}

test("an index without filters has no line, and does not load its code", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.root.querySelector("[part=filters], [role=menu]")).toBeNull();
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  expect(loaded.filter((name) => /ui\/filter-/.test(name))).toEqual([]);
  expect(mounted.backend.last.options).not.toHaveProperty("filters");
});

test("every filter has a button, and its menu the values with their counts", async () => {
  const mounted = await mountFiltered({}, answerDocs, { facets: { ...FACETS, "content-type": { post: 1 } } });
  expect(chips(mounted)).toEqual(["Version", "Section", "Content type"]);
  await openMenu(mounted, "Section");
  expect(entries(mounted)).toEqual(["Glossary 1", "Guide 18", "Reference 22"]);
  await userEvent.keyboard("{Escape}");
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  await openMenu(mounted, "Section");
  expect(entries(mounted)).toEqual(["Guide 1", "Reference 4", "Glossary 0"]);
  await userEvent.click(chip(mounted, "Version"));
  await settled(mounted, () => entries(mounted).length === 3 && entries(mounted)[0] !== "Guide 1");
  expect(entries(mounted)).toEqual(["2.0 3", "1.9 2", "1.10 0"]);
});

test("a page can give filters other names", async () => {
  const strings = { filterNames: { version: "Release", constructor: "Built by" } };
  expect(chips(await mountFiltered({ strings }))).toEqual(["Release", "Section"]);
});

test("choosing searches again; chips are taken back one by one or together", async () => {
  const mounted = await mountWithResults();
  await openMenu(mounted, "Version");
  await chooseEntry(mounted, "2.0");
  await settled(mounted, () => lastFilters(mounted) !== undefined);
  expect(mounted.backend.last.query).toBe("undo");
  expect(lastFilters(mounted)).toEqual({ version: ["2.0"] });
  expect(chips(mounted)).toEqual(["Version 2.0", "Section"]);
  expect(mounted.root.querySelector("[part~=filters] [part=filter-clear]")).toBeNull();
  await chooseEntry(mounted, "1.9");
  expect(chips(mounted)[0]).toBe("Version 2.0 +1");
  expect(checked(mounted)).toEqual(["2.0", "1.9"]);
  await userEvent.click(chip(mounted, "Section"));
  await settled(mounted, () => entries(mounted)[0] === "Guide 1");
  await chooseEntry(mounted, "Guide");
  expect(lastFilters(mounted)).toEqual({ version: ["2.0", "1.9"], section: ["Guide"] });

  const remove = mounted.find("[part=filter-remove]");
  expect(remove.ariaLabel).toBe("Remove Version: 2.0, 1.9");
  await userEvent.click(remove);
  await settled(mounted);
  expect(lastFilters(mounted)).toEqual({ section: ["Guide"] });
  expect(focused()).toBe(chip(mounted, "Version"));
  expect(menu(mounted)).toBeNull();

  await openMenu(mounted, "Version");
  await chooseEntry(mounted, "2.0");
  await userEvent.click(mounted.find("[part=filter-clear]"));
  await settled(mounted);
  expect(mounted.backend.last.options).not.toHaveProperty("filters");
  expect(chips(mounted)).toEqual(["Version", "Section"]);
});

test("the rows stay until those of the new choice are there", async () => {
  let respond = answerDocs;
  const mounted = await mountWithResults({}, (search) => respond(search));
  respond = () => {};
  await openMenu(mounted, "Version");
  await chooseEntry(mounted, "2.0");
  await settled(mounted, () => lastFilters(mounted) !== undefined);
  expect(mounted.options).toHaveLength(6);
  mounted.backend.last.answer(answer("undo", KEYWORD_HITS));
  await settled(mounted, () => mounted.options.length === 3);
  const spoken = () => texts(mounted, "[role=status]");
  await settled(mounted, () => spoken().includes("3 results"));
});

test("values keep their places while their counts change, and nothing else moves", async () => {
  let facets = FOUND;
  const mounted = await mountWithResults({}, (search) => search.answer(answer(search.query, DOCS_HITS, { facets })));
  await openMenu(mounted, "Section");
  const places = () =>
    [...mounted.root.querySelectorAll("[part=filter-value], [part=filters], [role=menu], [role=option]")].map(
      (element) => JSON.stringify(element.getBoundingClientRect()),
    );
  const before = places();
  facets = { section: { Glossary: 17, Guide: 120, Reference: 0 } };
  await chooseEntry(mounted, "Reference");
  await settled(mounted, () => entries(mounted)[0] === "Guide 120");
  expect(entries(mounted)).toEqual(["Guide 120", "Reference 0", "Glossary 17"]);
  expect(places()).toEqual(before);
  await userEvent.keyboard("{Escape}");
  await openMenu(mounted, "Section");
  expect(entries(mounted)).toEqual(["Reference 0", "Glossary 17", "Guide 120"]);
});

test("by keyboard alone", async () => {
  const mounted = await mountWithResults();
  mounted.input.focus();
  for (let i = 0; i < 10 && focused() !== chip(mounted, "Version"); i++) await userEvent.tab();
  expect(focused()).toBe(chip(mounted, "Version"));
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => menu(mounted)?.contains(focused()) === true);
  expect(text(focused())).toBe("2.0 3");
  await userEvent.keyboard("{ArrowDown}{ArrowDown} ");
  await settled(mounted, () => lastFilters(mounted)?.version?.[0] === "1.10");
  expect(text(focused())).toBe("1.10 0");
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await settled(mounted, () => lastFilters(mounted)?.version?.length === 2);
  await userEvent.keyboard("{End}");
  expect(text(focused())).toBe("1.10 0");
  await userEvent.keyboard("{ArrowUp}{ArrowUp}{ArrowUp}");
  expect(text(focused())).toBe("1.10 0");
  await userEvent.keyboard("{Home}");
  expect(text(focused())).toBe("2.0 3");

  await userEvent.keyboard("{Escape}");
  await settled(mounted);
  expect([menu(mounted), mounted.dialog.open, mounted.input.value]).toEqual([null, true, "undo"]);
  expect(focused()).toBe(chip(mounted, "Version"));
  await userEvent.keyboard("{ArrowUp}");
  await settled(mounted, () => menu(mounted)?.contains(focused()) === true);
  expect(text(focused())).toBe("1.9 2");
  await userEvent.tab();
  await settled(mounted);
  expect(menu(mounted)).toBeNull();
  expect(focused()).toBe(mounted.find("[part=filter-remove]"));
  await userEvent.keyboard("{Enter}");
  await settled(mounted);
  expect(focused()).toBe(chip(mounted, "Version"));
  await userEvent.keyboard("{Escape}");
  await settled(mounted);
  expect(mounted.input.value).toBe("");
});

test("letters go to the value that begins with them, the same letter to the next one", async () => {
  const tags = Object.fromEntries(["alpha", "beta", "bravo", "Broccoli", "b/c", "charlie"].map((tag) => [tag, 1]));
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`tag ${i}`, 1]));
  const mounted = await mountFiltered({}, answerDocs, { facets: { tags: { ...tags, ...many } } });
  await openMenu(mounted, "Tags");
  const at = () => text(focused());
  expect(at()).toBe("alpha 1");
  const shown: (string | undefined)[] = [];
  for (const letter of ["b", "b", "b"]) {
    await userEvent.keyboard(letter);
    shown.push(at());
  }
  expect(shown).toEqual(["b/c 1", "beta 1", "bravo 1"]);
  await pause(800);
  await userEvent.keyboard("bro");
  expect(at()).toBe("Broccoli 1");
  await pause(800);
  // It opens and closes the dialog elsewhere.
  await userEvent.keyboard("/");
  expect([at(), mounted.dialog.open]).toEqual(["Broccoli 1", true]);
  await userEvent.keyboard("{End}");
  expect(at()).toBe("tag 299 1");
  const [list, entry] = [menu(mounted), focused()].map((element) => element?.getBoundingClientRect());
  expect(entry?.bottom).toBeLessThanOrEqual(list?.bottom ?? 0);
  await userEvent.keyboard("{PageUp}");
  expect(at()).toBe("tag 289 1");
});

test("buttons and menu say what they are", async () => {
  const mounted = await mountFiltered({ filters: "version=2.0" });
  const line = mounted.find("[part=filters]");
  expect([line.role, line.ariaLabel]).toEqual(["group", "Filters"]);
  const button = chip(mounted, "Version");
  expect([button.ariaHasPopup, button.ariaExpanded, button.getAttribute("aria-controls")]).toEqual([
    "menu",
    "false",
    null,
  ]);
  await openMenu(mounted, "Version");
  expect(button.ariaExpanded).toBe("true");
  expect(mounted.root.getElementById(button.getAttribute("aria-controls") ?? "")).toBe(menu(mounted));
  expect(menu(mounted)?.ariaLabel).toBe("Version");
  const items = [...(menu(mounted)?.children ?? [])].map((item) => [item.role, item.ariaChecked, text(item)]);
  expect(items).toEqual([
    ["menuitemcheckbox", "true", "2.0 31"],
    ["menuitemcheckbox", "false", "1.10 8"],
    ["menuitemcheckbox", "false", "1.9 12"],
  ]);
  // What the keys of the input act on is the list of results.
  expect(mounted.root.querySelectorAll("[role=option]")).toHaveLength(0);
});

test("a press elsewhere closes the menu, on the backdrop no more than that", async () => {
  const mounted = await mountWithResults();
  await openMenu(mounted, "Version");
  const outside = { clientX: 2, clientY: 2, bubbles: true, composed: true };
  mounted.dialog.dispatchEvent(new PointerEvent("pointerdown", outside));
  mounted.dialog.dispatchEvent(new MouseEvent("click", outside));
  await settled(mounted);
  expect([menu(mounted), mounted.element.opened]).toEqual([null, true]);
  await openMenu(mounted, "Version");
  await userEvent.click(chip(mounted, "Version"));
  await settled(mounted);
  expect(menu(mounted)).toBeNull();
  expect(focused()).toBe(chip(mounted, "Version"));
  await openMenu(mounted, "Version");
  await userEvent.click(mounted.input);
  await settled(mounted);
  expect([menu(mounted), focused()]).toEqual([null, mounted.input]);
});

test("the dialog closes with its menu; the choice stays", async () => {
  const mounted = await mountWithResults();
  await openMenu(mounted, "Version");
  await chooseEntry(mounted, "2.0");
  await userEvent.keyboard("{Control>}k{/Control}");
  await settled(mounted, () => !mounted.dialog.open);
  mounted.element.open();
  await settled(mounted);
  expect(menu(mounted)).toBeNull();
  expect(chips(mounted)).toEqual(["Version 2.0", "Section"]);
  expect(focused()).toBe(mounted.input);
  await ask(mounted, "deploy");
  expect(lastFilters(mounted)).toEqual({ version: ["2.0"] });
});

test("with filters chosen and nothing found, one button clears them", async () => {
  const respond = (search: PendingSearch) =>
    search.answer(answer(search.query, search.options.filters ? [] : DOCS_HITS, { facets: FOUND }));
  const mounted = await mountFiltered({ filters: "version=2.0" }, respond);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.root.querySelector("[part=nothing]") !== null);
  expect(text(mounted.find("[part=nothing] p"))).toBe("Nothing with these filters. Try it without them.");
  await userEvent.click(mounted.find("[part=nothing] [part=filter-clear]"));
  await settled(mounted, () => mounted.options.length === 6);
  expect(focused()).toBe(chip(mounted, "Version"));
});

test("the order is chosen from a menu, one at a time", async () => {
  const mounted = await mountWithResults({}, answerDocs, { sorts: ["date"] });
  expect(chips(mounted)).toEqual(["Version", "Section", "Sort"]);
  await openMenu(mounted, "Sort");
  expect(menu(mounted)?.firstElementChild?.role).toBe("menuitemradio");
  expect(entries(mounted)).toEqual(["Relevance", "Date, ascending", "Date, descending"]);
  expect(checked(mounted)).toEqual(["Relevance"]);
  await chooseEntry(mounted, "Date, descending");
  await settled(mounted, () => mounted.backend.last.options.sort !== undefined);
  expect(mounted.backend.last.options.sort).toEqual({ by: "date", order: "descending" });
  expect([menu(mounted), focused()]).toEqual([null, chip(mounted, "Sort")]);
  expect(chips(mounted)[2]).toBe("Sort Date, descending");
  await openMenu(mounted, "Sort");
  expect(text(focused())).toBe("Date, descending");
  await userEvent.keyboard("{Home}{Enter}");
  await settled(mounted, () => menu(mounted) === null);
  expect(mounted.backend.last.options).not.toHaveProperty("sort");
});

test("an index that can only be sorted has a line as well", async () => {
  expect(chips(await mountFiltered({}, answerDocs, { facets: {}, sorts: ["date"] }))).toEqual(["Sort"]);
});

test("`filters` is the choice to begin with, of the filters that there are; another one replaces it", async () => {
  const mounted = await mountFiltered({ filters: "version=2.0&version=1.9&colour=red" });
  await ask(mounted, "undo");
  expect(lastFilters(mounted)).toEqual({ version: ["2.0", "1.9"] });
  expect(mounted.backend.searches).toHaveLength(1);
  await openMenu(mounted, "Section");
  await chooseEntry(mounted, "Guide");
  expect(lastFilters(mounted)).toEqual({ version: ["2.0", "1.9"], section: ["Guide"] });
  mounted.element.filters = "section=Reference";
  await settled(mounted, () => lastFilters(mounted)?.version === undefined);
  expect(lastFilters(mounted)).toEqual({ section: ["Reference"] });
  mounted.element.setAttribute("filters", "");
  await settled(mounted, () => lastFilters(mounted) === undefined);
});

test("`scope` begins with the page's own values, which can be taken back", async () => {
  const own = { version: ["2.0"], section: ["Guide"] };
  const mounted = await mountFiltered({ scope: "version colour" }, answerDocs, { own });
  await ask(mounted, "undo");
  expect(lastFilters(mounted)).toEqual({ version: ["2.0"] });
  expect(chips(mounted)).toEqual(["Version 2.0", "Section"]);
  await userEvent.click(mounted.find("[part=filter-remove]"));
  await settled(mounted, () => lastFilters(mounted) === undefined);
  mounted.element.close();
  mounted.element.open();
  await settled(mounted);
  expect(chips(mounted)).toEqual(["Version", "Section"]);
  mounted.element.scope = "section";
  await settled(mounted, () => lastFilters(mounted) !== undefined);
  expect(lastFilters(mounted)).toEqual({ section: ["Guide"] });
});

test("`scope` follows a router to another page", async () => {
  const mounted = await mountFiltered({ scope: "version" }, answerDocs, { own: { version: ["2.0"] } });
  await ask(mounted, "undo");
  mounted.element.close();
  const { pathname } = location;
  onTestFinished(() => history.replaceState(history.state, "", pathname));
  history.replaceState(history.state, "", "/another/page");
  mounted.backend.own = { version: ["1.9"] };
  mounted.element.open();
  await settled(mounted, () => lastFilters(mounted)?.version?.[0] === "1.9");
  expect(chips(mounted)[0]).toBe("Version 1.9");
});

test("the first search waits for the scope, but not for ever; without it, it is everywhere", async () => {
  const mounted = await mount({ scope: "version" }, answerDocs);
  let tell = (_: Record<string, string[]>) => {};
  Object.assign(mounted.backend, { facets: FACETS, filtersOf: () => new Promise((resolve) => (tell = resolve)) });
  holdClock();
  mounted.element.open();
  await settled(mounted, () => mounted.root.querySelector("[part=filters]") !== null);
  enter(mounted, "undo");
  await vi.advanceTimersByTimeAsync(1000);
  expect([mounted.backend.previews.length, mounted.backend.searches.length]).toEqual([0, 0]);
  await vi.advanceTimersByTimeAsync(1500);
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.backend.last.options).not.toHaveProperty("filters");
  tell({ version: ["2.0"] });
  await settled(mounted);
  expect(chips(mounted)).toEqual(["Version", "Section"]);
  expect(mounted.backend.searches).toHaveLength(1);
});

test("a backend that knows no pages, or fails to, searches everywhere", async () => {
  for (const filtersOf of [undefined, () => Promise.reject(new Error("No."))]) {
    const mounted = await mountFiltered({ scope: "version" }, answerDocs, { filtersOf } as Partial<MockBackend>);
    await ask(mounted, "undo");
    expect(mounted.backend.last.options).not.toHaveProperty("filters");
  }
});

test("an index that does not answer is an error, not a search without the page's filters", async () => {
  const mounted = await mount({ filters: "version=2.0" }, answerDocs);
  const { info } = mounted.backend;
  mounted.backend.facets = FACETS;
  mounted.backend.info = () => Promise.reject(new SearchError("network", "index.json answered with 503."));
  mounted.element.search("undo");
  await settled(mounted, () => mounted.root.querySelector("[part=error]") !== null);
  expect(mounted.backend.searches).toEqual([]);
  mounted.backend.info = info;
  await userEvent.click(mounted.find("[part=retry]"));
  await settled(mounted, () => mounted.options.length > 0);
  expect(lastFilters(mounted)).toEqual({ version: ["2.0"] });
  expect(chips(mounted)[0]).toBe("Version 2.0");
});

test("another backend has filters of its own", async () => {
  const mounted = await mountWithResults({ filters: "version=2.0" });
  const other = new MockBackend(answerDocs);
  other.info = async () => ({ ...(await MockBackend.prototype.info.call(other)), build: "other" });
  other.facets = { topic: { apes: 3 }, version: { "2.0": 1 } };
  mounted.element.backend = other;
  await settled(mounted, () => chips(mounted)[0] === "Topic");
  expect(chips(mounted)).toEqual(["Topic", "Version 2.0"]);
  await settled(mounted, () => other.searches.length > 0);
  expect(other.last.options.filters).toEqual({ version: ["2.0"] });
  mounted.element.backend = new MockBackend(answerDocs);
  Object.assign(mounted.element.backend, {
    info: async () => ({ ...(await other.info()), build: "none", filters: [] }),
  });
  await settled(mounted, () => mounted.root.querySelector("[part=filters]") === null);
});

test("two elements are independent", async () => {
  const first = await mountFiltered({ inline: true, filters: "version=2.0" });
  const second = await mountFiltered({ inline: true });
  await openMenu(second, "Section");
  await chooseEntry(second, "Guide");
  expect(chips(first)).toEqual(["Version 2.0", "Section"]);
  expect(chips(second)).toEqual(["Version", "Section Guide"]);
  await userEvent.click(chip(first, "Section"));
  await settled(first, () => menu(first)?.contains(focused()) === true);
  await settled(second);
  expect(menu(second)).toBeNull();
  expect(checked(first)).toEqual([]);
});

test("whatever filters are called, they are text", async () => {
  const markup = "<img src=x onerror=alert(1)>";
  const long = "word ".repeat(40).trim();
  const hostile = JSON.parse(
    JSON.stringify({ [markup]: { [markup]: 1, [long]: 2 }, toString: { constructor: 3 }, [long]: { a: 1 } }).replace(
      '"toString"',
      '"__proto__"',
    ),
  ) as FacetCounts;
  const mounted = await mountFiltered({}, answerDocs, { facets: hostile });
  expect(chips(mounted)).toEqual([markup, "__proto__", `W${long.slice(1)}`]);
  await openMenu(mounted, "__proto__");
  expect(entries(mounted)).toEqual(["constructor 3"]);
  await chooseEntry(mounted, "constructor");
  await userEvent.click(chip(mounted, "<img"));
  await settled(mounted, () => entries(mounted).length === 2);
  await chooseEntry(mounted, "<img");
  await ask(mounted, "undo");
  expect(Object.entries(lastFilters(mounted) ?? {})).toEqual([
    ["__proto__", ["constructor"]],
    [markup, [markup]],
  ]);
  expect(mounted.root.querySelector("img")).toBeNull();
  const panel = mounted.find("[part=panel]").getBoundingClientRect();
  for (const part of [".chip", "[role=menu]"]) {
    expect(mounted.find(part).getBoundingClientRect().width).toBeLessThan(panel.width);
  }
});

test("results that wait for the line keep their order", async () => {
  const mounted = await mount();
  const tell = holdInfo(mounted);
  mounted.element.open();
  await settled(mounted, () => mounted.root.querySelector("[part=footer]") !== null);
  holdClock();
  enter(mounted, "undo");
  vi.advanceTimersByTime(200);
  const { previews, last } = mounted.backend;
  previews[0]?.answer(answer("undo", KEYWORD_HITS, { mode: "keyword" }));
  await settled(mounted);
  vi.advanceTimersByTime(100);
  last.partial(answer("undo", KEYWORD_HITS));
  await settled(mounted);
  vi.advanceTimersByTime(60);
  last.answer(answer("undo", DOCS_HITS));
  await settled(mounted);
  vi.advanceTimersByTime(500);
  await settled(mounted);
  expect(mounted.find("[role=listbox]").ariaBusy).toBe("false");
  expect([mounted.options.length, mounted.element.results?.partial]).toEqual([6, false]);
  tell();
});

test("a line that comes late does not move what may be pressed: it waits for the next query", async () => {
  const mounted = await mount({}, answerDocs);
  const tell = holdInfo(mounted);
  mounted.element.open();
  await settled(mounted, () => mounted.root.querySelector("[part=footer]") !== null);
  for (const animation of mounted.dialog.getAnimations()) animation.finish();
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  const top = () => mounted.options[0]?.getBoundingClientRect().top;
  const before = top();
  tell();
  await afterDebounce();
  await settled(mounted);
  expect(top()).toBe(before);
  expect(mounted.root.querySelector("[part=filters]")).toBeNull();
  await ask(mounted, "undo a deploy");
  await settled(mounted, () => mounted.root.querySelector("[part=filters]") !== null);
  const after = top();
  expect(after).toBeGreaterThan(before ?? 0);
  await ask(mounted, "undo");
  await settled(mounted);
  expect(top()).toBe(after);
});

test("results that are there a little before the line wait for it", async () => {
  const mounted = await mount({}, answerDocs);
  const tell = holdInfo(mounted);
  holdClock();
  mounted.element.search("undo");
  await settled(mounted, () => mounted.backend.searches.length > 0);
  expect(mounted.options).toHaveLength(0);
  tell();
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.root.querySelector("[part=filters]")).not.toBeNull();
});

test("the menu opens upwards where there is no room below", async () => {
  await page.viewport(900, 520);
  onTestFinished(() => page.viewport(414, 896));
  const spacer = document.body.appendChild(document.createElement("div"));
  spacer.style.height = "330px";
  onTestFinished(() => spacer.remove());
  const values = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`v${i}`, i]));
  const mounted = await mountFiltered({ inline: true }, answerDocs, { facets: { version: values } });
  scrollTo(0, 0);
  await openMenu(mounted, "Version");
  const list = menu(mounted)?.getBoundingClientRect() as DOMRect;
  const button = chip(mounted, "Version").getBoundingClientRect();
  expect(list.bottom).toBeLessThanOrEqual(button.top);
  expect(list.top).toBeGreaterThanOrEqual(0);
  scrollTo(0, 100);
  await expect.poll(() => menu(mounted)?.getBoundingClientRect().bottom).toBeLessThanOrEqual(button.top - 90);
});

test.each(["ltr", "rtl"])(
  "on a phone, %s: what is pressed is large enough, the line scrolls, the menu fits",
  async (dir) => {
    await page.viewport(390, 780);
    document.documentElement.dir = dir;
    onTestFinished(() => page.viewport(414, 896));
    onTestFinished(() => document.documentElement.removeAttribute("dir"));
    const facets = {
      ...FACETS,
      author: { "Ada Lovelace": 1 },
      audience: { ["a longer value than fits ".repeat(5)]: 1 },
    };
    const mounted = await mountFiltered({ filters: "version=2.0&section=Guide" }, answerDocs, {
      facets,
      sorts: ["date"],
    });
    const line = mounted.find("[part=filters]");
    expect(line.scrollWidth).toBeGreaterThan(line.clientWidth);
    expect(line.scrollHeight).toBe(line.clientHeight);
    for (const button of line.querySelectorAll("button")) {
      const { width, height } = button.getBoundingClientRect();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    }
    await openMenu(mounted, "Audience");
    const list = menu(mounted)?.getBoundingClientRect() as DOMRect;
    expect([list.left >= 0, list.right <= innerWidth, list.bottom <= innerHeight]).toEqual([true, true, true]);
    const button = chip(mounted, "Audience").getBoundingClientRect();
    expect([button.left >= 0, button.right <= innerWidth]).toEqual([true, true]);
    expect((focused() as HTMLElement).offsetHeight).toBeGreaterThanOrEqual(44);
    expect(document.documentElement.scrollWidth).toBe(innerWidth);
  },
);

test("the line is as high with chips chosen as without", async () => {
  const mounted = await mountWithResults();
  const height = () => mounted.find("[part=filters]").getBoundingClientRect().height;
  const before = height();
  mounted.element.filters = "version=2.0&version=1.9&section=Guide";
  await settled(mounted, () => chips(mounted)[1] === "Section Guide");
  expect(height()).toBe(before);
});
