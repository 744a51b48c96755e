import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { SemanticSearchElement } from "../../src/element.ts";
import { SemanticRelatedElement } from "../../src/related.ts";

interface Entry {
  readonly name: string;
  readonly description?: string;
  readonly type?: { readonly text: string };
}

interface Declaration {
  readonly tagName: string;
  readonly name: string;
  readonly attributes: readonly (Entry & { readonly fieldName: string; readonly default: string })[];
  readonly members: readonly (Entry & {
    readonly kind: string;
    readonly static?: boolean;
    readonly readonly?: boolean;
  })[];
  readonly events: readonly Entry[];
  readonly slots: readonly Entry[];
  readonly cssParts: readonly Entry[];
  readonly cssProperties: readonly Entry[];
}

/** The elements that there are, and what their types are named after. */
const CLASSES = [
  { tagName: "semantic-search", type: "SemanticSearch", element: SemanticSearchElement },
  { tagName: "semantic-related", type: "SemanticRelated", element: SemanticRelatedElement },
];

const { modules } = readJson("custom-elements.json");
const declarations: readonly Declaration[] = modules.flatMap(
  (module: { declarations: Declaration[] }) => module.declarations,
);
const webTypes = readJson("web-types.json");
const htmlData = readJson("vscode.html-custom-data.json");
const cssData = readJson("vscode.css-custom-data.json");

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));

const program = ts.createProgram(
  ["ui/attributes.ts", "ui/events.ts", "related/semantic-related-element.ts"].map((file) => SRC + file),
  {
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
  },
);

it("lists the elements that there are", () => {
  expect(declarations.map(({ tagName }) => tagName)).toEqual(CLASSES.map(({ tagName }) => tagName));
  const defined = modules.flatMap(({ exports }: { exports: { kind: string; name: string }[] }) =>
    exports.filter(({ kind }) => kind === "custom-element-definition").map(({ name }) => name),
  );
  expect(defined).toEqual(CLASSES.map(({ tagName }) => tagName));
});

it("names files of the package", () => {
  for (const { path } of modules) expect(() => readFileSync(new URL(`../../${path}`, import.meta.url))).not.toThrow();
});

describe.each(CLASSES)("the manifest of <$tagName>", ({ tagName, type, element }) => {
  const declaration = declarationOf(tagName);
  const fields = declaration.members.filter((member) => member.kind === "field" && !member.static);

  it("has the attributes that the element observes", () => {
    expect(names(declaration.attributes)).toEqual([...element.observedAttributes].sort());
  });

  it("has the element's properties, and nothing private", () => {
    const settable = fields.filter((field) => !field.readonly);
    expect(names(settable)).toEqual(settersOf(element));
    for (const { name } of declaration.members) expect(name).toMatch(/^[a-z]/);
    for (const { name, kind } of declaration.members)
      if (kind === "method") expect(element.prototype).toHaveProperty(name);
  });

  it("has the defaults that an element has", () => {
    // There are no attributes outside of a browser.
    const fresh = Object.assign(new element(), { getAttribute: () => null, hasAttribute: () => false });
    expect(names(declaration.attributes.filter(({ default: text }) => text === undefined))).toEqual([]);
    for (const { fieldName, default: text } of declaration.attributes) {
      expect(fresh).toHaveProperty(fieldName, JSON.parse(text));
    }
  });

  it("has the events of the event map, with their types", () => {
    expect(names(declaration.events)).toEqual(
      propertiesOf(`${type}EventMap`)
        .map(({ name }) => name)
        .sort(),
    );
    for (const { name, typeText } of propertiesOf(`${type}EventMap`)) {
      expect(declaration.events.find((event) => event.name === name)?.type?.text).toBe(typeText);
    }
  });

  it("agrees with the types for templates", () => {
    expect(
      propertiesOf(`${type}Attributes`)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names(declaration.attributes));
    const settable = fields.filter((field) => !field.readonly);
    expect(
      propertiesOf(`${type}Properties`)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names(settable));
  });

  it("describes everything", () => {
    const { attributes, events, slots, cssParts, cssProperties } = declaration;
    const bare = [...attributes, ...fields, ...events, ...slots, ...cssParts, ...cssProperties].filter(
      ({ description }) => !description,
    );
    expect(bare).toEqual([]);
  });

  it("is what the editors are told", () => {
    const tag = htmlData.tags.find(({ name }: Entry) => name === tagName);
    const { attributes, slots, js } = webTypes.contributions.html.elements.find(({ name }: Entry) => name === tagName);
    expect(names(tag.attributes)).toEqual(names(declaration.attributes));
    expect(names(attributes)).toEqual(names(declaration.attributes));
    expect(names(slots)).toEqual(names(declaration.slots));
    expect(names(js.events)).toEqual(names(declaration.events));
    expect(names(js.properties)).toEqual(names(fields));
  });
});

