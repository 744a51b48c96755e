import { expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS } from "./fixtures.ts";
import { ask, enter, type Fixture, focused, mount, mountOpen, pause, settled } from "./harness.ts";

let indexes = 0;

/** An index of its own for every test, whose queries are remembered. */
function remembering(...queries: readonly string[]) {
  const src = `/index-${++indexes}/index.json`;
  const key = `semantic-search:recent:${new URL(src, document.baseURI)}`;
  if (queries.length > 0) localStorage.setItem(key, JSON.stringify(queries));
  onTestFinished(() => localStorage.removeItem(key));
  const stored = () => JSON.parse(localStorage.getItem(key) ?? "[]");
  return { properties: { src, noRecent: false } satisfies Partial<SemanticSearchElement>, key, stored };
}

const texts = ({ options }: Fixture) => options.map((option) => option.textContent?.trim());
const group = ({ root }: Fixture, part: string) => {
  const found = root.querySelector(`[part=${part}]`);
  const label = root.getElementById(found?.getAttribute("aria-labelledby") ?? "")?.textContent;
  return [label, [...(found?.querySelectorAll("[role=option]") ?? [])].map((option) => option.textContent?.trim())];
};

/** Searches and opens the first result. */
async function open(mounted: Fixture, query: string): Promise<void> {
  mounted.element.search(query);
  mounted.backend.last.answer(answer(query, DOCS_HITS));
  await settled(mounted, () => mounted.options.length === 6);
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
}

/** Keeps results from being opened. */
function stay({ element }: Fixture): void {
  element.addEventListener("ss-select", (event) => event.preventDefault());
}

test("what led to a result is offered, newest first, once, and at most seven times", async () => {
  const { properties, stored } = remembering();
  const mounted = await mountOpen(properties);
  stay(mounted);
  for (const query of ["undo", "b", "c", "d", "e", "f", "g", "Undo"]) await open(mounted, query);
  expect(stored()).toEqual(["Undo", "g", "f", "e", "d", "c", "b"]);
  await open(mounted, "h");
  expect(stored()).toEqual(["h", "Undo", "g", "f", "e", "d", "c"]);
  mounted.find("[part=clear]").click();
  await settled(mounted, () => mounted.options.length === 7);
  expect(group(mounted, "recent")).toEqual(["Recent searches", stored()]);
});

test("half a query, one without a result, and pasted text are not remembered", async () => {
  const { properties, stored } = remembering();
  const mounted = await mountOpen(properties);
  stay(mounted);
  (await ask(mounted, "und")).answer(answer("und", DOCS_HITS));
  (await ask(mounted, "flux")).answer(answer("flux", []));
  await settled(mounted, () => mounted.root.querySelector("[part=nothing]") !== null);
  await userEvent.keyboard("{Enter}");
  await open(mounted, "a word ".repeat(20));
  expect(stored()).toEqual([]);
});

test("another index has other recent searches", async () => {
  const one = remembering("undo");
  const other = remembering("install");
  expect(texts(await mountOpen(one.properties))).toEqual(["undo"]);
  expect(texts(await mountOpen(other.properties))).toEqual(["install"]);
});

test("nothing is active before the first key; arrows and Enter choose, and it is searched for at once", async () => {
  const { properties } = remembering("undo", "install");
  const mounted = await mountOpen(properties);
  const { input } = mounted;
  expect([input.getAttribute("aria-expanded"), input.hasAttribute("aria-activedescendant")]).toEqual(["true", false]);
  expect(mounted.root.getElementById(input.getAttribute("aria-controls") ?? "")?.role).toBe("listbox");
  await userEvent.keyboard("{Enter}");
  expect(mounted.backend.searches).toEqual([]);
  await userEvent.keyboard("{ArrowUp}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[0]);
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "undo");
  expect([input.value, focused() === input]).toEqual(["undo", true]);
});

test("a click searches, and is the newest search from then on", async () => {
  const { properties, stored } = remembering("undo", "install");
  const mounted = await mountOpen(properties);
  await userEvent.click(mounted.options[1] as HTMLElement);
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "install");
  expect(focused()).toBe(mounted.input);
  expect(stored()).toEqual(["install", "undo"]);
});

test("each can be forgotten, by mouse and by keyboard; the focus goes on", async () => {
  const { properties, stored } = remembering("a", "b", "c");
  const mounted = await mountOpen(properties);
  const buttons = () => [...mounted.root.querySelectorAll<HTMLElement>("[part=recent-remove]")];
  expect(buttons().map((button) => button.ariaLabel)).toEqual(["Remove “a”", "Remove “b”", "Remove “c”"]);
  const middles = [...mounted.options, ...buttons()].map((element) => {
    const { top, height } = element.getBoundingClientRect();
    return Math.round(top + height / 2);
  });
  expect(middles.slice(0, 3)).toEqual(middles.slice(3));
  await userEvent.click(buttons()[1] as HTMLElement);
  await settled(mounted, () => mounted.options.length === 2);
  expect(focused()?.ariaLabel).toBe("Remove “c”");
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => mounted.options.length === 1);
  expect(focused()?.ariaLabel).toBe("Remove “a”");
  await userEvent.keyboard(" ");
  await settled(mounted, () => mounted.options.length === 0);
  expect([focused(), stored()]).toEqual([mounted.input, []]);
  expect(mounted.find("[part=idle]").textContent).toContain("Use keywords");
});

