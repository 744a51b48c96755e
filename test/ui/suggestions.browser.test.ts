import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { SearchError } from "../../src/core/errors.ts";
import type { SearchBackend, Suggestion } from "../../src/core/search.ts";
import { answer, DOCS_HITS, KEYWORD_HITS } from "./fixtures.ts";
import { ask, enter, type Fixture, focused, holdClock, mountOpen, settled } from "./harness.ts";
import type { PendingSearch } from "./mock-backend.ts";

const suggestion = (text: string, typed = 0): Suggestion => ({ text, kind: "title", marks: [[0, typed]] });
const chips = ({ root }: Fixture) => [...root.querySelectorAll<HTMLElement>("[part~=suggestion]")];
const texts = (mounted: Fixture) => chips(mounted).map((chip) => chip.textContent);
const results = ({ root }: Fixture) => [...root.querySelectorAll<HTMLElement>("a[role=option]")];

/** An element whose backend suggests these queries, whatever is typed. */
async function mountSuggesting(
  suggest: SearchBackend["suggest"] | readonly string[],
  respond?: (search: PendingSearch) => void,
): Promise<Fixture> {
  const mounted = await mountOpen({}, respond);
  const found = Array.isArray(suggest) ? suggest.map((text) => suggestion(text, 2)) : [];
  mounted.backend.suggest = typeof suggest === "function" ? suggest : async () => found;
  return mounted;
}

/** Types a query and answers the look at the words. */
async function preview(mounted: Fixture, query: string): Promise<void> {
  enter(mounted, query);
  await settled(mounted, () => mounted.backend.previews.at(-1)?.query === query);
  mounted.backend.previews.at(-1)?.answer(answer(query, KEYWORD_HITS, { mode: "keyword" }));
  await settled(mounted, () => results(mounted).length > 0);
}

test("what is typed may become a suggestion: a line of options above the results", async () => {
  const asked: unknown[] = [];
  const mounted = await mountSuggesting(async (query, options) => {
    asked.push([query, options?.limit]);
    return [suggestion("undo", 2), suggestion("unit tests", 2)];
  });
  await preview(mounted, "un");
  expect(asked).toEqual([["un", 5]]);
  const group = mounted.find("[part=suggestions]");
  expect([group.role, group.ariaLabel, group.parentElement?.role]).toEqual(["group", "Suggestions", "listbox"]);
  expect(texts(mounted)).toEqual(["undo", "unit tests"]);
  expect(chips(mounted).map((chip) => chip.querySelector("mark")?.textContent)).toEqual(["un", "un"]);
  expect(mounted.options.slice(0, 2)).toEqual(chips(mounted));
  expect(mounted.options.map(({ id }) => id)).toEqual(mounted.options.map((_, index) => `row-${index}`));
  expect(mounted.active).toBe(results(mounted)[0]);
});

test("they are asked for in the language of the page", async () => {
  const asked: unknown[] = [];
  const mounted = await mountSuggesting(async (_, options) => {
    asked.push(options?.language);
    return [];
  });
  mounted.element.lang = "de-AT";
  await preview(mounted, "un");
  expect(asked).toEqual(["de-AT"]);
});

test("they fit into one line, however long they are", async () => {
  const mounted = await mountSuggesting(["undo ".repeat(40), ...Array(4).fill("a query of ordinary length")]);
  await preview(mounted, "un");
  const tops = chips(mounted).map((chip) => chip.getBoundingClientRect().top);
  expect(new Set(tops).size).toBe(1);
  const list = mounted.find("[role=listbox]");
  expect(list.scrollWidth).toBe(list.clientWidth);
});

test("a click takes a suggestion for the query, searches at once, and leaves the focus where it is", async () => {
  const mounted = await mountSuggesting(["undo a deploy"]);
  await preview(mounted, "un");
  mounted.input.focus();
  await userEvent.click(chips(mounted)[0] as HTMLElement);
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "undo a deploy");
  expect([mounted.input.value, mounted.element.query, mounted.dialog.open]).toEqual([
    "undo a deploy",
    "undo a deploy",
    true,
  ]);
  expect(focused()).toBe(mounted.input);
  mounted.backend.last.answer(answer("undo a deploy", DOCS_HITS));
  await settled(mounted, () => results(mounted).length === 6);
  expect(chips(mounted)).toEqual([]);
});

test("arrows go from the results into the suggestions and around; Enter takes one", async () => {
  const mounted = await mountSuggesting(["undo", "unit tests"]);
  await preview(mounted, "un");
  await userEvent.keyboard("{ArrowUp}");
  await settled(mounted);
  expect(mounted.active).toBe(chips(mounted)[1]);
  await userEvent.keyboard("{ArrowUp}{ArrowUp}");
  await settled(mounted);
  expect(mounted.active).toBe(results(mounted).at(-1));
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(chips(mounted)[0]);
  expect(mounted.options.map((option) => option.ariaSelected).indexOf("true")).toBe(0);
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "undo");
  expect([mounted.input.value, mounted.dialog.open]).toEqual(["undo", true]);
});

test("Shift+Enter on a suggestion searches as well", async () => {
  const mounted = await mountSuggesting(["undo"]);
  await preview(mounted, "un");
  await userEvent.keyboard("{ArrowUp}{Shift>}{Enter}{/Shift}");
  await settled(mounted, () => mounted.input.value === "undo");
});

