import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { INDEX, Site, type Visit } from "./harness.ts";
import { STRICT_CSP, TRUSTED_TYPES } from "./site-server.ts";

/** A browser that takes `:~:` for a part of the anchor. */
const WITHOUT_FRAGMENTS = ["--disable-blink-features=TextFragmentIdentifiers"];

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open({ csp: STRICT_CSP + TRUSTED_TYPES, browserArgs: WITHOUT_FRAGMENTS });
});

afterAll(() => site?.close());

beforeEach(async () => {
  site.server.reset();
  site.server.change(/\.html$/, (answer) => ({
    ...answer,
    body: Buffer.from(
      answer.body
        .toString()
        .replace("</head>", '<script type="module" src="semantic-search/highlight.js"></script></head>'),
    ),
  }));
  visit = await site.visit();
  expect(await visit.page.evaluate(() => "fragmentDirective" in document)).toBe(false);
});

afterEach(() => visit.close());

/** What is marked, once something is. */
async function marked({ page } = visit): Promise<string> {
  await page.waitForFunction(() => CSS.highlights.has("semantic-search"));
  return page.evaluate(() => [...(CSS.highlights.get("semantic-search") ?? [])].map(String).join("|"));
}

const isMarked = () => visit.page.evaluate(() => CSS.highlights.has("semantic-search"));

/** Whether the mark can be seen. */
const isInView = ({ page } = visit) =>
  page.evaluate(() => {
    const [range] = CSS.highlights.get("semantic-search") ?? [];
    const { top = -1, bottom = -1 } = (range as Range | undefined)?.getBoundingClientRect() ?? {};
    return top >= 0 && bottom <= innerHeight;
  });

describe("in a browser without text fragments", () => {
  it("a result links to its section, and the passage is marked there", async () => {
    await visit.search("sandpaper");
    expect(await visit.options.first().getAttribute("href")).toMatch(/puncture\.html#[\w-]+$/);
    await visit.page.keyboard.press("Enter");
    await visit.page.waitForURL(/puncture\.html#[\w-]+$/);
    expect(await marked()).toBe("sandpaper");
    expect(await isInView()).toBe(true);
    expect(visit.complaints).toEqual([]);
    await visit.page.keyboard.press("Escape");
    expect(await isMarked()).toBe(false);
    await visit.page.reload();
    await visit.page.waitForLoadState();
    expect(await isMarked()).toBe(false);
  });

  it("in a new tab, too", async () => {
    await visit.search("sandpaper");
    const opened = visit.page.context().waitForEvent("page");
    await visit.page.keyboard.press("Shift+Enter");
    const tab = await opened;
    await tab.waitForURL(/puncture\.html/);
    expect(await marked({ page: tab } as Visit)).toBe("sandpaper");
    expect(await isMarked()).toBe(false);
  });

  it("on the page that is open already, twice", async () => {
    await visit.page.goto(visit.page.url().replace("index.html", "puncture.html"));
    await visit.search("sandpaper");
    for (let time = 0; time < 2; time++) {
      if (time > 0) await visit.trigger.click();
      await visit.page.keyboard.press("Enter");
      expect(await marked()).toBe("sandpaper");
      await visit.page.keyboard.press("Escape");
      expect(await isMarked()).toBe(false);
    }
  });

  it("a result whose opening a page takes over leaves nothing behind", async () => {
    await visit.search("sandpaper");
    await visit.page.evaluate(() =>
      addEventListener("ss-select", (event) => event.preventDefault(), { capture: true }),
    );
    await visit.page.keyboard.press("Enter");
    expect(await visit.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("passage")))).toEqual(
      [],
    );
  });

  it("what was left for a page is forgotten after a while", async () => {
    await visit.search("sandpaper");
    const url = (await visit.options.first().getAttribute("href")) ?? "";
    await visit.page.evaluate(
      (target) =>
        localStorage.setItem(
          "semantic-search-passage",
          JSON.stringify({ url: target, directive: "text=sandpaper", time: Date.now() - 60_000 }),
        ),
      url,
    );
    await visit.page.goto(url);
    await visit.page.waitForLoadState();
    expect(await isMarked()).toBe(false);
    expect(await visit.page.evaluate(() => localStorage.getItem("semantic-search-passage"))).toBeNull();
  });
});

it("where the browser marks passages itself, the script does nothing", async () => {
  const other = await Site.open();
  const reader = await other.visit();
  try {
    await reader.search("sandpaper");
    expect(await reader.options.first().getAttribute("href")).toContain(":~:text=");
    await reader.page.goto(`${other.server.url}${INDEX}../puncture.html`);
    await reader.page.addScriptTag({ url: "semantic-search/highlight.js", type: "module" });
    await reader.search("sandpaper");
    await reader.page.keyboard.press("Enter");
    expect(await reader.page.evaluate(() => CSS.highlights.size)).toBe(0);
    expect(await reader.page.evaluate(() => localStorage.getItem("semantic-search-passage"))).toBeNull();
  } finally {
    await reader.close();
    await other.close();
  }
});
