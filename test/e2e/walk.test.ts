import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { unavailable } from "./damage.ts";
import { expectPage, Site, type Visit } from "./harness.ts";

const CURATION = `
pins:
  - { query: first aid, pages: [burns.html] }
redirects:
  - { query: emergency, url: "https://example.com/112", title: Emergency numbers }
suggestions: [broadband speed]
`;

let site: Site;
let walk: Walk;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "semantic-search-walk-"));
  const curation = join(dir, "curation.yaml");
  await writeFile(curation, CURATION);
  site = await Site.open({ args: ["--curation", curation] });
  await rm(dir, { recursive: true });
});

afterAll(() => site?.close());

beforeEach(async () => {
  site.server.reset();
  walk = new Walk(await site.visit());
});

afterEach(async () => {
  const { visit } = walk;
  const complaints = visit.complaints.filter((text) => !text.includes("503"));
  await visit.close();
  expect(complaints).toEqual([]);
});

/** Goes through the site by keys alone: nothing here uses a mouse, or gives the focus to anything. */
class Walk {
  readonly visit: Visit;
  readonly page: Page;

  constructor(visit: Visit) {
    this.visit = visit;
    this.page = visit.page;
  }

  /** The option that Enter opens. */
  get active(): Locator {
    return this.page.locator("[role=option][aria-selected=true]");
  }

  /** Presses keys one after the other. While the dialog is open, the focus must stay within it. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      const isLost = () =>
        this.page.evaluate(`document.querySelector("semantic-search")?.opened === true && !(${FOCUSED}).name`);
      await expect.poll(isLost, { timeout: 5000 }).toBe(false);
    }
  }

  /** Types a query and waits for its answer. */
  async type(query: string): Promise<void> {
    const answered = this.page.evaluate(
      (query) =>
        new Promise<void>((resolve) => {
          addEventListener("ss-search", ({ detail }) => detail.query === query && resolve());
          addEventListener("ss-error", () => resolve(), { once: true });
        }),
      query,
    );
    await this.page.keyboard.type(query);
    await answered;
  }

  /** Name of the part that has the focus, or its id; empty for the page's body. */
  async focused(): Promise<string> {
    return (await this.page.evaluate<Focused>(FOCUSED)).name;
  }

