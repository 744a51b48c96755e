import type { InferOutput } from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type configSchema, defineConfig, type SearchConfig } from "../../src/cli/config.ts";
import { fakeEngine, fakeIndexer, runCli } from "./run-cli.ts";
import { tempFolder } from "./temp-folder.ts";

describe("the config file", () => {
  it("gives the options that flags leave open; flags win", async () => {
    const config = { dir: "site", out: "site/find", precision: "int8", exclude: ["a"], cleanUrls: true, strict: true };
    const cwd = await tempFolder({ "semantic-search.config.json": JSON.stringify(config) });
    const { calls, indexSite } = fakeIndexer();
    await runCli(["index", "--precision", "float32", "--exclude", "b", "--no-clean-urls"], { cwd, api: { indexSite } });
    expect(calls[0]).toMatchObject({
      dir: `${cwd}/site`,
      out: `${cwd}/site/find`,
      precision: "float32",
      exclude: ["b"],
      cleanUrls: false,
      strict: true,
    });
  });

  it.each([
    ["ts", "interface Options { dir: string }\nconst options: Options = { dir: 'site' };\nexport default options;"],
    ["js", "module.exports = { dir: 'site' };"],
    ["mjs", "export default async ({ command }) => ({ dir: command === 'index' ? 'site' : 'elsewhere' });"],
    ["json", '{ "dir": "site" }'],
  ])("may be written as .%s", async (extension, text) => {
    const cwd = await tempFolder({ [`semantic-search.config.${extension}`]: text });
    const { calls, indexSite } = fakeIndexer();
    const { stderr } = await runCli(["index"], { cwd, api: { indexSite } });
    expect(stderr).toBe("");
    expect(calls[0]?.dir).toBe(`${cwd}/site`);
  });

  it("named with --config has paths relative to itself", async () => {
    const paths =
      '"dir": "../site", "model": "./model", "staticModel": "words.bin", "modelsFrom": "../models", "curation": "c.yaml"';
    const cwd = await tempFolder({ "etc/search.json": `{ ${paths} }` });
    const { calls, indexSite } = fakeIndexer();
    await runCli(["index", "--config", "etc/search.json"], { cwd, api: { indexSite } });
    expect(calls[0]).toMatchObject({
      dir: `${cwd}/site`,
      model: `${cwd}/etc/model`,
      staticModel: `${cwd}/etc/words.bin`,
      modelsFrom: `${cwd}/models`,
      curation: `${cwd}/etc/c.yaml`,
    });
  });

  it("may hold the curation itself; a flag names another", async () => {
    const curation = { suggestions: ["install"] };
    const cwd = await tempFolder({ "semantic-search.config.json": JSON.stringify({ dir: "site", curation }) });
    const { calls, indexSite } = fakeIndexer();
    await runCli(["index"], { cwd, api: { indexSite } });
    await runCli(["index", "--curation", "other.yaml"], { cwd, api: { indexSite } });
    expect(calls.map((call) => call.curation)).toEqual([curation, `${cwd}/other.yaml`]);
  });

  it.each([
    ["a name on the hub", "Xenova/bge-small-en-v1.5", "Xenova/bge-small-en-v1.5"],
    ["a folder that is there", "models/tiny", "/etc/models/tiny"],
    ["a path", "../nowhere", "/nowhere"],
    ["a static model", "tuned.bin", "/etc/tuned.bin"],
  ])("takes %s for what it is, as the model and as the reranker", async (_, name, expected) => {
    const model = JSON.stringify({ name, rerank: { name } });
    const files = {
      "etc/models/tiny/config.json": "{}",
      "etc/short.json": `{ "dir": "site", "model": ${JSON.stringify(name)} }`,
      "etc/long.json": `{ "dir": "site", "model": ${model} }`,
    };
    const cwd = await tempFolder(files);
    const { calls, indexSite } = fakeIndexer();
    for (const file of ["short", "long"]) {
      await runCli(["index", "--config", `etc/${file}.json`], { cwd, api: { indexSite } });
    }
    const own = expected.startsWith("/") ? cwd + expected : expected;
    expect(calls.map(({ model }) => model)).toEqual([own, { name: own, rerank: { name: own } }]);
  });

  it("hands on what it says of a model: a sentence encoder, a server, none", async () => {
    const encoder: SearchConfig["model"] = {
      name: "owner/model",
      revision: "v1",
      dtype: "fp16",
      pooling: "cls",
      queryPrefix: "query: ",
      passagePrefix: "",
      maxTokens: 256,
      dims: 128,
      languages: ["de"],
      fusion: { semanticWeight: 0.6, shapes: { word: 0.2 } },
      rerank: { name: "owner/ranker", top: 10, dtype: "q8", maxTokens: 512 },
    };
    const server: SearchConfig["model"] = {
      name: "bge-m3",
      url: "http://localhost:11434",
      queryUrl: "/embed",
      dims: 256,
    };
    for (const model of [encoder, server, false as const]) {
      const cwd = await tempFolder({ "semantic-search.config.json": JSON.stringify({ dir: "site", model }) });
      const { calls, indexSite } = fakeIndexer();
      expect((await runCli(["index"], { cwd, api: { indexSite } })).stderr).toBe("");
      expect(calls[0]?.model).toEqual(model);
    }
  });

  it("leaves the last word on a model to the flags", async () => {
    const model = { name: "owner/model", dims: 128, dtype: "fp32", rerank: { name: "owner/ranker", top: 5 } };
    const cwd = await tempFolder({ "semantic-search.config.json": JSON.stringify({ dir: "site", model }) });
    const modelWith = async (...flags: string[]) => {
      const { calls, indexSite } = fakeIndexer();
      await runCli(["index", ...flags], { cwd, api: { indexSite } });
      return calls[0]?.model;
    };
    expect(await modelWith("--dtype", "q4")).toEqual({ ...model, dtype: "q4" });
    expect(await modelWith("--rerank", "other/ranker")).toEqual({ ...model, rerank: { name: "other/ranker" } });
    expect(await modelWith("--model", "other/model")).toBe("other/model");
    expect(await modelWith("--model", "other/model", "--dtype", "q4")).toEqual({ name: "other/model", dtype: "q4" });
    expect(await modelWith("--no-model")).toBe(false);
  });

  it("tells search where the index is", async () => {
    const cwd = await tempFolder({
      "semantic-search.config.json": '{ "dir": "site", "out": "site/find" }',
      "site/find/index.json": "{}",
    });
    const engine = fakeEngine();
    expect((await runCli(["search", "x"], { cwd, api: engine })).code).toBe(0);
    expect(engine.calls).toHaveLength(1);
  });

  it.each([
    ["an unknown key", '{ "ouput": "x", "out": "y" }', 'unknown key "ouput" (did you mean "out"?)'],
    ["a wrong type", '{ "strict": "yes" }', 'strict: expected true or false, got "yes"'],
    ["a wrong choice", '{ "from": "pdf" }', 'from: expected "html" or "markdown" or "json", got "pdf"'],
    ["a wrong list", '{ "include": [1] }', "include.0: expected a string, got 1"],
    ["a number as model", '{ "model": 5 }', "model: expected a model's name, an object with its name, or false, got 5"],
    [
      "true as model",
      '{ "model": true }',
      "model: expected a model's name, an object with its name, or false, got true",
    ],
    ["a model without a name", '{ "model": { "dtype": "q8" } }', "model.name: "],
    ["a wrong key of a model", '{ "model": { "name": "a/b", "quant": "q8" } }', 'unknown key "model.quant"'],
    ["a wrong dtype", '{ "model": { "name": "a/b", "dtype": "q9" } }', 'model.dtype: expected "fp32" or "fp16"'],
    [
      "a wrong reranker",
      '{ "model": { "name": "a/b", "rerank": { "name": "" } } }',
      "model.rerank.name: expected text",
    ],
    [
      "a wrong share",
      '{ "model": { "name": "a/b", "fusion": { "semanticWeight": 2 } } }',
      "fusion.semanticWeight: expected 0 to 1",
    ],
    ["a server without an address for queries", '{ "model": { "name": "a", "url": "http://x" } }', "model.queryUrl: "],
    [
      "a server that pools",
      '{ "model": { "name": "a", "url": "u", "queryUrl": "q", "pooling": "cls" } }',
      '"model.pooling"',
    ],
    ["a number as curation", '{ "curation": 5 }', "curation: expected the path of a file, or an object, got 5"],
    ["no object", "[]", "expected an object of options"],
    ["broken JSON", "{", "cannot be read"],
  ])("with %s is named as the fault", async (_name, text, message) => {
    const cwd = await tempFolder({ "semantic-search.config.json": text });
    const { code, stderr } = await runCli(["index", "dist"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("semantic-search.config.json");
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  it("that throws is named as the fault", async () => {
    const cwd = await tempFolder({ "semantic-search.config.mjs": "throw new Error('no token');" });
    const { code, stdout } = await runCli(["index", "dist", "--json"], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: "config-invalid",
      message: "semantic-search.config.mjs cannot be read: no token",
    });
  });

  it("named but missing is an error", async () => {
    const { code, stderr } = await runCli(["index", "dist", "-c", "nope.json"], { cwd: await tempFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no config file "nope.json".');
  });

  it("has one shape in types and at run time", () => {
    expectTypeOf<keyof InferOutput<typeof configSchema>>().toEqualTypeOf<keyof SearchConfig>();
    expectTypeOf<InferOutput<typeof configSchema>>().toExtend<SearchConfig>();
    expectTypeOf(defineConfig({ dir: "dist" }).dir).toEqualTypeOf<string>();
  });
});
