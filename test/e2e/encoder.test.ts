import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { IndexManifest } from "../../src/core/manifest.ts";
import { makeSentenceEncoder, saveModel } from "../models/save-encoder.ts";
import { bitFlipped } from "./damage.ts";
import { expectPage, INDEX, launchChromium, Site, Visit } from "./harness.ts";
import { STRICT_CSP, TRUSTED_TYPES } from "./site-server.ts";

/** What a sentence encoder needs besides: WebAssembly, but not `eval`, nor anything that Trusted Types forbid. */
const CSP = STRICT_CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") + TRUSTED_TYPES;
/** A GPU in software. */
const GPU_ARGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
const PAGES = fileURLToPath(new URL("site/", import.meta.url));

let folder: string;
let site: Site;
let visit: Visit;
let manifest: IndexManifest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semantic-search-e2e-model-"));
  const names = (await readdir(PAGES)).filter((name) => name.endsWith(".html"));
  const texts = await Promise.all(names.map((name) => readFile(join(PAGES, name), "utf8")));
  await saveModel(join(folder, "tiny"), makeSentenceEncoder(texts.join(" "), { dtype: "q8" }).files);
  site = await Site.open({ args: ["--model", join(folder, "tiny")], csp: CSP });
  manifest = await (await fetch(`${site.server.url}${INDEX}index.json`)).json();
});

afterAll(async () => {
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  site.server.reset();
  await visit.close();
});

/** What the element told the page: the spaces that answered, and the models that arrived. */
interface Told {
  readonly spaces: (string | undefined)[];
  readonly models: { readonly space: string; readonly device: string; readonly notice?: string | undefined }[];
}

/** Note down what the element tells from now on. */
async function listen(): Promise<void> {
  await visit.page.evaluate(() => {
    const told: Told = { spaces: [], models: [] };
    Object.assign(globalThis, { told });
    addEventListener("ss-search", ({ detail }) => told.spaces.push(detail.results.space));
    addEventListener("ss-model", ({ detail }) => told.models.push({ ...detail }));
  });
}

const told = () => visit.page.evaluate(() => (globalThis as unknown as { told: Told }).told);

/** Wait until the encoder has answered what is on screen. */
async function refined(): Promise<Told> {
  await expectPage.poll(async () => (await told()).spaces.at(-1)).toBe("tiny");
  return told();
}

const modelRequests = () => visit.requests.filter((url) => url.includes("/models/"));
const partsOf = (kind: "files" | "gpuFiles") =>
  (manifest.encoders?.[0]?.[kind] ?? []).flatMap(({ parts }) => parts.map(({ file }) => file));

