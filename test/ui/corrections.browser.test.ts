import { expect, onTestFinished, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Correction, PageHit, SearchResults } from "../../src/core/search.ts";
import type { SelectEventDetail } from "../../src/ui/events.ts";
import type { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS, KEYWORD_HITS, page, section } from "./fixtures.ts";
import { ask, type Fixture, focused, mountOpen, settled } from "./harness.ts";

const spelling = (...queries: string[]): readonly Correction[] => queries.map((query) => ({ query, by: "spelling" }));
const meaning: readonly Correction[] = [{ query: "Rolling back a release", by: "meaning" }];
const BY_MEANING: readonly PageHit[] = DOCS_HITS.slice(2, 3);
const STATUS = { url: "https://status.example.com/now", title: "Service status" };

const results = ({ root }: Fixture) => [...root.querySelectorAll("[part=page] [role=option]")];
const queries = ({ root }: Fixture) => [...root.querySelectorAll<HTMLElement>("[part=correction] [role=option]")];
const line = ({ root }: Fixture) => root.querySelector("[part=correction]")?.textContent?.trim();

const spoken = ({ root }: Fixture) =>
  [...root.querySelectorAll("[role=status]")].map((region) => region.textContent).join("");

/** The answer to “depoly”. */
async function mountAnswer(
  hits: readonly PageHit[],
  more: Partial<SearchResults>,
  properties: Partial<SemanticSearchElement> = {},
): Promise<Fixture> {
  const mounted = await mountOpen(properties, (search) => search.answer(answer(search.query, hits, more)));
  await ask(mounted, "depoly");
  await settled(mounted, () => mounted.element.results !== undefined);
  return mounted;
}

/** Records what is about to be opened, and keeps the page from going there. */
function recordSelected({ element }: Fixture): SelectEventDetail[] {
  const details: SelectEventDetail[] = [];
  element.addEventListener("ss-select", (event) => {
    event.preventDefault();
    details.push(event.detail);
  });
  return details;
}

test("another spelling is offered above the results; Enter still opens the first of these", async () => {
  const mounted = await mountAnswer(KEYWORD_HITS, { didYouMean: spelling("deploy", "employ") });
  expect(line(mounted)).toBe("Did you mean deploy · employ?");
  expect(mounted.find("[part=correction]").ariaLabel).toBe("Did you mean deploy, employ?");
  expect(mounted.options.slice(0, 2)).toEqual(queries(mounted));
  expect(mounted.active).toBe(results(mounted)[0]);
  expect(mounted.find("[part=status]").textContent).toBe("3 results");
});

test("a click on it searches, and the focus stays", async () => {
  const mounted = await mountAnswer(KEYWORD_HITS, { didYouMean: spelling("deploy") });
  mounted.input.focus();
  await userEvent.click(queries(mounted)[0] as HTMLElement);
  await settled(mounted, () => mounted.backend.last.query === "deploy");
  expect([mounted.input.value, focused() === mounted.input]).toEqual(["deploy", true]);
});

test("arrows reach it", async () => {
  const mounted = await mountAnswer(KEYWORD_HITS, { didYouMean: spelling("deploy") });
  await userEvent.keyboard("{ArrowUp}{Enter}");
  await settled(mounted, () => mounted.backend.last.query === "deploy");
});

test("where nothing was found, Enter corrects; corrections by meaning are offered, too", async () => {
  const mounted = await mountAnswer([], { didYouMean: [...spelling("deploy"), ...meaning] });
  expect(mounted.find("[part=nothing]").textContent).toContain("Nothing found for “depoly”");
  expect(queries(mounted).map((query) => query.textContent)).toEqual(["deploy", "Rolling back a release"]);
  expect(mounted.active).toBe(queries(mounted)[0]);
  await settled(mounted, () => spoken(mounted) !== "");
  expect(spoken(mounted)).toBe("Nothing found for “depoly”. Did you mean deploy, Rolling back a release?");
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => mounted.backend.last.query === "deploy");
});

test("where no page has the words, a line says that results are the closest in meaning", async () => {
  const mounted = await mountAnswer(BY_MEANING, { didYouMean: meaning });
  expect(line(mounted)).toBe("No page has these words. Closest in meaning:");
  expect(queries(mounted)).toEqual([]);
  expect(mounted.active).toBe(mounted.options[0]);
});

