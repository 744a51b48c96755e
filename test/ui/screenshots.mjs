/**
 * Takes a picture of every state of the element, light and dark, on a desktop and on a phone, to look at.
 *
 *     node test/ui/screenshots.mjs /tmp/shots [state…]
 */
import { chromium } from "playwright";
import { createServer } from "vite";

const STATES = "trigger idle loading partial results long rtl nothing warning error offline".split(" ");
const DEVICES = {
  desktop: { viewport: { width: 1100, height: 760 } },
  phone: { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};
/** Long enough for everything that moves to come to rest. */
const REST_MS = 600;

const [folder, ...states] = process.argv.slice(2);
if (!folder) throw new Error("Say where the pictures should go: node test/ui/screenshots.mjs /tmp/shots");

const server = await createServer({
  configFile: false,
  root: process.cwd(),
  cacheDir: "node_modules/.cache/gallery",
  logLevel: "error",
  server: { hmr: false },
  optimizeDeps: { entries: ["test/ui/gallery.html"] },
});
await server.listen();
const gallery = new URL("test/ui/gallery.html", server.resolvedUrls?.local[0]);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

for (const [device, options] of Object.entries(DEVICES)) {
  const context = await browser.newContext(options);
  for (const state of states.length > 0 ? states : STATES) {
    for (const theme of ["light", "dark"]) await shoot(context, { state, theme, device });
    await shoot(context, { state, theme: "light", device, inline: "" });
  }
}
await browser.close();
await server.close();

async function shoot(context, { device, ...params }) {
  const page = await context.newPage();
  const name = Object.entries({ ...params, device }).map(([key, value]) => value || key);
  await page.goto(`${gallery}?${new URLSearchParams(params)}`);
  await page.waitForTimeout(REST_MS);
  await page.screenshot({ path: `${folder}/${name.join("-")}.png` });
  await page.close();
}
