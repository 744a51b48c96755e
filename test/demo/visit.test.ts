import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import axe from "axe-core";
import type { Browser, BrowserContextOptions } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSiteServer } from "../../src/cli/site-server.ts";
import { expectPage, launchChromium, Visit } from "../e2e/harness.ts";

const DEMO = fileURLToPath(new URL("../../demo/", import.meta.url));
const PATHS = ["", "start/", "element/", "theming/", "cli/", "comparison/", "related/", "gallery/", "nowhere/"];
/** What is there once a page with elements in its text has shown them. */
const READY: Readonly<Record<string, string>> = {
  "gallery/": "html[data-ready]",
  "theming/": "[data-look=blog] [part~=results]",
};

/** The site as `npm start` builds and serves it, under the strictest policy. */
describe("a visitor of the documentation", () => {
  const server = new AbortController();
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [`${DEMO}build.js`]);
    ({ url } = await startSiteServer({
      dir: `${DEMO}site`,
      port: 0,
      host: "127.0.0.1",
      csp: true,
      signal: server.signal,
    }));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    server.abort();
  });

  async function visit(path: string, options?: BrowserContextOptions): Promise<Visit> {
    const page = await (await browser.newContext(options)).newPage();
    const visit = new Visit(page);
    await page.goto(url + path);
    return visit;
  }

  it("gets an answer from an example on the home page", async () => {
    const { page, options } = await visit("");
    await page.getByRole("link", { name: "night appearance" }).click();
    await expectPage(options.filter({ hasText: "Theming" }).first()).toBeVisible();
    expect(new URL(page.url()).searchParams.get("q")).toBe("night appearance");
  });

  it("gets the same answer by following the link", async () => {
    const { options } = await visit("?q=night+appearance");
    await expectPage(options.filter({ hasText: "Theming" }).first()).toBeVisible();
  });

  it("reaches a section by keyboard from any page", async () => {
    const { page, input, options } = await visit("start/");
    await page.keyboard.press("/");
    await expectPage(input).toBeFocused();
    await page.keyboard.type("night appearance");
    await options.filter({ has: page.getByText("Light and dark", { exact: true }) }).click();
    await page.waitForURL(/\/theming\/#light-and-dark/);
  });

  it("keeps the theme that was chosen", async () => {
    const { page } = await visit("start/", { colorScheme: "light" });
    await page.getByRole("button", { name: "Switch between light and dark" }).click();
    await page.getByRole("link", { name: "Theming" }).first().click();
    await expectPage(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });

  it("is told what to read next for 6 KB of data, and nothing before it comes near", async () => {
    const { page, complaints } = await visit("theming/", { viewport: { width: 900, height: 600 } });
    const loaded: Promise<number>[] = [];
    page.on("response", (response) => {
      if (/\/semantic-search\/.*\.(json|bin)$/.test(response.url())) loaded.push(response.body().then((b) => b.length));
    });
    await page.waitForLoadState("networkidle");
    expect(loaded).toEqual([]);
    await page.locator("footer").scrollIntoViewIfNeeded();
    const links = page.locator("semantic-related [part=link]");
    await expectPage(links).toHaveCount(4);
    const bytes = await Promise.all(loaded);
    expect(bytes.length).toBe(3);
    expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(6 * 1024);
    const title = await links.first().locator("[part=title]").innerText();
    await links.first().click();
    await expectPage(page.getByRole("heading", { level: 1 })).toContainText(title);
    expect(complaints).toEqual([]);
  });

  it.each(PATHS)("meets no obstacle on /%s", async (path) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const { page, complaints } = await visit(path, { colorScheme });
      if (path in READY) await page.locator(READY[path] ?? "").waitFor();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
      expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
      await page.context().close();
    }
  });

  it.each(PATHS)("need not scroll sideways on a phone on /%s", async (path) => {
    const { page } = await visit(path, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.context().close();
  });
});
