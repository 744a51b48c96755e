import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkCuration, missingPins, readCuration, storedCuration } from "../../src/indexer/curation.ts";
import { indexSite, openIndex } from "../../src/node.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "curation-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(name: string, content: string): Promise<string> {
  await writeFile(join(dir, name), content);
  return join(dir, name);
}

const YAML = `
synonyms:
  - [sign in, log in, login]            # all mean the same
  - { from: k8s, to: [kubernetes] }     # one way
pins:
  - query: [install, getting started]
    pages: [guide/install/, /guide/quick-start/]
redirects:
  - { query: [status, is it down], url: https://status.example.com/, title: Service status }
  - { query: 1.10, url: changes/ }
suggestions: [how do I deploy, no]
`;
const CHECKED = {
  synonyms: [
    { from: ["sign in", "log in", "login"], to: ["sign in", "log in", "login"] },
    { from: ["k8s"], to: ["kubernetes"] },
  ],
  pins: [{ query: ["install", "getting started"], pages: ["guide/install/", "/guide/quick-start/"] }],
  redirects: [
    { query: ["status", "is it down"], url: "https://status.example.com/", title: "Service status" },
    { query: ["1.10"], url: "changes/" },
  ],
  suggestions: ["how do I deploy", "no"],
};

describe("a curation file", () => {
  it("is read as YAML, where everything is text, and as JSON", async () => {
    expect(await readCuration(await write("a.yaml", YAML))).toEqual(CHECKED);
    const json = `{\n\t"pins": [{ "query": "install", "pages": "guide/" }]\n}`;
    const expected = {
      synonyms: [],
      pins: [{ query: ["install"], pages: ["guide/"] }],
      redirects: [],
      suggestions: [],
    };
    expect(await readCuration(await write("a.json", json))).toEqual(expected);
    expect(await readCuration(await write("b.yml", json.replaceAll("\t", " ")))).toEqual(expected);
    expect(checkCuration(CHECKED)).toEqual(CHECKED);
  });

  it.each([
    ["pinz: []", 'unknown key "pinz" (did you mean "pins"?)'],
    ["pins: [{ query: a, page: b }]", 'unknown key "pins.0.page" (did you mean "pages"?)'],
    ["pins: [{ query: a }]", "pins.0.pages"],
    ["pins: [{ query: [a, [b]], pages: c }]", "pins.0.query.1: expected text"],
    ["pins: install", "pins: expected a list"],
    ["synonyms: [[alone]]", "synonyms.0: expected 2 or more"],
    ["synonyms: [word]", "synonyms.0: expected a list, or an object with from and to"],
    ["synonyms: [['!!', a]]", "synonyms.0.0: expected text with a letter or a digit"],
    ["redirects: [{ query: a, url: 'javascript:alert(1)' }]", "redirects.0.url: expected a URL with http(s)"],
    ["redirects: [{ query: a, url: '//elsewhere.example/' }]", "redirects.0.url: expected a URL with http(s)"],
    ["redirects: [{ query: a, url: '' }]", "redirects.0.url: expected a URL"],
    [`suggestions: [${"a".repeat(201)}]`, "suggestions.0: expected at most 200 characters"],
    ["suggestions: { a: b }", "suggestions: expected a list"],
    ["[a, b]", "expected an object with synonyms"],
    ["just text", "expected an object with synonyms"],
    ["", "expected an object with synonyms"],
    ["__proto__: { polluted: yes }", "unknown key"],
    ["pins: [{ query: a, pages: b, __proto__: c }]", "unknown key"],
    ["constructor: []", "unknown key"],
  ])("with %j is wrong, and says where", async (content, problem) => {
    const file = await write("curation.yaml", content);
    await expect(readCuration(file)).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining(problem),
      file,
      remedy: expect.any(String),
    });
    await expect(readCuration(file)).rejects.toThrow(file);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  it.each([
    ["is not there", "nowhere.yaml", undefined],
    ["is cut off", "a.json", '{ "pins": [{'],
    ["is no YAML", "a.yaml", "pins: [{ query: a\nb: }"],
    ["has a key twice", "a.yaml", "pins: []\npins: []"],
    ["is larger than anyone writes", "a.yaml", `suggestions: [${"word, ".repeat(200_000)}]`],
    [
      "is a bomb of aliases",
      "a.yaml",
      `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}`,
    ],
  ])("that %s cannot be read", async (_, name, content) => {
    const file = content === undefined ? join(dir, name) : await write(name, content);
    await expect(readCuration(file)).rejects.toMatchObject({ code: "config-invalid", file });
  });

  it("names five problems at most, and the key of a config file where there is no file", () => {
    const wrong = { suggestions: Array(20).fill(7) };
    expect(() => checkCuration(wrong)).toThrow(/^curation is not valid: (?:suggestions\.\d: [^;]*; ){5}and 15 more\.$/);
  });

  it("is checked or refused, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.object({ withNullPrototype: true }), (value) => {
        const keys = ["synonyms", "pins", "redirects", "suggestions"];
        for (const each of [
          value,
          ...keys.map((key) => ({ [key]: value })),
          ...keys.map((key) => ({ [key]: [value] })),
        ]) {
          try {
            expect(Object.keys(checkCuration(each)).sort()).toEqual([...keys].sort());
          } catch (error) {
            expect(error).toMatchObject({ code: "config-invalid" });
          }
        }
      }),
    );
  });
});

