import { render } from "lit";
import { expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { SearchError } from "../../src/core/errors.ts";
import { nothingState } from "../../src/ui/states.ts";
import { EN } from "../../src/ui/strings-en.ts";
import { answer, DOCS_HITS, KEYWORD_HITS, page, section } from "./fixtures.ts";
import { afterDebounce, ask, enter, type Fixture, holdClock, mount, mountOpen, settled } from "./harness.ts";

const links = ({ options }: Fixture) => options.map((option) => option.hash.slice(1) || option.pathname);
const pages = (...names: string[]) =>
  names.map((name) => page(name, [], [section(`/${name}/#${name}`, name, `About ${name}.`)]));
const many = (prefix: string, count: number) => pages(...Array.from({ length: count }, (_, i) => `${prefix}${i}`));

/** A list by words is on screen, the one by meaning on its way. */
async function mountPartial(...names: string[]) {
  const mounted = await mountOpen();
  const search = await ask(mounted, "query");
  search.partial(answer("query", pages(...names)));
  await settled(mounted, () => mounted.options.length === names.length);
  return { mounted, search };
}

test("results by words are shown at once, those by meaning replace them", async () => {
  const { mounted, search } = await mountPartial("a", "b");
  expect(links(mounted)).toEqual(["a", "b"]);
  search.answer(answer("query", pages("c", "a")));
  await settled(mounted, () => links(mounted)[0] === "c");
  expect(links(mounted)).toEqual(["c", "a"]);
  expect(mounted.active).toBe(mounted.options[0]);
});

test("rows up to the one chosen by key do not move", async () => {
  const { mounted, search } = await mountPartial("a", "b", "c", "d");
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  const before = mounted.active?.getBoundingClientRect();
  search.answer(answer("query", pages("x", "d", "b", "y", "a")));
  await settled(mounted, () => mounted.options.length === 5);
  expect(links(mounted)).toEqual(["a", "b", "x", "d", "y"]);
  expect(mounted.active).toBe(mounted.options[1]);
  expect(mounted.active?.getBoundingClientRect().top).toBe(before?.top);
});

test("rows up to the one under the pointer do not move", async () => {
  const { mounted, search } = await mountPartial("a", "b", "c");
  await userEvent.hover(mounted.options[2] as Element);
  await settled(mounted, () => mounted.active === mounted.options[2]);
  search.answer(answer("query", pages("x", "y", "z", "w")));
  await settled(mounted, () => mounted.options.length === 7);
  expect(links(mounted)).toEqual(["a", "b", "c", "x", "y", "z", "w"]);
});

test("rows that were scrolled into view do not move", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "query");
  search.partial(answer("query", many("a", 30)));
  await settled(mounted, () => mounted.options.length === 30);
  const list = mounted.find("[role=listbox]");
  list.scrollTo(0, 300);
  const bottom = list.getBoundingClientRect().bottom;
  const inView = mounted.options
    .filter((option) => option.getBoundingClientRect().top < bottom)
    .map((option) => option.hash);
  search.answer(answer("query", many("b", 30)));
  await settled(mounted, () => mounted.options.at(-1)?.hash === "#b29");
  expect(mounted.options.slice(0, inView.length).map((option) => option.hash)).toEqual(inView);
  expect(mounted.options[inView.length]?.hash).toBe("#b0");
  expect(list.scrollTop).toBe(300);
});

test("another query starts at the top again", async () => {
  const { mounted, search } = await mountPartial("a", "b", "c");
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  search.answer(answer("query", pages("a", "b", "c")));
  (await ask(mounted, "other")).answer(answer("other", pages("c", "d")));
  await settled(mounted, () => mounted.options.length === 2);
  expect(mounted.active).toBe(mounted.options[0]);
});

test("the latest query wins, older ones are aborted", async () => {
  const mounted = await mountOpen();
  const first = await ask(mounted, "first");
  const second = await ask(mounted, "second");
  expect(first.options.signal?.aborted).toBe(true);
  second.answer(answer("second", pages("right")));
  first.partial(answer("first", pages("late")));
  first.answer(answer("first", pages("wrong")));
  await settled(mounted, () => mounted.options.length > 0);
  await afterDebounce();
  expect(links(mounted)).toEqual(["right"]);
});

