import { beforeEach, expect, onTestFinished, test } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import type { SpaceInfo } from "../../src/core/search.ts";
import type { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS } from "./fixtures.ts";
import { ask, type Fixture, mountOpen, pause, settled } from "./harness.ts";
import type { PendingLoad } from "./mock-backend.ts";

const STATIC: SpaceInfo = { id: "static", dims: 256, fingerprint: "a1" };
const BGE: SpaceInfo = { id: "bge", dims: 384, fingerprint: "b2", download: { bytes: 23e6, cached: false } };

/** Longer than what is said waits for more to be said. */
const ANNOUNCED_MS = 1000;

beforeEach(() => localStorage.clear());

/** What the browser tells of a device. */
function pretend(hints: { readonly deviceMemory?: number; readonly connection?: object }): void {
  for (const [name, value] of Object.entries(hints)) {
    Object.defineProperty(navigator, name, { value, configurable: true });
    onTestFinished(() => void Reflect.deleteProperty(navigator, name));
  }
}

/** An open search over an index with a large model, with one answer on screen. */
async function searched(properties: Partial<SemanticSearchElement> = {}, spaces = [STATIC, BGE]): Promise<Fixture> {
  const mounted = await mountOpen(properties, (search) => search.answer(answer(search.query, DOCS_HITS)), { spaces });
  await ask(mounted, "deploy");
  await settled(mounted, () => mounted.options.length > 0);
  return mounted;
}

async function loadOf(mounted: Fixture): Promise<PendingLoad> {
  await settled(mounted, () => mounted.backend.loads.length > 0);
  return mounted.backend.loads.at(-1) as PendingLoad;
}

const lineOf = ({ root }: Fixture) => root.querySelector("[part=model]");

test("a larger model is fetched after the first answer, which is then improved", async () => {
  pretend({ deviceMemory: 8, connection: { saveData: false, effectiveType: "4g" } });
  const mounted = await searched();
  const events: unknown[] = [];
  mounted.element.addEventListener("ss-model", ({ detail }) => events.push(detail));
  mounted.element.addEventListener("ss-search", () => events.push("ss-search"));
  const load = await loadOf(mounted);
  expect(load.id).toBe("bge");
  load.progress({ loadedBytes: 4_200_000, totalBytes: 23e6 });
  await settled(mounted);
  expect(lineOf(mounted)?.textContent).toContain("4.2 MB of 23 MB");
  expect(mounted.find<HTMLProgressElement>("progress").value).toBe(4_200_000);
  load.done({ device: "wasm" });
  await settled(mounted, () => mounted.backend.searches.length === 2);
  expect(mounted.backend.last.query).toBe("deploy");
  expect(lineOf(mounted)).toBeNull();
  await settled(mounted);
  expect(events).toEqual([{ space: "bge", device: "wasm" }, "ss-search"]);
});

test("an answer that is improved is announced again only where it sounds different", async () => {
  pretend({ deviceMemory: 8 });
  const mounted = await searched();
  const { backend, root } = mounted;
  const spoken = () => [...root.querySelectorAll("[role=status]")].map((region) => region.textContent);
  const load = await loadOf(mounted);
  await settled(mounted, () => spoken()[0] === "6 results");
  backend.respond = (search) => search.answer(answer(search.query, [...DOCS_HITS].reverse()));
  load.done({ device: "wasm" });
  await settled(mounted, () => mounted.options[0]?.textContent?.includes(DOCS_HITS.at(-1)?.title ?? "?") === true);
  await pause(ANNOUNCED_MS);
  expect(spoken()).toEqual(["6 results", ""]);
  backend.respond = (search) => search.answer(answer(search.query, DOCS_HITS.slice(1, 2)));
  mounted.element.search("deploy");
  await settled(mounted, () => spoken()[1] === "1 result");
});

test("the focus goes to the input when the button that has it goes with the line", async () => {
  pretend({ deviceMemory: 8 });
  const mounted = await searched();
  const load = await loadOf(mounted);
  await settled(mounted, () => lineOf(mounted) !== null);
  mounted.find("[part=model-decline]").focus();
  load.done({ device: "wasm" });
  await settled(mounted, () => lineOf(mounted) === null);
  expect(mounted.root.activeElement).toBe(mounted.input);
});

