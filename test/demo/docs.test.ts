import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PropertyDeclarations } from "lit";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { configSchema } from "../../src/cli/config.ts";
import { STRICT_CSP } from "../../src/cli/site-server.ts";
import { ERROR_CODES } from "../../src/core/errors.ts";
import * as headless from "../../src/index.ts";
import * as node from "../../src/node.ts";
import { SemanticRelatedElement } from "../../src/related.ts";
import { DEFAULT_KEYS } from "../../src/ui/commands.ts";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { runCli } from "../cli/run-cli.ts";

const CONTENT = new URL("../../demo/content/", import.meta.url);
const PAGES = new Map(
  readdirSync(CONTENT).map((file) => [file.replace(".md", ""), readFileSync(new URL(file, CONTENT), "utf8")] as const),
);
const ALL = [...PAGES.values()].join("\n");
const ELEMENT_SOURCE = readFileSync(new URL("../../src/ui/semantic-search-element.ts", import.meta.url), "utf8");
/** Flags of other programs. */
const FOREIGN_FLAGS = ["--save-dev"];

describe("the documentation of the command line", async () => {
  const commands = ["index", "search", "inspect", "eval", "tune", "serve"];
  const help = await Promise.all(commands.map(async (command) => (await runCli([command, "--help"])).stdout));
  const flags = unique(help.flatMap((text) => text.match(/(?<=^ {2}(?:-\w, )?)--[a-z-]+/gm) ?? []));

  it("lists every flag that there is", () => {
    const listed = matches(page("cli"), /`(--[a-z-]+)/g);
    expect(flags.filter((flag) => !listed.includes(flag))).toEqual([]);
  });

  it("mentions no flag that there is not", () => {
    const negated = ["clean-urls", "strict", "force"].map((name) => `--no-${name}`);
    const known = [...flags, ...negated, "--help", "--version", ...FOREIGN_FLAGS];
    const mentioned = unique(ALL.match(/(?<![\w-])--(?!ss-)[a-z][a-z-]+/g) ?? []);
    expect(mentioned.filter((flag) => !known.includes(flag))).toEqual([]);
  });

  it("uses config keys that exist", () => {
    for (const [, body = ""] of ALL.matchAll(/defineConfig\((?:\(.*?\) => \()?\{([^;]*?)\}\)+;/g)) {
      for (const key of matches(body, /^ {2}(\w+):/gm)) expect(configSchema.entries).toHaveProperty(key);
    }
  });
});

describe("the documentation of the element", () => {
  const properties: PropertyDeclarations = SemanticSearchElement.properties;
  const attributes = Object.entries(properties).flatMap(([name, { attribute }]) =>
    attribute === false ? [] : [typeof attribute === "string" ? attribute : name.toLowerCase()],
  );

  it("lists the attributes", () => {
    expect(firstColumn(section("element", "Attributes"))).toEqual(attributes);
  });

  it("uses no others", () => {
    // Templates of frameworks are run by a test of their own.
    const html = [...PAGES].flatMap(([name, text]) => (name === "frameworks" ? [] : [text])).join("\n");
    const tags = matches(html, /<semantic-search\b([^>]*)>/g).join(" ");
    const used = unique(matches(tags.replace(/"[^"]*"/g, ""), /([a-z-]+)/g));
    expect(used.filter((name) => name !== "id" && !attributes.includes(name))).toEqual([]);
  });

  it.each([
    ["slot", "element", "Slots"],
    ["event", "events", ""],
    ["cssproperty", "theming", "Custom properties"],
  ])("lists every @%s", (tag, name, heading) => {
    const listed = firstColumn(heading ? section(name, heading) : page(name));
    expect(listed.sort()).toEqual(documented(tag).sort());
  });

  it("gives custom properties the defaults of the look that repeats them", () => {
    const look = readFileSync(new URL("../../demo/assets/looks/default.css", import.meta.url), "utf8");
    const rows = section("theming", "Custom properties").matchAll(/^\| `([^`]+)` \|[^|]*\| `([^`]+)`/gm);
    const given = Array.from(rows, ([, name, value]) => `  ${name}: ${value};`);
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((line) => !look.includes(line))).toEqual([]);
  });

  it("names the parts", () => {
    const named = matches(section("theming", "Parts"), /`([a-z-]+)`/g);
    const exist = documented("csspart");
    expect(exist.filter((part) => !named.includes(part))).toEqual([]);
    expect(named.filter((part) => !exist.includes(part))).toEqual([]);
  });

  it("names methods that exist, and the commands of the keys", () => {
    const methods = matches(section("element", "Methods"), /^\| `(\w+)\(/gm);
    for (const method of methods) expect(SemanticSearchElement.prototype).toHaveProperty(method);
    const [, commands = ""] =
      /^The commands of `keys` are (.*?)\./m.exec(section("element", "Keyboard shortcuts")) ?? [];
    expect(matches(commands, /`(\w+)`/g)).toEqual(Object.keys(DEFAULT_KEYS));
  });
});

describe("the documentation of related pages", () => {
  const source = readFileSync(new URL("../../src/related/semantic-related-element.ts", import.meta.url), "utf8");

  it("lists the attributes and events", () => {
    const attributes = firstColumn(section("related", "Attributes"));
    expect(attributes.sort()).toEqual([...SemanticRelatedElement.observedAttributes].sort());
    expect(firstColumn(section("related", "Events"))).toEqual(documented("event", source));
  });

  it.each(["cssproperty", "csspart", "slot"])("names every @%s", (tag) => {
    const named = matches(section("related", "Looks"), /`([a-z-]+)`/g);
    expect(documented(tag, source).filter((name) => !named.includes(name))).toEqual([]);
  });
});

describe("the rest of the documentation", () => {
  it("explains every error code", () => {
    expect(firstColumn(section("troubleshooting", "Error codes")).sort()).toEqual([...ERROR_CODES].sort());
  });

  it("imports what is exported", () => {
    const modules = { "semantic-search-element": headless, "semantic-search-element/node": node };
    for (const [specifier, exports] of Object.entries(modules)) {
      const names = matches(ALL, new RegExp(`import \\{([^}]*)\\} from "${specifier}"`, "g"))
        .flatMap((list) => list.split(","))
        .map((name) => name.trim());
      expect(names).not.toEqual([]);
      for (const name of names) expect(exports).toHaveProperty(name);
    }
  });

  it("shows a backend of the page's own that is one", () => {
    const [, backend] =
      /```js\ndocument.*\.backend = (\{[\s\S]*?\n\});\n```/.exec(section("api", "Another backend")) ?? [];
    expect(backend).toBeDefined();
    const type = 'import type { SearchBackend } from "./core/search.ts";';
    expect(typeErrors(`${type}\nexport const backend: SearchBackend = ${backend};`)).toEqual([]);
    expect(typeErrors(`${type}\nexport const backend: SearchBackend = {};`)).not.toEqual([]);
  });

  it("quotes the policy that serve --csp sends", () => {
    const [quoted = ""] = matches(page("privacy"), /```text\n(default-src[\s\S]*?)```/g);
    for (const directive of quoted.split(";")) expect(STRICT_CSP).toContain(directive.trim());
  });
});

/** What TypeScript says of a module in `src/`. */
function typeErrors(code: string): string[] {
  const file = fileURLToPath(new URL("../../src/example.ts", import.meta.url));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, target, ...rest) =>
    name === file ? ts.createSourceFile(name, code, target) : getSourceFile(name, target, ...rest);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

function page(name: string): string {
  const text = PAGES.get(name);
  if (text === undefined) throw new Error(`There is no page ${name}.`);
  return text;
}

/** What stands below a heading, up to the next one of its level. */
function section(name: string, heading: string): string {
  const [, text] = page(name).split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`${name} has no section ${heading}.`);
  return text.split("\n## ")[0] ?? "";
}

/** The code that begins each row of a table. */
function firstColumn(markdown: string): string[] {
  return matches(markdown, /^\| `([^`]+)`/gm);
}

/** Names behind a tag in the element's documentation comment. */
function documented(tag: string, source = ELEMENT_SOURCE): string[] {
  return matches(source, new RegExp(`^ \\* @${tag} (?:\\{[^}]*\\} )?([\\w-]+) - `, "gm"));
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, group = ""]) => group);
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
