import { expect, onTestFinished, test } from "vitest";
import { page as browserPage, userEvent } from "vitest/browser";
import type { PageHit, Suggestion } from "../../src/core/search.ts";
import { answer, DOCS_HITS, KEYWORD_HITS, LONG_HITS } from "./fixtures.ts";
import { enter, type Fixture, mountOpen, pause, settled } from "./harness.ts";

/** Input excuses what moves within half a second of it; here nothing is excused. */
const UNEXCUSED_MS = 600;

interface LayoutShift extends PerformanceEntry {
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly previousRect: DOMRect; readonly currentRect: DOMRect }[];
}

/** Collects what moves in the page without anybody's doing from now on. */
function watchShifts(): () => Promise<string[]> {
  const shifts: LayoutShift[] = [];
  const observer = new PerformanceObserver((list) => void shifts.push(...(list.getEntries() as LayoutShift[])));
  observer.observe({ type: "layout-shift" });
  onTestFinished(() => observer.disconnect());
  return async () => {
    await pause(100);
    shifts.push(...(observer.takeRecords() as LayoutShift[]));
    const unasked = shifts.filter(({ hadRecentInput }) => !hadRecentInput);
    return unasked.flatMap(({ sources }) => sources.map((source) => JSON.stringify(source)));
  };
}

const results = ({ root }: Fixture) => root.querySelectorAll("[part=page] [role=option]");

test("what moves is noticed", async () => {
  const first = document.body.appendChild(document.createElement("p"));
  const second = document.body.appendChild(document.createElement("p"));
  onTestFinished(() => [first, second].forEach((paragraph) => void paragraph.remove()));
  [first.textContent, second.textContent] = ["one", "two"];
  await pause(UNEXCUSED_MS);
  const shifts = watchShifts();
  first.style.height = "100px";
  expect(await shifts()).not.toEqual([]);
});

const SUGGESTIONS: readonly Suggestion[] = ["undo a deploy", "undo history"].map((text) => ({
  text,
  kind: "title",
  marks: [[0, 4]],
}));

test.each([
  ["many results", KEYWORD_HITS, DOCS_HITS, LONG_HITS],
  ["a list that grows and shrinks", KEYWORD_HITS.slice(0, 1), DOCS_HITS, KEYWORD_HITS.slice(1, 2)],
])("%s: nothing moves from the first look at the words to the answer of a better model", async (_, ...hits) => {
  const [words = [], meaning = [], better = []] = hits as (readonly PageHit[])[];
  await browserPage.viewport(1000, 800);
  onTestFinished(() => browserPage.viewport(414, 896));
  const spaces = [{ id: "large", dims: 1, fingerprint: "1", download: { bytes: 1, cached: true } }];
  const mounted = await mountOpen({}, undefined, { spaces, suggest: async () => SUGGESTIONS });
  const { backend } = mounted;
  mounted.input.focus();
  await userEvent.keyboard("u");
  await settled(mounted, () => mounted.root.querySelector("[part=loading]") !== null);
  await pause(UNEXCUSED_MS);
  const shifts = watchShifts();

  backend.previews.at(-1)?.answer(answer("u", words));
  enter(mounted, "undo");
  await settled(mounted, () => backend.previews.at(-1)?.query === "undo");
  backend.previews.at(-1)?.answer(answer("undo", words));
  await settled(mounted, () => mounted.root.querySelector("[part=suggestions]") !== null);
  await settled(mounted, () => backend.searches.at(-1)?.query === "undo");
  backend.last.partial(answer("undo", words));
  await settled(mounted);
  await pause(50);
  backend.last.answer(answer("undo", meaning, { didYouMean: [{ query: "undoing", by: "spelling" }] }));
  await settled(mounted, () => mounted.root.querySelector("[part=correction]") !== null);
  await settled(mounted, () => backend.loads.length === 1);
  backend.loads[0]?.progress({ loadedBytes: 1, totalBytes: 2 });
  await pause(50);
  const searches = backend.searches.length;
  backend.loads[0]?.done({ device: "wasm" });
  await settled(mounted, () => backend.searches.length > searches);
  backend.last.answer(answer("undo", better));
  await settled(mounted, () => mounted.root.querySelector("[part=correction]") === null);
  expect(results(mounted).length).toBeGreaterThan(0);
  expect(await shifts()).toEqual([]);
});

test("nothing moves when nothing was found, or the search failed, or is tried again", async () => {
  await browserPage.viewport(1000, 800);
  onTestFinished(() => browserPage.viewport(414, 896));
  const mounted = await mountOpen();
  mounted.input.focus();
  await userEvent.keyboard("u");
  await settled(mounted, () => mounted.backend.searches.length === 1);
  await pause(UNEXCUSED_MS);
  const shifts = watchShifts();
  mounted.backend.last.answer(answer("u", [], { didYouMean: [{ query: "undo", by: "spelling" }] }));
  await settled(mounted, () => mounted.root.querySelector("[part=nothing]") !== null);
  await pause(50);
  mounted.element.search("undo");
  await settled(mounted, () => mounted.root.querySelector("[part=loading]") !== null);
  mounted.backend.last.fail(new Error("Broken."));
  await settled(mounted, () => mounted.root.querySelector("[part=error]") !== null);
  await pause(50);
  mounted.element.search("undo");
  mounted.backend.last.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => results(mounted).length === 6);
  expect(await shifts()).toEqual([]);
});

test("a row under the pointer stays, whatever arrives", async () => {
  await browserPage.viewport(1000, 800);
  onTestFinished(() => browserPage.viewport(414, 896));
  const mounted = await mountOpen();
  enter(mounted, "undo");
  await settled(mounted, () => mounted.backend.searches.length === 1);
  mounted.backend.last.partial(answer("undo", DOCS_HITS));
  await settled(mounted, () => results(mounted).length === 6);
  await userEvent.hover(results(mounted)[3] as Element);
  await pause(UNEXCUSED_MS);
  const shifts = watchShifts();
  const didYouMean = [{ query: "undoing", by: "spelling" }] as const;
  mounted.backend.last.answer(answer("undo", [...LONG_HITS, ...KEYWORD_HITS], { didYouMean }));
  await settled(mounted, () => mounted.find("[role=listbox]").ariaBusy === "false");
  expect(await shifts()).toEqual([]);
  expect(mounted.active).toBe(results(mounted)[3]);
});
