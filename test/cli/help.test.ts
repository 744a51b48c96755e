import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const COMMANDS = ["index", "search", "inspect", "eval", "tune", "serve"];

describe("help", () => {
  it("names the commands, gives examples and documents the exit codes", async () => {
    const { code, stdout } = await runCli(["--help"]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} .*\\S`, "m"));
    expect(stdout).toContain("Examples:");
    expect(stdout).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}130 /);
  });

  it.each(COMMANDS)("of %s has examples and the common flags", async (command) => {
    const { code, stdout } = await runCli([command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}\$ semantic-search /);
    for (const flag of ["--json", "--quiet", "--config <file>", "--no-color"]) expect(stdout).toContain(flag);
  });

  it("lists the flags of index", async () => {
    const { stdout } = await runCli(["index", "--help"]);
    expect(stdout.match(/--[a-z-]+/g)?.filter((flag, i, all) => all.indexOf(flag) === i)).toMatchInlineSnapshot(`
      [
        "--out",
        "--from",
        "--include",
        "--exclude",
        "--root",
        "--ignore",
        "--language",
        "--clean-urls",
        "--site-root",
        "--precision",
        "--chunk-tokens",
        "--overlap-tokens",
        "--model",
        "--no-model",
        "--dtype",
        "--rerank",
        "--models-from",
        "--static-model",
        "--curation",
        "--no-adapt",
        "--max-files",
        "--keep",
        "--strict",
        "--force",
        "--config",
        "--json",
        "--quiet",
        "--no-color",
        "--help",
      ]
    `);
  });

  it("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await runCli(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("a wrong command line", () => {
  it.each([
    ["an unknown command", ["indx"], "Did you mean index?"],
    ["an unknown flag", ["index", "dist", "--preicsion", "int8"], "Did you mean --precision?"],
    ["a value that is no choice", ["index", "dist", "--precision", "int4"], "Allowed choices are int8, float32"],
    ["a number that is none", ["index", "dist", "--chunk-tokens", "many"], "Expected a whole number, 8 or more."],
    ["a share out of range", ["search", "x", "--semantic-weight", "30"], "Expected a number from 0 to 1."],
    ["a filter without a value", ["search", "x", "--filter", "section"], "Expected name=value."],
    ["a missing query", ["search"], "missing required argument 'query'"],
    ["no command", [], "Usage: semantic-search"],
  ])("%s exits with 2 and says what is wrong", async (_name, argv, message) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
  });

  it("is answered in JSON with --json", async () => {
    const { code, stdout, stderr } = await runCli(["index", "dist", "--preicsion", "int8", "--json"]);
    expect(code).toBe(2);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "bad-option",
        message: "unknown option '--preicsion' (Did you mean --precision?)",
        remedy: "Run semantic-search --help to see what there is.",
      },
    });
  });
});