  /** Tab until something has the focus. */
  async tabTo(name: string): Promise<void> {
    for (let presses = 0; presses < 12; presses++) {
      if ((await this.focused()) === name) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not come to ${name}.`);
  }

  /** What Tab comes to from the input on until it is there again, which must be the order in which it is seen. */
  async tabStops(): Promise<readonly string[]> {
    await this.tabTo("input");
    const stops = [await this.page.evaluate<Focused>(FOCUSED)];
    for (let presses = 0; presses < 12; presses++) {
      await this.page.keyboard.press("Tab");
      const stop = await this.page.evaluate<Focused>(FOCUSED);
      if (stop.name === "input") break;
      // From the end, Tab may leave for the browser's own controls before it begins anew.
      if (stop.name) stops.push(stop);
    }
    stops.slice(1).forEach((stop, i) => {
      const before = stops[i] as Focused;
      const isAfter = stop.top >= before.bottom || stop.left > before.left;
      if (!isAfter) throw new Error(`${stop.name} comes after ${before.name}, but is not seen after it.`);
    });
    return stops.map(({ name }) => name);
  }
}

interface Focused {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** Seen through shadow roots. */
const FOCUSED = `(() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  const { left, top, bottom } = found.getBoundingClientRect();
  const name = found === document.body ? "" : found.getAttribute("part") || found.id || found.localName;
  return { name, left, top, bottom };
})()`;

/** Whether it can be seen what has the focus: by an outline of at least two pixels. */
const HAS_RING = `(() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(found);
  return found.matches(":focus-visible") && outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
})()`;

describe("by keys alone, a visitor", () => {
  it("reaches the button, sees that it has the focus, and opens and leaves the dialog in every way", async () => {
    const { page, visit } = walk;
    const isOpen = () => visit.input.isVisible();
    await walk.press("Tab", "Tab");
    expect(await walk.focused()).toBe("trigger");
    expect(await page.evaluate(HAS_RING)).toBe(true);
    for (const [opens, closes] of [
      ["Enter", "Escape"],
      ["Space", "Escape"],
      ["Control+k", "Control+k"],
      ["/", "Escape"],
    ] as const) {
      await walk.press(opens);
      await expectPage(visit.input).toBeFocused();
      await expectPage(visit.part("footer")).toBeVisible();
      await walk.press(closes);
      expect(await isOpen(), `${closes} after ${opens}`).toBe(false);
      expect(await walk.focused()).toBe("trigger");
    }
    await walk.press("Enter");
    await walk.tabTo("close");
    await walk.press("Enter");
    expect(await walk.focused(), "the dialog's own button closes it, too").toBe("trigger");
  });

  it("takes a suggestion, goes around the results, opens one at its passage and comes back", async () => {
    const { page, visit } = walk;
    await walk.press("/");
    const suggestion = visit.part("suggestion");
    // Suggestions that come later than the results are left out, as on a busy machine those to a first query are.
    await expectPage(async () => {
      await walk.press("Control+a");
      await walk.type("rad");
      await expectPage(suggestion).toHaveText("Bleed the radiators", { timeout: 1000 });
    }).toPass();
    await walk.press("ArrowUp");
    await expectPage(walk.active).toHaveText("Bleed the radiators");
    await walk.press("Enter");
    await expectPage(visit.input).toHaveValue("Bleed the radiators");
    await expectPage(visit.part("status")).toContainText("result");
    await expectPage(suggestion).toHaveCount(0);

    const last = (await visit.options.count()) - 1;
    expect(last).toBeGreaterThan(1);
    await walk.press("ArrowUp");
    await expectPage(visit.options.nth(last)).toHaveAttribute("aria-selected", "true");
    await walk.press("ArrowDown");
    await expectPage(visit.options.first()).toHaveAttribute("aria-selected", "true");
    await walk.press("ArrowDown");
    await expectPage(visit.options.nth(1)).toHaveAttribute("aria-selected", "true");
    await walk.press("ArrowUp");
    await expectPage(walk.active).toHaveAttribute("href", /heating\.html#radiators:~:text=./);
    await walk.press("Enter");
    await page.waitForURL(/heating\.html#radiators/);
    await page.goBack();
    await expectPage(visit.input).toHaveValue("Bleed the radiators");
    await expectPage(walk.active).toHaveAttribute("href", /heating\.html#radiators:~:text=./);
    await walk.press("Escape");
    await expectPage(visit.options.first()).toHaveText("Bleed the radiators");
    await walk.press("Escape");
    await expectPage(visit.input).toBeHidden();
    expect(new URL(page.url()).search).toBe("");
  });

  it("opens a new tab, and goes on where the search was", async () => {
    const { page, visit } = walk;
    await walk.press("/");
    await walk.type("sandpaper");
    const opened = page.context().waitForEvent("page");
    await walk.press("Control+Enter");
    expect((await opened).url()).toMatch(/puncture\.html/);
    await expectPage(visit.input).toHaveValue("sandpaper");
  });

  it("finds searches of before, takes one up, forgets one, forgets all", async () => {
    const { page, visit } = walk;
    await walk.press("/");
    for (const query of ["thermostat", "sandpaper"]) {
      await walk.type(query);
      await walk.press("Enter");
      await page.waitForURL(/(heating|puncture)\.html/);
      await page.goBack();
      await expectPage(walk.active).toBeVisible();
      await walk.press("Escape");
    }
    await expectPage(visit.options).toHaveText(["sandpaper", "thermostat", "broadband speed"]);
    const filters = ["filter-0", "filter-1"];
    const recent = ["recent-clear", "recent-remove", "recent-remove"];
    expect(await walk.tabStops()).toEqual(["input", "close", ...filters, ...recent]);
    await walk.tabTo("input");
    await walk.press("ArrowDown", "ArrowDown");
    await expectPage(walk.active).toHaveText("thermostat");
    await walk.press("Enter");
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    await walk.press("Escape");
    await expectPage(visit.options.first()).toHaveText("thermostat");

    await walk.tabTo("recent-remove");
    await walk.press("Enter");
    await expectPage(visit.options).toHaveText(["sandpaper", "broadband speed"]);
    expect(await walk.focused()).toBe("recent-remove");
    await walk.press("Shift+Tab", "Enter");
    await expectPage(visit.options).toHaveText(["broadband speed"]);
    await expectPage(visit.input).toBeFocused();
    await walk.press("ArrowDown", "Enter");
    await expectPage(visit.options.first()).toContainText("Slow wireless internet");
  });

  it("lets a misspelt word be corrected", async () => {
    const { visit } = walk;
    await walk.press("/");
    await walk.type("thermostta");
    await walk.press("ArrowUp");
    await expectPage(walk.active).toHaveText("thermostat");
    await walk.press("Enter");
    await expectPage(visit.input).toHaveValue("thermostat");
    await expectPage(visit.part("correction")).toHaveCount(0);
    await expectPage(visit.input).toBeFocused();
  });

  it("goes where the site sends a query, and to the page that it puts first", async () => {
    const { page } = walk;
    await page.route("https://example.com/**", (route) => route.fulfill({ body: "112" }));
    await walk.press("/");
    await walk.type("emergency");
    await expectPage(walk.active).toContainText("Go to Emergency numbers");
    await walk.press("Enter");
    await page.waitForURL("https://example.com/112");
    await page.goBack();
    await expectPage(walk.active).toContainText("Go to Emergency numbers");
    await walk.press("Control+a");
    await walk.type("first aid");
    await expectPage(walk.active).toContainText("recommended");
    await walk.press("Enter");
    await page.waitForURL(/burns\.html/);
  });

  it("chooses a filter and an order from their menus, and takes them back", async () => {
    const { page, visit } = walk;
    await walk.press("/");
    await walk.type("warm");
    expect(await walk.tabStops()).toEqual(["input", "clear", "close", "filter-0", "filter-1"]);
    const all = await visit.options.count();

    await walk.tabTo("filter-0");
    expect(await page.evaluate(HAS_RING)).toBe(true);
    await walk.press("Enter");
    await expect.poll(() => walk.focused()).toBe("filter-value");
    await walk.press("m", "Enter");
    await expectPage(page.getByRole("menuitemcheckbox", { name: "Money" })).toBeChecked();
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    await walk.press("Escape");
    await expectPage(page.getByRole("menu")).toHaveCount(0);
    await expectPage(visit.input).toHaveValue("warm");
    expect(await walk.focused()).toBe("filter-0");
    expect(await walk.tabStops()).toEqual(["input", "clear", "close", "filter-0", "filter-remove", "filter-1"]);

    await walk.tabTo("filter-remove");
    await walk.press("Enter");
    await expectPage(visit.options).toHaveCount(all);
    expect(await walk.focused()).toBe("filter-0");

    await walk.press("Tab", "ArrowDown");
    await expect.poll(() => walk.focused()).toBe("filter-value");
    await walk.press("ArrowDown", "Enter");
    expect(await walk.focused()).toBe("filter-1");
    await expectPage(page.getByRole("button", { name: "Sort Minutes, ascending" })).toBeVisible();
    const minutes: Record<string, number> = { "burns.html": 20, "heating.html": 90, "sourdough.html": 120 };
    await expect
      .poll(() => page.evaluate(() => document.querySelector("semantic-search")?.results?.query))
      .toBe("warm");
    const order = async () => {
      const paths = await page.evaluate(
        () => document.querySelector("semantic-search")?.results?.hits.map(({ path }) => path) ?? [],
      );
      return paths.flatMap((path) => minutes[path] ?? []);
    };
    await expect.poll(async () => (await order()).length).toBeGreaterThan(1);
    await expect
      .poll(async () => (await order()).every((each, i, all) => i === 0 || each >= (all[i - 1] ?? 0)))
      .toBe(true);
  });

  it("leaves the part of the site that the page narrows the search to", async () => {
    const { page, visit } = walk;
    await page.goto(page.url().replace("index.html", "burns.html"));
    await walk.press("/");
    await walk.type("warm");
    await expectPage(page.getByRole("button", { name: "Topic Health" })).toBeVisible();
    await expectPage(visit.options.filter({ hasText: "heating" })).toHaveCount(0);
    await walk.tabTo("filter-remove");
    await walk.press("Enter");
    await expectPage(visit.options.filter({ hasText: "heating" }).first()).toBeVisible();
    expect(await walk.focused()).toBe("filter-0");
  });

  it("finds nothing, and tries without the filters", async () => {
    const { page, visit } = walk;
    await page.goto(page.url().replace("index.html", "burns.html"));
    await walk.press("/");
    await walk.type("qzxv");
    await expectPage(visit.part("nothing")).toContainText("Nothing with these filters");
    await walk.tabTo("filter-clear");
    await walk.press("Enter");
    await expectPage(visit.part("nothing")).toContainText("Check the spelling");
    expect(await walk.focused()).toBe("filter-0");
    await walk.press("Escape");
    await expectPage(visit.input).toBeFocused();
    await expectPage(visit.input).toHaveValue("");
  });

  it("reads why the search failed, and tries again", async () => {
    const { visit } = walk;
    site.server.change(/index\.json$/, unavailable);
    await walk.press("/");
    await walk.type("thermostat");
    await expectPage(visit.part("error")).toBeVisible();
    expect(await walk.tabStops()).toEqual(["input", "clear", "close", "retry", "summary"]);
    await walk.tabTo("summary");
    await walk.press("Enter");
    await expectPage(visit.part("details").getByText("answered 503")).toBeVisible();
    site.server.reset();
    await walk.press("Shift+Tab", "Enter");
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    await expectPage(visit.input).toBeFocused();
  });

  it("clears by Escape, then leaves by it, and is where the walk began", async () => {
    const { visit } = walk;
    await walk.press("Tab", "Tab", "Enter");
    await walk.type("tent");
    await walk.press("ArrowDown", "Escape");
    await expectPage(visit.input).toHaveValue("");
    await walk.press("Escape");
    await expectPage(visit.input).toBeHidden();
    expect(await walk.focused()).toBe("trigger");
    await walk.press("Tab");
    expect(await walk.focused(), "nothing holds the focus after it").not.toBe("trigger");
  });
});