test("all can be forgotten, within reach of Tab", async () => {
  const { properties, stored } = remembering("a", "b");
  const mounted = await mountOpen(properties);
  await userEvent.tab();
  await userEvent.tab();
  expect(focused()).toBe(mounted.find("[part=recent-clear]"));
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => mounted.options.length === 0);
  expect([focused(), stored()]).toEqual([mounted.input, []]);
});

test("`no-recent` shows nothing, remembers nothing, and removes what was stored", async () => {
  const { properties, stored } = remembering("undo");
  const mounted = await mountOpen({ ...properties, noRecent: true });
  stay(mounted);
  expect([mounted.options.length, stored()]).toEqual([0, []]);
  await open(mounted, "install");
  expect(stored()).toEqual([]);
});

test("`no-recent` that is set later removes what was stored, for another index, too; once", async () => {
  const [one, other] = [remembering("undo"), remembering("install")];
  const mounted = await mountOpen(one.properties);
  expect(texts(mounted)).toEqual(["undo"]);
  mounted.element.noRecent = true;
  await settled(mounted, () => mounted.options.length === 0);
  expect([one.stored(), other.stored()]).toEqual([[], ["install"]]);
  mounted.element.src = other.properties.src;
  await settled(mounted);
  expect(other.stored()).toEqual([]);
  localStorage.setItem(other.key, '["by another element"]');
  enter(mounted, "u");
  await settled(mounted, () => mounted.backend.previews.length === 1);
  expect(other.stored()).toEqual(["by another element"]);
});

test("a browser that stores nothing, or something else, changes nothing", async () => {
  const { properties, key } = remembering();
  for (const other of ["{", '{"a":1}', "[1,null,{}]", "null"]) {
    localStorage.setItem(key, other);
    expect(texts(await mountOpen(properties))).toEqual([]);
  }
  const refused = () => {
    throw new DOMException("Refused.", "SecurityError");
  };
  for (const name of ["getItem", "setItem", "removeItem"] as const) {
    const spy = vi.spyOn(Storage.prototype, name).mockImplementation(refused);
    onTestFinished(() => spy.mockRestore());
  }
  const mounted = await mountOpen(properties);
  stay(mounted);
  await open(mounted, "undo");
  mounted.find("[part=clear]").click();
  await settled(mounted, () => mounted.root.querySelector("[part=idle]") !== null);
  expect(mounted.options).toEqual([]);
});

test("the site's own queries are offered below, under a heading, and not twice", async () => {
  const { properties } = remembering("install", "undo");
  const mounted = await mountOpen(properties);
  mounted.backend.suggestions = ["install", "self-hosting", "what is new"];
  mounted.element.model = "static"; // Asks anew.
  await settled(mounted, () => mounted.options.length === 4);
  expect(group(mounted, "recent")).toEqual(["Recent searches", ["install", "undo"]]);
  expect(group(mounted, "suggested")).toEqual(["Try", ["self-hosting", "what is new"]]);
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{Enter}");
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "self-hosting");
});

test("what the index holds is not asked before the visitor shows intent", async () => {
  const mounted = await mount();
  mounted.backend.suggestions = ["install"];
  await pause(50);
  expect(mounted.backend.asked).toBe(0);
  mounted.element.open();
  await settled(mounted, () => mounted.options.length === 1);
  expect(texts(mounted)).toEqual(["install"]);
});

test("the `idle` slot stands below the queries, the default hint only without any", async () => {
  const { properties } = remembering("undo");
  const mounted = await mountOpen(properties);
  expect(mounted.root.querySelectorAll("slot[name=idle]")).toHaveLength(1);
  expect(mounted.find("[part=idle]").textContent).not.toContain("Use keywords");
  mounted.element.noRecent = true;
  await settled(mounted, () => mounted.options.length === 0);
  expect(mounted.find("[part=idle]").textContent).toContain("Use keywords");
  expect(mounted.root.querySelectorAll("slot[name=idle]")).toHaveLength(1);
});

test("queries make room for results, and come back with an empty input", async () => {
  const { properties } = remembering("undo");
  const mounted = await mountOpen(properties);
  await userEvent.keyboard("{ArrowDown}");
  enter(mounted, "un");
  await settled(mounted, () => mounted.root.querySelector("[part=recent]") === null);
  (await ask(mounted, "un")).answer(answer("un", DOCS_HITS));
  await settled(mounted, () => mounted.options.length === 6);
  expect(mounted.active).toBe(mounted.options[0]);
  await userEvent.keyboard("{Escape}");
  await settled(mounted, () => mounted.options.length === 1);
  expect(mounted.active).toBeNull();
});

test("markup in a stored query is text", async () => {
  const hostile = `<img src=x onerror="alert(1)">`;
  const { properties } = remembering(hostile);
  const mounted = await mountOpen(properties);
  expect(texts(mounted)).toEqual([hostile]);
  expect(mounted.root.querySelector("img")).toBeNull();
});

test("inline, they are offered once the visitor reaches for the search", async () => {
  const { properties } = remembering("undo");
  const mounted = await mount({ ...properties, inline: true });
  expect(mounted.options).toEqual([]);
  mounted.input.focus();
  await settled(mounted, () => mounted.options.length === 1);
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "undo");
});