test("the row that the visitor is on does not move when the answer is improved", async () => {
  pretend({ deviceMemory: 8 });
  const mounted = await searched();
  const load = await loadOf(mounted);
  mounted.input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, composed: true }));
  await settled(mounted);
  const row = mounted.active?.textContent;
  mounted.backend.respond = (search) => search.answer(answer(search.query, [...DOCS_HITS].reverse()));
  load.done({ device: "wasm" });
  await settled(mounted, () => mounted.backend.searches.length === 2);
  expect(mounted.active).toBe(mounted.options[1]);
  expect(mounted.active?.textContent).toBe(row);
});

for (const [what, hints] of Object.entries({
  "data are saved": { connection: { saveData: true, effectiveType: "4g" } },
  "the connection is slow": { connection: { saveData: false, effectiveType: "3g" } },
  "there is little memory": { deviceMemory: 2 },
})) {
  test(`a larger model is only offered where ${what}`, async () => {
    pretend(hints);
    const mounted = await searched();
    await settled(mounted, () => lineOf(mounted) !== null);
    expect(mounted.backend.loads).toEqual([]);
    expect(lineOf(mounted)?.textContent).toContain("23 MB");
    mounted.find("[part=model-load]").click();
    expect((await loadOf(mounted)).id).toBe("bge");
  });
}

test("a very large model is only offered", async () => {
  pretend({ deviceMemory: 8, connection: { saveData: false, effectiveType: "4g" } });
  const mounted = await searched({}, [STATIC, { ...BGE, download: { bytes: 110e6, cached: false } }]);
  await settled(mounted, () => lineOf(mounted) !== null);
  expect(mounted.backend.loads).toEqual([]);
  expect(lineOf(mounted)?.textContent).toContain("110 MB");
});

test("a model that is on the device already is used wherever that is", async () => {
  pretend({ deviceMemory: 1, connection: { saveData: true } });
  const cached = { ...BGE, download: { bytes: 23e6, cached: true } };
  const mounted = await searched({}, [STATIC, cached]);
  expect((await loadOf(mounted)).id).toBe("bge");
});

test("a download can be declined, which is remembered, and asked for again", async () => {
  pretend({ deviceMemory: 8 });
  const mounted = await searched();
  const load = await loadOf(mounted);
  await settled(mounted, () => lineOf(mounted) !== null);
  mounted.find("[part=model-decline]").click();
  await settled(mounted);
  expect(load.signal?.aborted).toBe(true);
  expect(mounted.root.querySelector("[part=model-load]")).not.toBeNull();

  const later = await searched();
  await settled(later, () => lineOf(later) !== null);
  expect(later.backend.loads).toEqual([]);
  later.find("[part=model-load]").click();
  expect((await loadOf(later)).id).toBe("bge");
  const last = await searched();
  expect((await loadOf(last)).id).toBe("bge");
});

test('`model="static"` never fetches one, and asks for the embedded one', async () => {
  const mounted = await searched({ model: "static" });
  await settled(mounted);
  expect([mounted.backend.loads, lineOf(mounted)]).toEqual([[], null]);
  expect(mounted.backend.last.options.space).toBe("static");
});

test("a model named by the page is fetched on any device", async () => {
  pretend({ deviceMemory: 1, connection: { saveData: true } });
  const mounted = await searched({ model: "bge" });
  expect((await loadOf(mounted)).id).toBe("bge");
  expect(mounted.backend.last.options.space).toBe("bge");
});

test("a model that the index does not have is said", async () => {
  const mounted = await searched({ model: "gte" });
  await settled(mounted, () => lineOf(mounted) !== null);
  expect(lineOf(mounted)?.textContent).toContain('no model "gte"');
});

test("a download that fails says why, leaves the results, and can be tried again", async () => {
  pretend({ deviceMemory: 8 });
  const mounted = await searched();
  (await loadOf(mounted)).fail(new SearchError("network", "The connection was lost."));
  await settled(mounted, () => mounted.root.querySelector("[part=model-load]") !== null);
  expect(lineOf(mounted)?.textContent).toContain("The connection was lost.");
  expect(mounted.options.length).toBeGreaterThan(0);
  mounted.find("[part=model-load]").click();
  await settled(mounted, () => mounted.backend.loads.length === 2);
});

test("an index without a larger model says nothing about one", async () => {
  const mounted = await searched({}, [STATIC]);
  await settled(mounted);
  expect([mounted.backend.loads, lineOf(mounted)]).toEqual([[], null]);
});