test("words are looked up while one types, meaning only after a pause", async () => {
  const mounted = await mountOpen();
  const { previews, searches } = mounted.backend;
  holdClock();
  enter(mounted, "un");
  vi.advanceTimersByTime(0);
  expect(previews).toHaveLength(1);
  vi.advanceTimersByTime(20);
  enter(mounted, "und");
  vi.advanceTimersByTime(20);
  enter(mounted, "undo");
  vi.advanceTimersByTime(19);
  expect(previews).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(previews.map(({ query, options }) => [query, options.signal?.aborted])).toEqual([
    ["un", true],
    ["undo", false],
  ]);
  previews[1]?.answer(answer("undo", pages("a", "b")));
  await settled(mounted, () => mounted.options.length === 2);
  expect(mounted.find("[part=status]").textContent).toBe("Looking by meaning…");
  vi.advanceTimersByTime(179);
  expect(searches).toHaveLength(0);
  vi.advanceTimersByTime(1);
  expect(searches).toHaveLength(1);
  expect(mounted.backend.last.options).toMatchObject({ asYouType: true, limit: 10, sectionsPerPage: 3 });
});

test("rows of the look at the words do not move either", async () => {
  const mounted = await mountOpen();
  enter(mounted, "query");
  await settled(mounted, () => mounted.backend.previews.length === 1);
  mounted.backend.previews[0]?.answer(answer("query", pages("a", "b", "c")));
  await settled(mounted, () => mounted.options.length === 3);
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted, () => mounted.backend.searches.length === 1);
  mounted.backend.last.partial(answer("query", pages("c", "b", "a")));
  await settled(mounted, () => links(mounted).join("") === "abc");
  mounted.backend.last.answer(answer("query", pages("x", "c")));
  await settled(mounted, () => mounted.options.length === 4);
  expect(links(mounted)).toEqual(["a", "b", "x", "c"]);
  expect(mounted.active).toBe(mounted.options[1]);
});

test("a look at the words that comes late or fails changes nothing", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "query");
  search.answer(answer("query", pages("right")));
  await settled(mounted, () => mounted.options.length === 1);
  mounted.backend.previews[0]?.answer(answer("query", pages("wrong", "late")));
  await ask(mounted, "other");
  mounted.backend.previews[1]?.fail(new SearchError("network", "No answer."));
  await settled(mounted);
  expect(links(mounted)).toEqual(["right"]);
  expect(mounted.root.querySelector("[part=error]")).toBeNull();
});

test("a space ends the word that was being typed", async () => {
  const mounted = await mountOpen();
  await ask(mounted, "undo");
  mounted.input.value = "undo ";
  mounted.input.dispatchEvent(new InputEvent("input"));
  await settled(mounted, () => mounted.backend.searches.length === 2);
  expect(mounted.backend.last.query).toBe("undo");
  expect(mounted.backend.last.options.asYouType).toBe(false);
});

test("a blank query shows the idle state and asks nothing", async () => {
  const { mounted } = await mountPartial("a");
  const searches = mounted.backend.searches.length;
  mounted.input.value = "  ";
  mounted.input.dispatchEvent(new InputEvent("input"));
  await afterDebounce();
  expect(mounted.root.querySelector("[part=idle]")).not.toBeNull();
  expect([mounted.options.length, mounted.backend.searches.length]).toEqual([0, searches]);
});

test("the results of the query before stay until there are newer ones", async () => {
  const { mounted, search } = await mountPartial("a");
  search.answer(answer("query", pages("a")));
  const next = await ask(mounted, "next");
  expect(links(mounted)).toEqual(["a"]);
  next.answer(answer("next", []));
  await settled(mounted, () => mounted.options.length === 0);
  expect(mounted.find("[part=nothing]").textContent).toContain("Nothing found for “next”");
});

test("no words match but meaning may: that is not “nothing found” yet", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "query");
  search.partial(answer("query", []));
  await settled(mounted);
  expect(mounted.root.querySelector("[part=nothing]")).toBeNull();
  expect(mounted.root.querySelector("[part=loading]")).not.toBeNull();
});