test("Tab and the arrows to the sides keep their meaning", async () => {
  const mounted = await mountSuggesting(["undo"]);
  await preview(mounted, "un");
  mounted.input.setSelectionRange(0, 0);
  await userEvent.keyboard("{ArrowUp}{ArrowRight}");
  await settled(mounted);
  expect(mounted.input.selectionStart).toBe(1);
  expect(mounted.active).toBe(chips(mounted)[0]);
  await userEvent.tab();
  expect(focused()).toBe(mounted.find("[part=clear]"));
});

test("nothing is taken while an input method is composing", async () => {
  const mounted = await mountSuggesting(["undo"]);
  await preview(mounted, "un");
  await userEvent.keyboard("{ArrowUp}");
  await settled(mounted);
  const press = { key: "Enter", isComposing: true, bubbles: true, composed: true, cancelable: true };
  mounted.input.dispatchEvent(new KeyboardEvent("keydown", press));
  expect(mounted.input.value).toBe("un");
});

test("they stay when results by meaning arrive, and the row that Enter opens is still the first result", async () => {
  const mounted = await mountSuggesting(["undo", "unit tests"]);
  await preview(mounted, "un");
  await settled(mounted, () => mounted.backend.searches.length === 1);
  mounted.backend.last.answer(answer("un", DOCS_HITS));
  await settled(mounted, () => results(mounted).length === 6);
  expect(texts(mounted)).toEqual(["undo", "unit tests"]);
  expect(mounted.active).toBe(results(mounted)[0]);
  expect(mounted.find("[part=status]").textContent).toBe("6 results");
  const spoken = () =>
    [...mounted.root.querySelectorAll("[role=status]")].map(({ textContent }) => textContent).join("");
  await settled(mounted, () => spoken() === "6 results. Suggestions: 2");
});

test("a suggestion that was chosen stays active, and the row below a chosen one where it is", async () => {
  const mounted = await mountSuggesting(["undo", "unit tests"]);
  await preview(mounted, "un");
  await settled(mounted, () => mounted.backend.searches.length === 1);
  await userEvent.keyboard("{ArrowUp}");
  mounted.backend.last.partial(answer("un", KEYWORD_HITS, { didYouMean: [{ query: "sun", by: "spelling" }] }));
  await settled(mounted, () => mounted.find("[role=listbox]").ariaBusy === "true");
  expect(mounted.active).toBe(chips(mounted)[1]);
  expect(mounted.options.at(-1)?.textContent, "what comes late stands below").toBe("sun");
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  await settled(mounted);
  const held = mounted.active?.querySelector("[part=excerpt]")?.textContent;
  mounted.backend.last.answer(answer("un", DOCS_HITS));
  await settled(mounted, () => mounted.find("[role=listbox]").ariaBusy === "false");
  expect(mounted.active?.querySelector("[part=excerpt]")?.textContent).toBe(held);
  expect(mounted.active).toBe(results(mounted)[1]);
});

test("results by words wait a moment for suggestions, not longer; what comes later is not shown", async () => {
  let give: (found: readonly Suggestion[]) => void = () => {};
  const mounted = await mountSuggesting(() => new Promise((resolve) => (give = resolve)));
  holdClock();
  enter(mounted, "un");
  vi.advanceTimersByTime(0);
  mounted.backend.previews[0]?.answer(answer("un", KEYWORD_HITS));
  await settled(mounted);
  expect(results(mounted)).toEqual([]);
  vi.advanceTimersByTime(50);
  await settled(mounted, () => results(mounted).length === 3);
  give([suggestion("undo")]);
  await settled(mounted);
  vi.advanceTimersByTime(200);
  mounted.backend.last.answer(answer("un", DOCS_HITS));
  await settled(mounted, () => results(mounted).length === 6);
  expect(chips(mounted)).toEqual([]);
});

test("those of the query before stay with its rows until there are newer ones", async () => {
  const mounted = await mountSuggesting(["undo"]);
  await preview(mounted, "un");
  mounted.backend.suggest = async () => [suggestion("undoing")];
  enter(mounted, "und");
  await settled(mounted);
  expect(texts(mounted)).toEqual(["undo"]);
  await settled(mounted, () => mounted.backend.previews.length === 2);
  mounted.backend.previews[1]?.answer(answer("und", KEYWORD_HITS));
  await settled(mounted, () => texts(mounted)[0] === "undoing");
});

test("there are none for a query that is one already, and none from a backend that fails", async () => {
  const mounted = await mountSuggesting(["undo", "undo a deploy"]);
  await preview(mounted, "Undo");
  expect(texts(mounted)).toEqual([]);
  mounted.backend.suggest = async () => {
    throw new SearchError("network", "No answer.");
  };
  await preview(mounted, "und");
  expect(texts(mounted)).toEqual([]);
  expect(mounted.root.querySelector("[part=error]")).toBeNull();
});

test("they are asked for while one types, not for a query that is given", async () => {
  const asked: string[] = [];
  const mounted = await mountSuggesting(async (query) => {
    asked.push(query);
    return [];
  });
  mounted.element.search("undo");
  mounted.backend.last.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => results(mounted).length === 6);
  expect(asked).toEqual([]);
});

test("markup in a suggestion is text", async () => {
  const hostile = `<img src=x onerror="alert(1)">`;
  const mounted = await mountSuggesting([hostile]);
  await preview(mounted, "im");
  expect(texts(mounted)).toEqual([hostile]);
  expect(mounted.root.querySelector("img")).toBeNull();
});

test("a backend that suggests nothing has no such line", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, DOCS_HITS)));
  await ask(mounted, "undo");
  await settled(mounted, () => results(mounted).length > 0);
  expect(mounted.root.querySelector("[part=suggestions]")).toBeNull();
  expect(mounted.options).toEqual(results(mounted));
});
