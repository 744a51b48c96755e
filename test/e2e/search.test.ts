import axe from "axe-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectPage, INDEX, Site, type Visit } from "./harness.ts";

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open();
});

afterAll(() => site?.close());

beforeEach(async () => {
  site.server.reset();
  visit = await site.visit();
});

afterEach(() => visit.close());

/** Questions that share no word with the page that answers them. */
const QUESTIONS = [
  ["tourists robbed in a foreign city", "Losing a passport abroad"],
  ["broadband speed", "Slow wireless internet"],
  ["musical instruments", "Tuning a guitar by ear"],
  ["fermentation", "A sourdough starter from scratch"],
] as const;

describe("a visitor", () => {
  for (const [question, title] of QUESTIONS) {
    it(`who asks “${question}” finds “${title}”`, async () => {
      await visit.search(question);
      await expectPage(visit.options.first()).toContainText(title);
      await expectPage(visit.options.first()).toContainText("by meaning");
    });
  }

  it("who types a word sees it marked, at the section that has it", async () => {
    await visit.search("sandpaper");
    await expectPage(visit.options.first()).toContainText("Patch the tube");
    await expectPage(visit.part("mark").first()).toHaveText("sandpaper");
  });

  it("who types an error code finds exactly that", async () => {
    await visit.search("ERR_WLAN_4051");
    await expectPage(visit.options.first()).toContainText("Crowded channels");
  });

  it("gets to the section by keyboard alone", async () => {
    const { page } = visit;
    await page.keyboard.press("Control+k");
    await expectPage(visit.input).toBeFocused();
    await page.keyboard.type("bleeding radiators");
    await expectPage(visit.options.first()).toHaveAttribute("aria-selected", "true");
    await expectPage(visit.part("status")).toContainText("result");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/heating\.html#radiators/);
  });

  it("leaves by Escape, and the focus returns to the button", async () => {
    const { page } = visit;
    await visit.trigger.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("tent");
    await page.keyboard.press("Escape");
    await expectPage(visit.input).toHaveValue("");
    await page.keyboard.press("Escape");
    await expectPage(visit.input).toBeHidden();
    await expectPage(visit.trigger).toBeFocused();
  });
});

it("is narrowed by a filter of the site", async () => {
  await visit.search("warm");
  await visit.part("filter").filter({ hasText: "Topic" }).getByRole("button").click();
  const money = visit.page.getByRole("menuitemcheckbox", { name: "Money" });
  await money.click();
  await expectPage(money).toBeChecked();
  await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
  await expectPage(visit.options.filter({ hasText: "kitten" })).toHaveCount(0);
  await visit.page.getByRole("button", { name: "Remove Topic: Money" }).click();
  await expectPage(money).toHaveCount(0);
  expect(visit.complaints).toEqual([]);
});

describe("a link with a query", () => {
  it("opens on its answer", async () => {
    await visit.page.goto(`${visit.page.url()}?q=thermostat`);
    await expectPage(visit.input).toHaveValue("thermostat");
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
  });
});

describe("the network", () => {
  /** Files of the index folder that were asked for, from the nth request on. */
  const indexRequests = (from = 0) =>
    site.server.requests
      .slice(from)
      .map(({ path }) => path)
      .filter((path) => path.startsWith(INDEX));

  it("is not used by the index before the visitor shows intent", async () => {
    await visit.page.waitForLoadState("networkidle");
    expect(indexRequests()).toEqual([`${INDEX}element.js`]);
  });

  it("sees no request to any other origin, and no violation of the strict policy", async () => {
    await visit.search("broadband speed");
    expect(visit.requests).toContain(`${site.server.url}${INDEX}index.json`);
    expect(visit.requests.filter((url) => !url.startsWith(site.server.url) && !url.startsWith("data:"))).toEqual([]);
    expect(visit.complaints).toEqual([]);
    expect(site.server.requests.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it("is not needed for the next question in known words", async () => {
    await visit.search("broadband speed");
    site.server.disconnect();
    const before = site.server.requests.length;
    await visit.search("the speed of broadband");
    await expectPage(visit.options.first()).toContainText("Slow wireless internet");
    await expectPage(visit.part("note")).toHaveCount(0);
    expect(indexRequests(before)).toEqual([]);
  });

  it("is not needed to find words", async () => {
    await visit.search("thermostat");
    site.server.disconnect();
    await visit.search("sandpaper");
    await expectPage(visit.options.first()).toContainText("Repairing a puncture");
  });

  it("is missed with a note, and used again when it is back", async () => {
    await visit.search("thermostat");
    site.server.disconnect();
    await visit.search("sandpaper and chalk");
    await expectPage(visit.part("note")).toContainText("Found by words only");
    site.server.reset();
    await visit.search("sandpaper and chalk ");
    await expectPage(visit.part("note")).toHaveCount(0);
  });
});

describe("axe finds nothing to object to", () => {
  const violations = async () => {
    await visit.page.evaluate(axe.source);
    return visit.page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
  };

  it("on the page", async () => {
    expect(await violations()).toEqual([]);
  });

  it("before the first letter", async () => {
    await visit.trigger.click();
    expect(await violations()).toEqual([]);
  });

  it("in the results", async () => {
    await visit.search("broadband speed");
    expect(await violations()).toEqual([]);
  });

  it("when the search has failed", async () => {
    site.server.change(/index\.json$/, () => ({ status: 500, type: "text/plain", body: Buffer.from("") }));
    await visit.search("tent");
    await expectPage(visit.part("error")).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});