test("that line is left out where a result has the words after all", async () => {
  const mounted = await mountAnswer(DOCS_HITS, { didYouMean: meaning });
  expect(line(mounted)).toBeUndefined();
});

test("what comes while a row is held stands below the results, and pushes nothing down", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "depoly");
  search.partial(answer("depoly", KEYWORD_HITS));
  await settled(mounted, () => results(mounted).length === 3);
  await userEvent.hover(results(mounted)[1] as Element);
  await settled(mounted, () => mounted.active === results(mounted)[1]);
  const held = mounted.active;
  const before = held?.getBoundingClientRect().top;
  search.answer(answer("depoly", DOCS_HITS, { didYouMean: spelling("deploy"), redirect: STATUS }));
  await settled(mounted, () => mounted.find("[role=listbox]").ariaBusy === "false");
  expect([mounted.active, held?.getBoundingClientRect().top]).toEqual([held, before]);
  expect(mounted.options.slice(-2)).toEqual([...queries(mounted), mounted.find("[part~=redirect]")]);
  expect(mounted.options.map(({ id }) => id)).toEqual(mounted.options.map((_, index) => `row-${index}`));
  expect(line(mounted)).toBe("Did you mean deploy?");
  await settled(mounted, () => spoken(mounted).endsWith("results. Did you mean deploy?"));
  expect(spoken(mounted)).toMatch(/^Go to Service status\. /);
  await userEvent.click(queries(mounted)[0] as HTMLElement);
  await settled(mounted, () => mounted.backend.last.query === "deploy");
  mounted.backend.last.answer(answer("deploy", DOCS_HITS, { didYouMean: spelling("employ") }));
  await settled(mounted, () => line(mounted) === "Did you mean employ?");
  expect(mounted.options[0], "nothing is held any more").toBe(queries(mounted)[0]);
});

test("a line below the results stays while it is chosen, whatever comes", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "depoly");
  search.partial(answer("depoly", KEYWORD_HITS));
  await settled(mounted, () => results(mounted).length === 3);
  await userEvent.keyboard("{ArrowDown}");
  search.partial(answer("depoly", KEYWORD_HITS, { didYouMean: spelling("deploy") }));
  await settled(mounted, () => queries(mounted).length === 1);
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  await settled(mounted, () => mounted.active === queries(mounted)[0]);
  search.answer(answer("depoly", DOCS_HITS, { didYouMean: spelling("deploy") }));
  await settled(mounted, () => mounted.find("[role=listbox]").ariaBusy === "false");
  expect(mounted.active).toBe(queries(mounted)[0]);
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => mounted.backend.last.query === "deploy");
});

test("a redirect is the first row, and opens a place outside of the index", async () => {
  const mounted = await mountAnswer(DOCS_HITS, { redirect: STATUS });
  const selected = recordSelected(mounted);
  const row = mounted.find<HTMLAnchorElement>("[part~=redirect]");
  expect([row, row.href]).toEqual([mounted.options[0], STATUS.url]);
  expect(row.querySelector("[part=title]")?.textContent).toBe("Go to Service status");
  expect(row.querySelector("[part=trail]")?.textContent).toBe("status.example.com");
  expect(mounted.active).toBe(row);
  await settled(mounted, () => spoken(mounted) !== "");
  expect(spoken(mounted)).toBe("Go to Service status. 6 results");
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  await userEvent.keyboard("{Enter}");
  const detail = { query: "depoly", page: undefined, section: undefined, href: STATUS.url, textDirective: "" };
  expect(selected).toEqual([
    { ...detail, newTab: true },
    { ...detail, newTab: false },
  ]);
  expect(mounted.dialog.open).toBe(false);
});

test("a redirect may be all there is", async () => {
  const mounted = await mountAnswer([], { redirect: { url: "/status/", title: "" } });
  expect(mounted.options).toHaveLength(1);
  expect(mounted.options[0]?.textContent).toContain(`Go to ${location.origin}/status/`);
  expect(mounted.root.querySelector("[part=nothing]")).toBeNull();
  await settled(mounted, () => spoken(mounted) !== "");
  expect(spoken(mounted)).toBe(`Go to ${location.origin}/status/`);
});

