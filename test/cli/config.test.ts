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
    const cwd = await tempFolder({ "etc/search.json": '{ "dir": "../site", "model": "model" }' });
    const { calls, indexSite } = fakeIndexer();
    await runCli(["index", "--config", "etc/search.json"], { cwd, api: { indexSite } });
    expect(calls[0]).toMatchObject({ dir: `${cwd}/site`, model: `${cwd}/etc/model` });
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
