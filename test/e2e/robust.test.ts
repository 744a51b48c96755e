import type { CDPSession } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectPage, INDEX, Site, type Visit } from "./harness.ts";

/** Most by which the heap may be larger after many cycles than after the first few. */
const MAX_GROWTH = 0.05;

let site: Site;
let visit: Visit;
let session: CDPSession;

beforeAll(async () => {
  site = await Site.open();
});

afterAll(() => site?.close());

beforeEach(async () => {
  visit = await site.visit();
  session = await visit.page.context().newCDPSession(visit.page);
});

afterEach(async () => {
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

describe("nothing is left behind", () => {
  it("by opening and closing", async () => {
    await visit.search("bleeding radiators");
    await cycle(20);
    const before = await footprint();
    await cycle(200);
    expectNoGrowth(before, await footprint());
  }, 300_000);

  it("by elements that came, searched and went", async () => {
    await comeAndGo(10);
    const before = await footprint();
    await comeAndGo(50);
    expectNoGrowth(before, await footprint());
    expect(visit.page.workers()).toEqual([]);
  }, 300_000);
});

describe("an element with a worker", () => {
  it("closes it when it is removed in the middle of a search, and has another one when it is back", async () => {
    const { page } = visit;
    await visit.trigger.click();
    await visit.input.fill("bleeding radiators");
    await page.evaluate(async () => {
      const element = document.querySelector("semantic-search");
      await new Promise((resolve) => setTimeout(resolve, 50));
      Object.assign(globalThis, { removed: element });
      element?.remove();
    });
    await expect.poll(() => page.workers().length).toBe(0);
    await page.evaluate(() => document.body.append((globalThis as unknown as { removed: Element }).removed));
    await visit.search("bleeding a radiator");
    await expectPage(visit.options.first()).toBeVisible();
    expect(page.workers()).toHaveLength(1);
  });

  it("shares the page with a second copy of the package", async () => {
    const { page } = visit;
    await page.addScriptTag({ type: "module", url: `${site.server.url}${INDEX}element.js?copy` });
    await page.evaluate(() => document.body.append(document.createElement("semantic-search")));
    await visit.trigger.first().click();
    await visit.search("bleeding radiators");
    await expectPage(visit.options.first()).toBeVisible();
  });
});

/** Opens and closes the dialog of the page's element, every time until that is painted. */
async function cycle(times: number): Promise<void> {
  await visit.page.evaluate(async (count) => {
    const element = document.querySelector("semantic-search") as HTMLElement & { open(): void; close(): void };
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    for (let i = 0; i < count; i++) {
      element.open();
      await painted();
      element.close();
      await painted();
    }
  }, times);
}

/** Puts one element after the other into the page, lets it search, and takes it out. */
async function comeAndGo(times: number): Promise<void> {
  await visit.page.evaluate(async (count) => {
    const present = document.querySelector("semantic-search");
    for (let i = 0; i < count; i++) {
      const element = document.createElement("semantic-search") as HTMLElement & { search(query: string): void };
      element.setAttribute("src", present?.getAttribute("src") ?? "");
      element.setAttribute("query-param", "");
      document.body.append(element);
      const answered = new Promise((resolve) => element.addEventListener("ss-search", resolve, { once: true }));
      element.search("bleeding radiators");
      await answered;
      element.remove();
    }
  }, times);
}

/** What the page holds on to once everything else is gone. */
async function footprint(): Promise<Record<"bytes" | "nodes" | "listeners", number>> {
  // What is collected first may hold on to more, and timers of the announcements run for a moment.
  for (let i = 0; i < 3; i++) {
    await visit.page.waitForTimeout(300);
    await session.send("HeapProfiler.collectGarbage");
  }
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  return { bytes: usedSize, nodes, listeners: jsEventListeners };
}

function expectNoGrowth(before: Awaited<ReturnType<typeof footprint>>, after: typeof before): void {
  expect(after.nodes).toBeLessThanOrEqual(before.nodes);
  expect(after.listeners).toBeLessThanOrEqual(before.listeners);
  expect(after.bytes / before.bytes).toBeLessThan(1 + MAX_GROWTH);
}
