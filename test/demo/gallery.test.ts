import axe from "axe-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELATED_STATES, STATES } from "../../demo/assets/gallery/states.js";
import { startSiteServer } from "../../src/cli/site-server.ts";
import { indexSite } from "../../src/node.ts";
import { expectPage, launchChromium } from "../e2e/harness.ts";
import { writeDemoSite } from "./demo-site.ts";

/** States that a phone's width changes most. */
const ON_A_PHONE = ["recent", "slots", "results", "menu", "error", "model-loading", "long", "for-you"];
const ALL_STATES = [...Object.keys(STATES), ...Object.keys(RELATED_STATES)];

const server = new AbortController();
let url: string;
let browser: Browser;

beforeAll(async () => {
  const dir = await writeDemoSite();
  await indexSite({ dir });
  ({ url } = await startSiteServer({ dir, port: 0, host: "127.0.0.1", csp: true, signal: server.signal }));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  server.abort();
});

/** One page for all states, because a new one for each would take several times as long. */
async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  await page.addInitScript(axe.source);
  return page;
}

async function showState(page: Page, state: string): Promise<void> {
  await page.goto(`${url}gallery/?state=${state}`);
  await page.locator("html[data-ready]").waitFor();
}

/** By all rules, or some. */
async function violations(page: Page, runOnly?: string[]): Promise<readonly string[]> {
  const { violations } = await page.evaluate((runOnly) => {
    const { axe: here } = globalThis as unknown as { axe: typeof axe };
    return here.run({ ...(runOnly && { runOnly }), resultTypes: ["violations"] });
  }, runOnly);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** For all states one after another, on a machine that does other work meanwhile. */
const PATIENCE_MS = 300_000;

describe("axe finds nothing to object to", () => {
  it(
    "in any state",
    async () => {
      const page = await openPage();
      for (const state of ALL_STATES) {
        await showState(page, state);
        expect(await violations(page), state).toEqual([]);
      }
      await page.context().close();
    },
    PATIENCE_MS,
  );

  it(
    "in the dark, where only the colours are others",
    async () => {
      const page = await openPage({ colorScheme: "dark" });
      for (const state of ALL_STATES) {
        await showState(page, state);
        expect(await violations(page, ["color-contrast"]), state).toEqual([]);
      }
      await page.context().close();
    },
    PATIENCE_MS,
  );

  it("on a phone", async () => {
    const page = await openPage({ viewport: { width: 390, height: 780 }, hasTouch: true });
    for (const state of ON_A_PHONE) {
      await showState(page, state);
      expect(await violations(page), state).toEqual([]);
    }
    await page.context().close();
  });

  it.each(["", "start/"])("on /%s, to its end", async (path) => {
    const page = await openPage();
    await page.goto(url + path);
    const related = page.locator("semantic-related");
    if ((await related.count()) > 0) {
      await related.scrollIntoViewIfNeeded();
      await expectPage(related.getByRole("link").first()).toBeVisible();
    }
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

/** What stands around every dialog's content. */
const BAR = ['button "Clear"', 'button "Close"'];
const KEYWORD_RESULTS = [
  'group "Version history"',
  'option "Version history, history undo. Undo the…" [selected]',
  'group "Glossary"',
  'option "Glossary. …every build has a number;…"',
  'group "Deploying to production"',
  'option "Deploying to production, Health checks. The…"',
];

/** What a screen reader comes to from top to bottom; of long names the first six words. */
const HEARD: Record<string, readonly string[]> = {
  trigger: ['button "Search"'],
  idle: ['combobox "Search"', 'button "Close"', "paragraph: Use keywords, or just say what you are looking for."],
  recent: [
    'combobox "Search" [expanded]',
    'button "Close"',
    'listbox "Suggestions"',
    'group "Recent searches"',
    "text: Recent searches",
    'option "rolling back a release"',
    'option "health checks"',
    'option "undo a deploy"',
    'group "Try"',
    "text: Try",
    'option "first steps"',
    'option "deploy to production"',
    'option "invite a colleague"',
    'button "Clear"',
    'button "Remove “rolling back a release”"',
    'button "Remove “health checks”"',
    'button "Remove “undo a deploy”"',
  ],
  typing: [
    'combobox "Search" [expanded]: dep',
    ...BAR,
    'listbox "Results"',
    'group "Suggestions"',
    'option "deploy to production"',
    'option "deploy previews"',
    'option "Deploying to production"',
    'option "dependencies"',
    'group "Glossary"',
    'option "Glossary. …every build has a number;…" [selected]',
    'group "Deploying to production"',
    'option "Deploying to production, Health checks. The…"',
    'status: "2 results. Suggestions: 4. Looking by meaning…"',
  ],
  "trigger-slot": ['button "Ask the handbook"'],
  slots: [
    'combobox "Search" [expanded]',
    'button "Close"',
    "paragraph: Guide, reference and handbook of Acme 2.0",
    'listbox "Suggestions"',
    'group "Try"',
    "text: Try",
    'option "first steps"',
    'option "deploy to production"',
    "paragraph",
    "text: New here?",
    'link "Take the tour"',
    'link "Ask a person"',
  ],
  loading: ['combobox "Search" [expanded]: undo a deploy', ...BAR, 'listbox "Results"', "status: Searching…"],
  partial: [
    'combobox "Search" [expanded]: undo a deploy',
    ...BAR,
    'listbox "Results"',
    ...KEYWORD_RESULTS,
    "status: 3 results. Looking by meaning…",
  ],
  filtered: [
    'combobox "Search" [expanded]: undo a deploy',
    ...BAR,
    'group "Filters"',
    'button "Section"',
    'button "Version 2.0"',
    'button "Remove Version: 2.0"',
    'button "Sort"',
    'listbox "Results"',
    'group "Deploying to production"',
    'option "Deploying to production, Rolling back a…" [selected]',
    'option "Health checks. The deploy command waits…"',
    'group "Version history"',
    'option "Version history, history undo. Undo the…"',
    "status: 3 results",
  ],
  spelling: [
    'combobox "Search" [expanded]: undo a deplyo',
    ...BAR,
    'listbox "Results"',
    'group "Did you mean undo a deploy?"',
    "text: Did you mean",
    'option "undo a deploy"',
    'text: "?"',
    ...KEYWORD_RESULTS,
    "status: 3 results. Did you mean undo a deploy?",
  ],
  closest: [
    'combobox "Search" [expanded]: everything is on fire',
    ...BAR,
    'listbox "Results"',
    'text: "No page has these words. Closest in meaning:"',
    'group "When things break"',
    'option "When things break, The first ten…" [selected]',
    'option "Afterwards. Write down what happened while…"',
    'group "Deploying to production"',
    'option "Deploying to production, Rolling back a…"',
    'status: "No page has these words. Closest in meaning: 3 results"',
  ],
  nothing: [
    'combobox "Search": flux capacitor',
    ...BAR,
    "strong: Nothing found for “flux capacitor”",
    "paragraph: Check the spelling, or say it in other words.",
    "status: Nothing found for “flux capacitor”",
  ],
  "nothing-report": [
    'combobox "Search": flux capacitor',
    ...BAR,
    "strong: Nothing found for “flux capacitor”",
    "paragraph: Check the spelling, or say it in other words.",
    "paragraph",
    "text: Should this be here?",
    'link "Tell us what is missing"',
    "status: Nothing found for “flux capacitor”",
  ],
  "nothing-filtered": [
    'combobox "Search": flux capacitor',
    ...BAR,
    'group "Filters"',
    'button "Section"',
    'button "Version 1.0"',
    'button "Remove Version: 1.0"',
    'button "Sort"',
    "strong: Nothing found for “flux capacitor”",
    "paragraph: Nothing with these filters. Try it without them.",
    'button "Clear filters"',
    "status: Nothing found for “flux capacitor”",
  ],
  error: [
    'combobox "Search": undo a deploy',
    ...BAR,
    "strong: Search is not working right now",
    "paragraph: This is not about what you typed. It may help to try again in a moment.",
    'button "Try again"',
    "group: Details",
    "status: Search is not working right now. This is not about what you typed. It may help to try again in a moment.",
  ],
  offline: [
    'combobox "Search": undo a deploy',
    ...BAR,
    "strong: You are offline",
    "paragraph: The search goes on by itself as soon as you are back.",
    "status: You are offline. The search goes on by itself as soon as you are back.",
  ],
  "model-offered": [
    'combobox "Search" [expanded]: undo a deploy',
    ...BAR,
    'listbox "Results"',
    ...KEYWORD_RESULTS,
    "text: A better search by meaning is available (117 MB)",
    'button "Get it"',
    "status: 3 results",
  ],
  "model-loading": [
    'combobox "Search" [expanded]: undo a deploy',
    ...BAR,
    'listbox "Results"',
    ...KEYWORD_RESULTS,
    'text: "Getting a better search: 14 MB of 34 MB"',
    'button "Not now"',
    "status: 3 results",
  ],
};

/** The accessibility tree of the search, a line for each thing in it; an option is heard as a whole. */
async function heard(page: Page): Promise<readonly string[]> {
  const dialog = page.locator("semantic-search [part=dialog]");
  const root = (await dialog.isVisible()) ? dialog : page.getByRole("banner");
  const lines = (await root.ariaSnapshot()).split("\n").filter(isHeard);
  const first = lines.findIndex((line) => /combobox|button/.test(line));
  let optionDepth = Number.POSITIVE_INFINITY;
  return lines.slice(first).flatMap((line) => {
    const depth = line.search(/\S/);
    if (depth > optionDepth) return [];
    optionDepth = /^\s*- '?option/.test(line) ? depth : Number.POSITIVE_INFINITY;
    const text = textOf(line);
    return text === "status" ? [] : [text.replace(/^(option "(?:\S+ ){5}[^\s"]+) [^"]*"/, '$1…"')];
  });
}

function linesOf(snapshot: string): string[] {
  return snapshot
    .split("\n")
    .filter((line) => line !== "" && isHeard(line))
    .map(textOf);
}

/** Where a link leads is not read out. */
function isHeard(line: string): boolean {
  return !line.trim().startsWith("- /url:");
}

function textOf(line: string): string {
  const text = line.trim().replace(/^- '?|:?'?$/g, "");
  // Where a line of the layout ends the browser puts a space, before a comma too; nobody hears that.
  return text.replace(/ (?=[,.] )/g, "");
}

const listed = (...links: readonly string[]) => ["list", ...links.flatMap((name) => ["listitem", `link "${name}"`])];
const LONG_LINK = "Operations Health checks that tell a slow start from a broken one, and what to do about either";

/** What stands below a page: a list of links in a landmark. */
const RELATED_HEARD: Record<string, readonly string[]> = {
  related: [
    'navigation "Read next"',
    'heading "Read next" [level=2]',
    ...listed(
      "Operations Rolling back a release",
      "Guide A preview for every pull request",
      LONG_LINK,
      "Reference Secrets",
    ),
  ],
  "for-you": [
    'navigation "For you"',
    'heading "For you" [level=2]',
    ...listed(
      "Operations Rolling back a release",
      "Handbook Being on call",
      "Guide A preview for every pull request",
      LONG_LINK,
    ),
    'button "Forget what I read"',
  ],
  "related-slot": [
    'navigation "See also"',
    'heading "See also" [level=2]',
    ...listed("Operations Rolling back a release", "Guide A preview for every pull request"),
  ],
  "related-failed": [],
};

describe("a screen reader", () => {
  it("hears what is related to a page, and nothing where that is not known", async () => {
    const page = await openPage();
    const related = page.locator("semantic-related");
    for (const [state, lines] of Object.entries(RELATED_HEARD)) {
      await showState(page, state);
      expect.soft(linesOf(await related.ariaSnapshot()), state).toEqual(lines);
    }
    await expectPage(related).toBeHidden();
    await page.context().close();
  });

  it("hears in every state what is there, in its order", async () => {
    const page = await openPage();
    for (const [state, lines] of Object.entries(HEARD)) {
      await showState(page, state);
      if (lines.some((line) => line.startsWith("status"))) {
        await expectPage(page.getByRole("status").filter({ hasText: /./ })).toHaveCount(1);
      }
      expect.soft(await heard(page), state).toEqual(lines);
    }
    await page.context().close();
  });

  it("hears of a result its title, section and excerpt, and then where it is and how it was found", async () => {
    const page = await openPage();
    await showState(page, "results");
    const [first, second] = [page.getByRole("option").nth(0), page.getByRole("option").nth(1)];
    const excerpt = "If something goes wrong after a deploy, switch the alias back to the build before it.";
    const name = new RegExp(`^Deploying to production ?, Rolling back a release ?\\. ${excerpt}`);
    await expectPage(first).toHaveAccessibleName(name);
    await expectPage(first).toHaveAccessibleDescription("Guide, Operations, by meaning");
    await expectPage(second).toHaveAccessibleName(/^Health checks ?\. The deploy command waits/);
    await expectPage(second).toHaveAccessibleDescription("Deploying to production, words + meaning");
    await page.context().close();
  });

  it("hears what the numbers of a menu count", async () => {
    const page = await openPage();
    await showState(page, "menu");
    await expectPage(page.getByRole("menu", { name: "Section" }).getByRole("menuitemcheckbox")).toHaveCount(3);
    for (const name of ["Guide, 12 results", "Handbook, 4 results", "Reference, 31 results"]) {
      await expectPage(page.getByRole("menuitemcheckbox", { name, exact: true, checked: false })).toBeVisible();
    }
    await page.context().close();
  });

  it("hears beside a button that stands alone what it is about", async () => {
    const page = await openPage();
    await showState(page, "model-offered");
    const offer = page.getByRole("button", { name: "Get it" });
    await expectPage(offer).toHaveAccessibleDescription(/^A better search by meaning is available/);
    await showState(page, "recent");
    await expectPage(page.getByRole("button", { name: "Clear" })).toHaveAccessibleDescription("Recent searches");
    await page.context().close();
  });
});