test.each(["javascript:alert(1)", "data:text/html,x", "https://"])("a redirect to %s is none", async (url) => {
  const mounted = await mountAnswer(DOCS_HITS, { redirect: { url, title: "Bad" } });
  expect(mounted.root.querySelector("[part~=redirect]")).toBeNull();
  expect(mounted.active).toBe(results(mounted)[0]);
});

test("markup in corrections and redirects is text", async () => {
  const hostile = `<img src=x onerror="alert(1)">`;
  const redirect = { url: "/x/", title: hostile };
  const mounted = await mountAnswer(KEYWORD_HITS, { didYouMean: spelling(hostile), redirect });
  expect(queries(mounted)[0]?.textContent).toBe(hostile);
  expect(mounted.root.querySelector("img")).toBeNull();
});

test("a page that the site puts first says so, once", async () => {
  const [first, ...others] = DOCS_HITS as [PageHit, ...PageHit[]];
  const mounted = await mountAnswer([{ ...first, pinned: true }, ...others], {});
  const badges = results(mounted).map((row) => row.querySelector("[part~=badge]"));
  expect(badges.slice(0, 3).map((badge) => badge?.textContent)).toEqual(["recommended", "words + meaning", "by words"]);
  expect(badges[0]?.part.contains("badge-pinned")).toBe(true);
});

test("`renderHit` makes the content of rows, as text, node or template, or leaves it", async () => {
  const seen: [string, boolean, string][] = [];
  const node = document.createElement("b");
  node.textContent = "a node";
  const contents = [() => "<i>text</i>", () => node, () => undefined];
  const mounted = await mountAnswer(
    DOCS_HITS,
    {},
    {
      renderHit: ({ page, section, isFirst, query }) => {
        seen.push([section?.heading ?? page.title, isFirst, query]);
        return contents[seen.length - 1]?.();
      },
    },
  );
  expect(results(mounted)[0]?.textContent).toBe("<i>text</i>");
  expect(results(mounted)[1]?.firstElementChild).toBe(node);
  expect(results(mounted)[2]?.querySelector("[part=title]")?.textContent).toBe("Version history");
  expect(seen.slice(0, 3)).toEqual([
    ["Rolling back a release", true, "depoly"],
    ["Health checks", false, "depoly"],
    ["history undo", true, "depoly"],
  ]);
  const groups = [...mounted.root.querySelectorAll("[part=page]")];
  expect(groups[0]?.ariaLabel).toBe("Deploying to production");
  // Asked once for every row, also when another one becomes active.
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(seen).toHaveLength(6);
  expect(results(mounted)[1]?.firstElementChild).toBe(node);
});

test("a `renderHit` that throws is reported once, and the rows are as ever", async () => {
  const errors: string[] = [];
  const listener = ({ detail }: HTMLElementEventMap["ss-error"]) => errors.push(detail.error.message);
  document.addEventListener("ss-error", listener);
  onTestFinished(() => document.removeEventListener("ss-error", listener));
  const renderHit = () => {
    throw new TypeError("No such thing.");
  };
  const mounted = await mountAnswer(DOCS_HITS, {}, { renderHit });
  expect(errors).toEqual(["renderHit failed: No such thing."]);
  expect(results(mounted)[0]?.querySelector("[part=title]")?.textContent).toBe("Deploying to production");
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(errors).toHaveLength(1);
});

test("the `header` slot stands between input and results", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, DOCS_HITS)));
  const note = mounted.element.appendChild(document.createElement("p"));
  Object.assign(note, { slot: "header", textContent: "Searching version 2" });
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  const top = (element: Element) => element.getBoundingClientRect().top;
  expect(top(note)).toBeGreaterThan(top(mounted.input));
  expect(top(note)).toBeLessThan(top(mounted.find("[role=listbox]")));
});

test("a long list of corrections is cut, a long one wraps", async () => {
  const long = "supercalifragilistic".repeat(10);
  const mounted = await mountAnswer([page("A", [], [section("/a/", "A", "a")])], {
    didYouMean: spelling(long, "b", "c", "d"),
  });
  expect(queries(mounted)).toHaveLength(3);
  const list = mounted.find("[role=listbox]");
  expect(list.scrollWidth).toBe(list.clientWidth);
});
