import { describe, expect, it } from "vitest";
import { MANIFEST_FILE, type SpaceManifest } from "../../src/core/manifest.ts";
import { Engine } from "../../src/engine/engine.ts";
import { IndexFiles } from "../../src/engine/index-files.ts";
import { searchByMeaning } from "../../src/engine/meaning-search.ts";
import { parseManifest } from "../../src/engine/parse-manifest.ts";
import { planQuery } from "../../src/engine/plan-query.ts";
import { staticSpace } from "../../src/indexer/load-model.ts";
import { probesFor } from "../../src/vectors/cell-directory.ts";
import { MemoryIndex, page } from "./memory-index.ts";
import { tinyModel } from "./tiny-model.ts";

const WORDS = ["bicycle", "bread", "guitar", "puncture", "yeast", "wheel", "dough", "chord"];
const manyPages = (length: number) =>
  Array.from({ length }, (_, i) =>
    page(`page-${i}/`, `Page ${i} on ${WORDS[i % 8]}`, {
      "": `${WORDS[i % 8]} and ${WORDS[(i * 3) % 8]} in page number ${i}. `.repeat(1 + (i % 40)),
      Details: `What ${WORDS[(i * 5) % 8]} is about, as ${i} tells.`,
    }),
  );
const PAGES = manyPages(60);

describe("a search by meaning in a hybrid", () => {
  it("looks in more cells where all files are on the device", async () => {
    const index = await MemoryIndex.build(manyPages(800), { space: await staticSpace(tinyModel()) });
    const manifest = parseManifest(index.files.get(MANIFEST_FILE) as Uint8Array, MANIFEST_FILE);
    const cellsRead = async (isKept: boolean) => {
      const plan = planQuery("bread", {}, manifest);
      const found = await searchByMeaning(plan, new IndexFiles(manifest, index.read, () => isKept), undefined);
      return found?.cells.length ?? 0;
    };
    const [few, many] = [await cellsRead(false), await cellsRead(true)];
    const directory = await new IndexFiles(manifest, index.read).cells(manifest.spaces[0] as SpaceManifest);
    expect(few).toBe(probesFor(directory, "hybrid"));
    expect(many).toBe(probesFor(directory, "semantic"));
    expect(many).toBeGreaterThan(few);
  });
});

describe("IndexFiles.names", () => {
  it.each([
    ["with a model", async () => ({ space: await staticSpace(tinyModel()) })],
    ["by words alone", async () => ({})],
    ["with a curation", async () => ({ curation: { suggestions: ["bread"] } })],
  ])("are all files that an index %s was built from", async (_, options) => {
    const index = await MemoryIndex.build(PAGES, await options());
    const manifest = parseManifest(index.files.get(MANIFEST_FILE) as Uint8Array, MANIFEST_FILE);
    const names = await new IndexFiles(manifest, index.read).names();
    const built = [...index.files.keys()].filter((name) => name !== MANIFEST_FILE);
    expect(built.length).toBeGreaterThan(5);
    expect([...names].sort()).toEqual(built.sort());
  });

  it("are of no use to an engine without a place to keep files", async () => {
    const engine = await Engine.open((await MemoryIndex.build(PAGES)).read);
    await expect(engine.keepAll()).rejects.toMatchObject({ code: "storage" });
  });
});
