/**
 * Takes the pictures of the README from the built site: `assets/screenshot-light.png` and `-dark.png`.
 *
 * Usage: node demo/screenshots.js <URL of the served site> [query]
 * Chromium is looked for at CHROMIUM_PATH, else at /usr/bin/chromium.
 */
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";

const [url = "http://127.0.0.1:4173/", query = "is anyone spying on users?"] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

for (const colorScheme of ["light", "dark"]) {
  const viewport = { width: 980, height: 600 };
  const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1.5, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(new URL("how-it-works/", url).href);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("combobox").fill(query);
  await page.locator("semantic-search [part~=status]", { hasText: "results" }).waitFor();
  const name = `assets/screenshot-${colorScheme}.png`;
  await page.screenshot({ path: fileURLToPath(new URL(name, import.meta.url)) });
}
await browser.close();
