import { expect, onTestFinished, test } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { answer, DOCS_HITS } from "./fixtures.ts";
import { afterDebounce, ask, type Fixture, mount, mountOpen, settled } from "./harness.ts";
import type { PendingKeep } from "./mock-backend.ts";

async function keepOf(mounted: Fixture, count = 1): Promise<PendingKeep> {
  await settled(mounted, () => mounted.backend.keeps.length === count);
  return mounted.backend.keeps.at(-1) as PendingKeep;
}

/** A visitor whose browser is set to save data. */
function saveData(): void {
  Object.defineProperty(navigator, "connection", { value: { saveData: true }, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "connection"));
}

test('`load="all"` keeps the index although nobody searches, after what a first query needs', async () => {
  const mounted = await mount({ load: "all" });
  const events: unknown[] = [];
  mounted.element.addEventListener("ss-progress", ({ detail }) => events.push(detail));
  const keep = await keepOf(mounted);
  expect(mounted.backend.warmed).toBe(1);
  const step = { file: "text/1.bin", loadedBytes: 10, files: 1, totalFiles: 2 };
  keep.progress(step);
  keep.done();
  await settled(mounted);
  expect(events).toEqual([step]);
  await ask(mounted, "deploy").catch(() => undefined);
  expect(mounted.backend.keeps).toHaveLength(1);
});

test("without it nothing is kept", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, DOCS_HITS)));
  await ask(mounted, "deploy");
  await settled(mounted, () => mounted.options.length > 0);
  await afterDebounce();
  expect(mounted.backend.keeps).toEqual([]);
});

test("visitors who save data are spared, unless it is their wish", async () => {
  saveData();
  const mounted = await mountOpen({ load: "all" });
  await afterDebounce();
  expect(mounted.backend.keeps).toEqual([]);
  mounted.element.load = "demand";
  await settled(mounted);
  mounted.element.load = "all";
  await keepOf(mounted);
});

test("an index that cannot be kept is reported once, and the search goes on", async () => {
  const mounted = await mountOpen({ load: "all" }, (search) => search.answer(answer(search.query, DOCS_HITS)));
  const codes: string[] = [];
  mounted.element.addEventListener("ss-error", ({ detail }) => codes.push(detail.error.code));
  (await keepOf(mounted)).fail(new SearchError("storage", "No room."));
  await ask(mounted, "deploy");
  await settled(mounted, () => mounted.options.length > 0);
  dispatchEvent(new Event("online"));
  await afterDebounce();
  expect(codes).toEqual(["storage"]);
  expect(mounted.backend.keeps).toHaveLength(1);
  expect(mounted.root.querySelector("[part=error]")).toBeNull();
});

test("what the connection broke off goes on when it is back", async () => {
  const mounted = await mountOpen({ load: "all" });
  (await keepOf(mounted)).fail(new SearchError("network", "Gone."));
  await settled(mounted);
  dispatchEvent(new Event("online"));
  await keepOf(mounted, 2);
});

test("an element that is taken away stops, and goes on when it is back", async () => {
  const mounted = await mountOpen({ load: "all" });
  const keep = await keepOf(mounted);
  mounted.element.remove();
  await settled(mounted, () => keep.signal?.aborted === true);
  document.body.append(mounted.element);
  await keepOf(mounted, 2);
});

test("another index is kept when the element is pointed at it", async () => {
  const mounted = await mountOpen({ load: "all" });
  const keep = await keepOf(mounted);
  mounted.element.src = "other/index.json";
  await keepOf(mounted, 2);
  expect(keep.signal?.aborted).toBe(true);
});
