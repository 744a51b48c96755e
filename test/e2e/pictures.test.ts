/**
 * Compares every state of the gallery with its picture in `pictures/`.
 *
 * After a change that is meant: `UPDATE_PICTURES=1 npx vitest run --project node test/e2e/pictures.test.ts` rewrites the
 * pictures that differ; look at them before they are committed. The pictures use fonts of their own (Roboto),
 * so that texts are as wide, and lines break, as they do here on every machine.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { appendFile, cp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RELATED_STATES, STATES } from "../../demo/assets/gallery/states.js";
import { writeDemoSite } from "../demo/demo-site.ts";
import { launchChromium } from "./harness.ts";
import { comparePictures, encodePicture, type Picture, readPicture } from "./picture.ts";
import { SiteServer } from "./site-server.ts";

const REFERENCES = fileURLToPath(new URL("pictures/", import.meta.url));
/** Roboto, of Google (Apache-2.0), so that the letters are the same on every machine. */
const FONTS = fileURLToPath(new URL("../../node_modules/roboto-fontface/fonts/", import.meta.url));
const FONT_FILES = ["roboto/Roboto-Regular", "roboto/Roboto-Medium", "roboto-slab/Roboto-Slab-Regular"];
const FONT_STYLES = fileURLToPath(new URL("picture-fonts.css", import.meta.url));
/** States in scripts that Roboto lacks: their letters are those of the machine. */
const OTHER_SCRIPTS = ["arabic", "japanese"];
const ELEMENT = fileURLToPath(new URL("../../dist/browser", import.meta.url));
/** Where pictures that differ are left. */
const OUT = fileURLToPath(new URL("../../node_modules/.cache/pictures/", import.meta.url));
const IS_UPDATE = process.env.UPDATE_PICTURES === "1";

/** Pixels of a screenshot along the side of one pixel of a reference. */
const SCALE = 2;
const MAX_REFERENCE_BYTES = 1_500_000;

const SCHEMES = ["light", "dark"] as const;
const DESKTOP = { viewport: { width: 1100, height: 760 } };
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

/** What is photographed: a choice of the gallery, and the device. */
interface Subject {
  readonly params: Readonly<Record<string, string>>;
  readonly device?: BrowserContextOptions;
  /** Default: both. */
  readonly schemes?: readonly (typeof SCHEMES)[number][];
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(
    [...Object.keys(STATES), ...Object.keys(RELATED_STATES)]
      .filter((state) => !OTHER_SCRIPTS.includes(state))
      .flatMap((state): [string, Subject][] => [
        [state, { params: { state } }],
        [`${state}-phone`, { params: { state }, device: PHONE }],
      ]),
  ),
  "look-dense": { params: { state: "results", look: "dense" } },
  "look-blog": { params: { state: "results", look: "blog" } },
  "look-dense-phone": { params: { state: "results", look: "dense" }, device: PHONE, schemes: ["light"] },
  "look-blog-phone": { params: { state: "results", look: "blog" }, device: PHONE, schemes: ["light"] },
  "contrast-results": { params: { state: "results" }, device: { forcedColors: "active" } },
  "contrast-error": { params: { state: "error" }, device: { forcedColors: "active" }, schemes: ["dark"] },
  zoomed: {
    params: { state: "results" },
    device: { viewport: { width: 550, height: 380 }, deviceScaleFactor: 2 },
    schemes: ["light"],
  },
  mirrored: { params: { state: "results", dir: "rtl" }, schemes: ["light"] },
  inline: { params: { state: "results", inline: "" } },
};

let server: SiteServer;
let browser: Browser;