test("an error is shown with its remedy, dispatched, and can be tried again", async () => {
  const mounted = await mountOpen();
  const errors: string[] = [];
  mounted.element.addEventListener("ss-error", (event) => errors.push(event.detail.error.code));
  const error = new SearchError("index-invalid", "index.json is not an index.", { remedy: "Build it again." });
  (await ask(mounted, "undo")).fail(error);
  await settled(mounted, () => errors.length > 0);
  expect(mounted.find("[part=error] > p").textContent).toContain("It may help to try again");
  const details = mounted.find<HTMLDetailsElement>("[part=details]");
  expect(details.open).toBe(false);
  expect(details.textContent).toMatch(/Details\s+index\.json is not an index\.\s+Build it again\./);
  expect(errors).toEqual(["index-invalid"]);
  mounted.find("[part=retry]").click();
  await settled(mounted, () => mounted.backend.searches.length === 2);
  mounted.backend.last.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
});

test("a visitor who set filters is told that they may be why nothing was found", () => {
  const place = document.createElement("div");
  const hint = (onClearFilters?: () => void) => {
    render(nothingState("undo", EN, onClearFilters), place);
    return place.querySelector("p")?.textContent;
  };
  expect(hint(() => {})).toBe("Nothing with these filters. Try it without them.");
  expect(hint()).toBe("Check the spelling, or say it in other words.");
});

test("results by words stay when those by meaning fail, with a note", async () => {
  const { mounted, search } = await mountPartial("a", "b");
  search.fail(new SearchError("network", "vectors.bin answered with 404.", { remedy: "Upload it." }));
  await settled(mounted, () => mounted.root.querySelector("[part=note]") !== null);
  expect(links(mounted)).toEqual(["a", "b"]);
  expect(mounted.find("[part=note]").textContent).toContain("vectors.bin answered with 404. Upload it.");
});

test("what could not be consulted is noted", async () => {
  const error = { code: "network", message: "vectors.bin answered with 404." } as const;
  const mounted = await mountOpen({}, (search) =>
    search.answer(answer(search.query, KEYWORD_HITS, { mode: "keyword", warnings: [{ part: "semantic", error }] })),
  );
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.find("summary").textContent).toContain("search by meaning could not be loaded");
  expect(mounted.find<HTMLDetailsElement>("[part=note]").open).toBe(false);
});

test("offline is told apart, and the search goes on with the connection", async () => {
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "onLine"));
  const mounted = await mountOpen();
  (await ask(mounted, "undo")).fail(new SearchError("network", "Failed to fetch."));
  await settled(mounted, () => mounted.root.querySelector("[part=error]") !== null);
  expect(mounted.find("[part=error]").textContent).toContain("You are offline");
  Reflect.deleteProperty(navigator, "onLine");
  dispatchEvent(new Event("online"));
  await settled(mounted, () => mounted.backend.searches.length === 2);
});

test("a result shows title, trail, headings above, heading, excerpt and how it was found", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, DOCS_HITS)));
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  const parts = (index: number) =>
    [...(mounted.options[index]?.querySelectorAll("[part]") ?? [])]
      .filter((part) => part.getAttribute("part") !== "excerpt")
      .map((part) => `${part.getAttribute("part")}: ${part.textContent?.trim()}`);
  expect(parts(2)).toEqual([
    "title: Version history",
    "trail: Reference › Command line",
    "trail: Commands ›",
    "heading: history undo",
    "badge badge-words: by words",
    "mark: Undo",
    "mark: undo",
  ]);
  // A heading that repeats the title is left out; later sections of a page don't repeat the title.
  expect(parts(5)).toEqual(["title: Glossary", "badge badge-words: by words", "mark: deploy"]);
  expect(parts(4)[0]).toBe("heading: Afterwards");
  expect(mounted.options[0]?.querySelector("[part~=badge]")?.textContent).toBe("by meaning");
  expect(mounted.options[0]?.querySelector("[part=excerpt]")?.textContent).toBe(
    DOCS_HITS[0]?.sections[0]?.excerpt.text,
  );
});

test("a page without sections is a row of its own", async () => {
  const bare = { ...page("Bare", ["Guide"], []), url: "/bare/" };
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, [bare])));
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.options[0]?.pathname).toBe("/bare/");
});

test("inline results are searched and shown in the page", async () => {
  const mounted = await mount({ inline: true }, (search) => search.answer(answer(search.query, DOCS_HITS)));
  mounted.input.focus();
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.root.querySelector("dialog")).toBeNull();
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
});