describe("a site with a sentence encoder", () => {
  it("answers at once, gets the model after that, and answers better with it", async () => {
    visit = await site.visit();
    await listen();
    await visit.search("thermostat");
    const { spaces, models } = await refined();
    expect(spaces).toEqual(["static", "tiny"]);
    expect(models).toEqual([{ space: "tiny", device: "wasm" }]);
    await expectPage(visit.part("model")).toHaveCount(0);
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    await visit.search("broadband speed");
    expect((await told()).spaces).toEqual(["static", "tiny", "tiny"]);
    const asked = site.server.requests.map(({ path }) => path.slice(INDEX.length));
    const own = asked.filter((path) => path.startsWith("models/"));
    expect(own.sort()).toEqual([...new Set(partsOf("files"))].sort());
    // Not before the first answer.
    const first = asked.findIndex((path) => path.startsWith("models/"));
    expect(asked.findIndex((path) => path.startsWith("text/"))).toBeLessThan(first);
    expect(asked.indexOf("open-encoder.js")).toBeGreaterThan(first);
    expect(visit.requests.filter((url) => !url.startsWith(site.server.url) && !url.startsWith("data:"))).toEqual([]);
    expect(visit.complaints).toEqual([]);

    // The next visit has it from the browser's storage.
    await visit.page.reload();
    await listen();
    visit.requests.length = 0;
    await visit.search("thermostat");
    expect((await refined()).models).toEqual([{ space: "tiny", device: "wasm" }]);
    expect(modelRequests()).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  it("never asks for the model where the page wants the embedded one", async () => {
    visit = await site.visit();
    await listen();
    await visit.page.locator("semantic-search").evaluate((element) => element.setAttribute("model", "static"));
    await visit.search("thermostat");
    await visit.search("broadband speed");
    await visit.page.waitForLoadState("networkidle");
    expect(await told()).toEqual({ spaces: ["static", "static"], models: [] });
    expect(visit.requests.filter((url) => /\/models\/|open-encoder|\/ort/.test(url))).toEqual([]);
  });

  it("says that a part of the model is damaged, leaves the results, and gets it when it is right again", async () => {
    site.server.change(new RegExp(`${partsOf("files")[0]}$`), bitFlipped);
    visit = await site.visit();
    await listen();
    await visit.search("thermostat");
    await expectPage(visit.part("model")).toContainText("The better search could not be loaded");
    await expectPage(visit.part("model")).toContainText("is not what the index says");
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    await visit.search("broadband speed");
    await expectPage(visit.options.first()).toContainText("Slow wireless internet");
    expect((await told()).spaces).toEqual(["static", "static"]);
    site.server.reset();
    await visit.part("model-load").click();
    expect((await refined()).models).toHaveLength(1);
    await expectPage(visit.part("model")).toHaveCount(0);
  });

  it("stops the download when the visitor declines it, and goes on when they want it all the same", async () => {
    site.server.change(/\/models\//, async (answer) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return answer;
    });
    visit = await site.visit();
    await listen();
    await visit.search("thermostat");
    await visit.part("model-decline").click();
    await expectPage(visit.part("model")).toContainText("A better search by meaning is available");
    await visit.part("model-load").click();
    expect((await refined()).models).toHaveLength(1);
    await expectPage(visit.part("model")).toHaveCount(0);
  });

  it("says so where the policy allows no WebAssembly, and leaves the results", async () => {
    site.server.changePolicy(STRICT_CSP);
    visit = await site.visit();
    await listen();
    await visit.search("thermostat");
    await expectPage(visit.part("model")).toContainText("The better search could not be loaded");
    await expectPage(visit.part("model")).toContainText("policy allows no WebAssembly");
    expect(modelRequests()).toEqual([]);
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    await visit.search("broadband speed");
    await expectPage(visit.options.first()).toContainText("Slow wireless internet");
    expect((await told()).spaces).toEqual(["static", "static"]);
  });
});

describe("where there is a GPU", () => {
  it("that was found faster on an earlier visit it is used, and its runtime is kept", async (context) => {
    const browser = await launchChromium(GPU_ARGS);
    try {
      visit = new Visit(await (await browser.newContext()).newPage());
      await visit.page.goto(site.server.url + INDEX.replace("semantic-search/", ""));
      // As `BrowserRuntime` says, and `ModelStore` keeps it.
      const hasGpu = await visit.page.evaluate(async (index) => {
        const adapter = await navigator.gpu?.requestAdapter();
        if (!adapter) return false;
        const { vendor, architecture, device, description } = adapter.info;
        const gpu = [vendor, architecture, device, description].filter(Boolean).join(" ");
        const cache = await caches.open("semantic-search-models");
        await cache.put(`${index}notes/device-choice/tiny`, Response.json({ device: "webgpu", gpu }));
        return true;
      }, site.server.url + INDEX);
      if (!hasGpu) context.skip("This Chromium gives no WebGPU adapter, not even in software.");
      await listen();
      await visit.search("thermostat");
      expect((await refined()).models).toEqual([{ space: "tiny", device: "webgpu" }]);
      const asked = modelRequests().map((url) => url.slice(url.indexOf("models/")));
      expect(asked.sort()).toEqual([...new Set([...partsOf("files"), ...partsOf("gpuFiles")])].sort());
      await visit.page.reload();
      await listen();
      visit.requests.length = 0;
      await visit.search("thermostat");
      expect((await refined()).models).toEqual([{ space: "tiny", device: "webgpu" }]);
      expect(modelRequests()).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