beforeAll(async () => {
  const dir = await writeDemoSite();
  await cp(ELEMENT, join(dir, "semantic-search"), { recursive: true });
  for (const file of FONT_FILES) {
    await cp(join(FONTS, `${file}.woff2`), join(dir, "assets/gallery", `${basename(file)}.woff2`));
  }
  await appendFile(join(dir, "assets/gallery/gallery.css"), await readFile(FONT_STYLES));
  server = await SiteServer.start(dir, { csp: "" });
  browser = await launchChromium(["--font-render-hinting=none"]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe("the picture of", () => {
  it.concurrent.each(Object.entries(SUBJECTS))("%s", async (name, { params, device, schemes = SCHEMES }) => {
    const page = await visit(params, device);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      compare(`${name}-${colorScheme}`, await photograph(page));
    }
    await page.context().close();
  });
});

describe("the pictures", () => {
  it("are all of something, and small", () => {
    const files = readdirSync(REFERENCES).filter((file) => file.endsWith(".png"));
    const names = Object.entries(SUBJECTS).flatMap(([name, { schemes = SCHEMES }]) =>
      schemes.map((scheme) => `${name}-${scheme}.png`),
    );
    expect(files.filter((file) => !names.includes(file))).toEqual([]);
    const bytes = files.reduce((sum, file) => sum + readFileSync(join(REFERENCES, file)).length, 0);
    expect(bytes).toBeLessThan(MAX_REFERENCE_BYTES);
  });

  /** Style rules within the element that nobody would want. */
  const DEFECTS = {
    "a row that is gone": "#row-2 { display: none }",
    "an excerpt that is gone": "#row-1 [part~=excerpt] { visibility: hidden }",
    "a badge that is gone": "#row-1 [part~=badge] { visibility: hidden }",
    "an icon that is gone": "#row-1 > svg { visibility: hidden }",
    "a number of results that is gone": "[part~=status] { visibility: hidden }",
    "a list 12 pixels down": "[part~=results] { transform: translateY(12px) }",
    "a list 12 pixels aside": "[part~=results] { transform: translateX(12px) }",
    "a badge 12 pixels down": "#row-1 [part~=badge] { transform: translateY(12px) }",
    "texts over one another": "#row-1 [part~=excerpt] { margin-block-start: -14px }",
    "an excerpt twice as large": "#row-1 [part~=excerpt] { font-size: 1.75em }",
    "a panel twice as large": "[part~=panel] { font-size: 2em }",
    "titles in another colour": "[part~=title] { color: var(--_accent) }",
    "text and background swapped": "[part~=panel] { color: var(--_background); background: var(--_text) }",
    "an active row like the others": "[part~=option-active] { background: none }",
    "marks like the rest": "mark { background: none }",
  };

  it.concurrent.each([
    ["results-light", DESKTOP],
    ["results-phone-dark", PHONE],
  ])("show each of them in %s", async (name, device) => {
    const page = await visit({ state: "results" }, device);
    await page.emulateMedia({ colorScheme: name.endsWith("dark") ? "dark" : "light" });
    const unseen: string[] = [];
    for (const [defect, rule] of Object.entries(DEFECTS)) {
      await addRule(page, rule.replace(/(?=;)|(?= \})/g, " !important"));
      const { squares } = comparePictures(readReference(name), await photograph(page));
      await element(page).evaluate(({ shadowRoot }) => shadowRoot?.adoptedStyleSheets.pop());
      if (squares === 0) unseen.push(defect);
    }
    expect(unseen).toEqual([]);
    await page.context().close();
  });

  it.concurrent("are the same with letters drawn otherwise", async () => {
    const page = await visit({ state: "results" }, { ...DESKTOP, deviceScaleFactor: 2 });
    expectSame("results-light", await photograph(page, 2 * SCALE));
    await page.context().close();
  });

  it.concurrent("are the same on a machine with other fonts", async () => {
    const page = await visit({ state: "results" }, DESKTOP, { serif: "DejaVu Sans Mono", sansSerif: "DejaVu Serif" });
    expectSame("results-light", await photograph(page));
    await page.context().close();
  });
});

describe("the look that repeats the defaults", () => {
  it("changes nothing", async () => {
    const page = await visit({ state: "results" });
    const before = await computedStyles(page);
    expect(before.length).toBeGreaterThan(10_000);
    await page.locator("#look").evaluate((link) => link.remove());
    await page.locator("html").evaluate(({ style }) => style.setProperty("--ss-accent", "initial"));
    const after = await computedStyles(page);
    expect(after.filter((style, i) => style !== before[i])).toEqual([]);
    await page.context().close();
  });
});

/** Opens one state and waits until it is there and at rest. */
async function visit(
  params: Readonly<Record<string, string>>,
  device: BrowserContextOptions = {},
  otherFonts?: Readonly<Record<string, string>>,
): Promise<Page> {
  const context = await browser.newContext({ ...DESKTOP, ...device, reducedMotion: "reduce" });
  const page = await context.newPage();
  // Key caps are other ones on Apple's systems.
  await page.addInitScript(() => Object.defineProperty(navigator, "platform", { value: "Linux x86_64" }));
  if (otherFonts) await setFontFamilies(page, otherFonts);
  await page.goto(`${server.url}gallery/?${new URLSearchParams(params)}`);
  await page.locator("html[data-ready]").waitFor({ state: "attached" });
  await addRule(page, "kbd { font-family: var(--picture) !important }");
  // In forced colours nothing else hides the caret.
  if (device.forcedColors) await element(page).evaluate(({ shadowRoot }) => shadowRoot?.querySelector("input")?.blur());
  const fonts = await page.evaluate(async () => [...(await document.fonts.ready)].map(({ status }) => status));
  expect(fonts).toContain("loaded");
  expect(fonts).not.toContain("error");
  return page;
}

/** What `serif`, `sans-serif` and the like stand for. */
async function setFontFamilies(page: Page, fontFamilies: Readonly<Record<string, string>>): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setFontFamilies", { fontFamilies });
}