describe("the manifest of <semantic-search>", () => {
  const { slots, cssParts, cssProperties } = declarationOf("semantic-search");
  const sources = sourcesOf("ui");

  it("has the slots of the templates", () => {
    expect(names(slots)).toEqual(unique(matches(sources, /<slot name="([\w-]+)"/g)));
  });

  it("has the custom properties that the styles read", () => {
    // Some of the names are made from those of the palettes.
    const palettes = matches(sources, /paletteStyles\(\{([\s\S]*?)\n\}/g).join("\n");
    const palette = matches(palettes, /^ {2}(\w+):/gm);
    const read = [...matches(sources, /var\((--ss-[a-z-]+)/g), ...palette.map((name) => `--ss-${name}`)];
    expect(names(cssProperties)).toEqual(unique(read));
  });

  it("has the parts of the templates, and no others", () => {
    const used = [
      ...matches(sources, /\bpart="([^"]*)"/g).flatMap((value) => value.split(/\s+/)),
      ...matches(sources, /\[part~=([\w-]+)\]/g),
    ];
    const parts = names(cssParts);
    const [made, fixed] = [used.filter((part) => part.includes("$")), used.filter((part) => !part.includes("$"))];
    const isMade = (part: string) => made.some((template) => part.startsWith(template.split("$")[0] ?? ""));
    const isNamed = (part: string) => fixed.includes(part) || new RegExp(`["\` ]${part}["\` ]`).test(sources);
    expect(fixed.filter((part) => !parts.includes(part))).toEqual([]);
    expect(made.filter((template) => !parts.some((part) => part.startsWith(template.split("$")[0] ?? "")))).toEqual([]);
    expect(parts.filter((part) => !isNamed(part) && !isMade(part))).toEqual([]);
  });

  it("has the themes, for editors to offer", () => {
    const tag = htmlData.tags.find(({ name }: Entry) => name === "semantic-search");
    const theme = tag.attributes.find(({ name }: Entry) => name === "theme");
    expect(names(theme.values)).toEqual(["auto", "dark", "light"]);
  });
});

describe("the manifest of <semantic-related>", () => {
  const { slots, cssParts, cssProperties } = declarationOf("semantic-related");
  const sources = sourcesOf("related");

  it("has the slots that are made", () => {
    expect(names(slots)).toEqual(unique(matches(sources, /\bslot\.name = "([\w-]+)"/g)));
  });

  it("has the custom properties that the styles read", () => {
    expect(names(cssProperties)).toEqual(unique(matches(sources, /var\((--ss-[a-z-]+)/g)));
  });

  it("has the parts that are made, and no others; so do the styles", () => {
    const made = unique(matches(sources, /\brender\("\w+", "([\w-]+)"/g));
    expect(names(cssParts)).toEqual(made);
    expect(made).toEqual(expect.arrayContaining(matches(sources, /\[part=([\w-]+)\]/g)));
  });
});

describe("the manifest", () => {
  const all = (key: "cssParts" | "cssProperties") => unique(declarations.flatMap((one) => names(one[key])));

  it("is what the editors are told about CSS", () => {
    const { properties, "pseudo-elements": pseudoElements } = webTypes.contributions.css;
    expect(names(cssData.properties)).toEqual(all("cssProperties"));
    expect(names(properties)).toEqual(all("cssProperties"));
    expect(names(cssData.pseudoElements)).toEqual(all("cssParts").map((part) => `::part(${part})`));
    expect(names(pseudoElements)).toEqual(all("cssParts").map((part) => `part(${part})`));
  });

  it("is what the editors are told about CSS that several elements have", () => {
    for (const { name, description = "" } of declarations.flatMap(({ cssProperties }) => cssProperties)) {
      const told = cssData.properties.find((property: Entry) => property.name === name);
      expect(told.description).toContain(description);
    }
  });
});

function declarationOf(tagName: string): Declaration {
  return declarations.find((declaration) => declaration.tagName === tagName) as Declaration;
}

/** Of a folder in `src/`, without comments. */
function sourcesOf(folder: string): string {
  return readdirSync(SRC + folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`${SRC}${folder}/${file}`, "utf8"))
    .join("\n")
    .replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

/** Properties of an element that can be set. Lit adds its own to the prototype when it is asked what it observes. */
function settersOf({ prototype }: { readonly prototype: object }): string[] {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  return properties.flatMap(([name, { set }]) => (set ? name : [])).sort();
}

/** Properties of an exported type, each with its type as written. */
function propertiesOf(name: string): { readonly name: string; readonly typeText: string }[] {
  const checker = program.getTypeChecker();
  const symbol = program
    .getSourceFiles()
    .filter(({ fileName }) => /\/src\/(ui|related)\//.test(fileName))
    .flatMap((file) => checker.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol))
    .find((exported) => exported.name === name);
  if (!symbol) throw new Error(`Nothing exports a type ${name}.`);
  return checker
    .getDeclaredTypeOfSymbol(symbol)
    .getProperties()
    .map((property) => ({
      name: property.name,
      typeText: checker.typeToString(checker.getTypeOfSymbol(property)),
    }));
}

function readJson(file: string) {
  return JSON.parse(readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8"));
}

function matches(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, group = ""]) => group);
}

function names(entries: readonly Entry[]): string[] {
  return entries.map(({ name }) => name).sort();
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}