describe("pinned pages", () => {
  const PATHS = ["", "guide/install/", "guide/start.html", "guide/start/", "about.html"];
  const pages = (...list: string[]) => checkCuration({ pins: [{ query: "a", pages: list }] });
  const numbers = (...list: string[]) => storedCuration(pages(...list), PATHS)?.pins[0]?.pages;

  it("are found however their paths are written; an exact one wins", () => {
    expect(numbers("guide/install")).toEqual([1]);
    expect(numbers("/guide/install/index.html", "guide/install/")).toEqual([1]);
    expect(numbers("guide/start.html", "guide/start/", "about/")).toEqual([2, 3, 4]);
    expect(storedCuration(pages("/c%23/", "gr%C3%B6%C3%9Fe.html"), ["c%23/", "größe"])?.pins[0]?.pages).toEqual([0, 1]);
    expect(storedCuration(pages("c#/", "größe/"), ["c%23/index.html", "größe"])?.pins[0]?.pages).toEqual([0, 1]);
    for (const home of ["/", "index.html", ""]) expect(numbers(home), home).toEqual([0]);
  });

  it("are told if the site has not got them", () => {
    expect(missingPins(pages("about", "nowhere/", "guide/", "nowhere/"), PATHS)).toEqual(["nowhere/", "guide/"]);
    expect(storedCuration(pages("nowhere/"), PATHS)).toBeUndefined();
  });
});

describe("indexSite with a curation", () => {
  const html = (title: string, text: string) =>
    `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>`;
  const index = (options = {}) => indexSite({ dir: join(dir, "site"), model: false, ...options });
  beforeEach(async () => {
    await mkdir(join(dir, "site"));
    await write("site/index.html", html("Home", "All about clusters."));
    await write("site/install.html", html("Setup", "Unpack the archive."));
  });

  it("answers by it, and tells of pages that are not there", async () => {
    const curation = await write(
      "c.yaml",
      "pins: [{ query: install, pages: [install, gone/] }]\nsuggestions: [install]",
    );
    const report = await index({ curation });
    expect(report.missingPins).toEqual(["gone/"]);
    expect(report.bytes.curation).toBeGreaterThan(0);
    const backend = await openIndex(report.out);
    expect((await backend.search("Install")).hits[0]).toMatchObject({ path: "install.html", pinned: true });
    expect((await backend.info()).suggestions).toEqual(["install"]);
    await expect(index({ curation, strict: true })).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining("gone/"),
      file: curation,
    });
  });

  it("is unchanged as long as the curation is", async () => {
    const curation = await write("c.yaml", "suggestions: [install]");
    const first = await index({ curation });
    expect((await index({ curation })).unchanged).toBe(true);
    expect((await index({ curation: { suggestions: ["install"] } })).build).toBe(first.build);
    await write("c.yaml", "suggestions: [clusters]");
    const second = await index({ curation });
    expect(second.unchanged).toBe(false);
    expect(second.build).not.toBe(first.build);
    const without = await index({ keep: 0 });
    expect(without.bytes).not.toHaveProperty("curation");
    expect((await openIndex(without.out).then((backend) => backend.info())).suggestions).toEqual([]);
  });

  it("gives the same bytes for a file and for what stands in it", async () => {
    const one = await index({ curation: { synonyms: [["a", "b"]] } });
    const two = await index({ curation: await write("c.yaml", "synonyms: [[a, b]]"), force: true });
    expect(two.build).toBe(one.build);
  });

  it("is refused before anything is read, when it is wrong", async () => {
    const curation = await write("c.yaml", "pins: {}");
    await expect(indexSite({ dir: join(dir, "nowhere"), curation })).rejects.toMatchObject({ code: "config-invalid" });
  });
});