/** Adds a style rule within the element. */
async function addRule(page: Page, rule: string): Promise<void> {
  await element(page).evaluate(({ shadowRoot }, text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    shadowRoot?.adoptedStyleSheets.push(sheet);
  }, rule);
}

/** Of everything within the element. */
function computedStyles(page: Page): Promise<string[]> {
  return element(page).evaluate(({ shadowRoot }) =>
    [...(shadowRoot?.querySelectorAll("*") ?? [])].flatMap((node, i) => {
      const style = getComputedStyle(node);
      const names = [...style].filter((name) => !name.startsWith("--"));
      return names.map((name) => `${node.localName} ${i}: ${name}: ${style.getPropertyValue(name)}`);
    }),
  );
}

/** The one that is shown: the search, or what is related. */
function element(page: Page): Locator {
  return page.locator("semantic-search, semantic-related");
}

async function photograph(page: Page, scale = SCALE): Promise<Picture> {
  return readPicture(await page.screenshot({ animations: "disabled" }), scale);
}

function readReference(name: string): Picture {
  const file = join(REFERENCES, `${name}.png`);
  if (!existsSync(file)) throw new Error(`There is no picture ${name}. ${HOW_TO_UPDATE}`);
  return readPicture(readFileSync(file));
}

const HOW_TO_UPDATE = `If it is meant: UPDATE_PICTURES=1 npx vitest run --project node test/e2e/${basename(import.meta.url)}`;

/** Compares a picture with its reference, or makes it the reference where that is asked for and they differ. */
function compare(name: string, actual: Picture): void {
  const file = join(REFERENCES, `${name}.png`);
  const isCurrent = existsSync(file) && comparePictures(readReference(name), actual).squares === 0;
  if (IS_UPDATE && !isCurrent) writeFileSync(file, encodePicture(actual));
  else expectSame(name, actual);
}

function expectSame(name: string, actual: Picture): void {
  const { squares, levels, picture } = comparePictures(readReference(name), actual);
  if (squares === 0) return;
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(OUT, `${name}-actual.png`), encodePicture(actual));
  writeFileSync(join(OUT, `${name}-difference.png`), encodePicture(picture));
  throw new Error(
    `${name} differs in ${squares} squares, by up to ${levels} of 255 levels: see ${OUT}${name}-actual.png and ` +
      `-difference.png. ${HOW_TO_UPDATE}`,
  );
}
