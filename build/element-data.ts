/**
 * Writes what editors and documentation tools want to know about the elements into `dist/`, from their source:
 * custom-elements.json, web-types.json for JetBrains' editors, and VS Code's custom data for HTML and CSS.
 * Run by `npm run build`; two runs write the same bytes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
// @ts-expect-error: its types lack them.
import { create, ts } from "@custom-elements-manifest/analyzer";
// @ts-expect-error: has no types.
import { litPlugin } from "@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js";
import type {
  Attribute,
  ClassDeclaration,
  ClassField,
  CustomElement,
  Module,
  Package,
} from "custom-elements-manifest/schema.d.ts";
import { SemanticSearchElement } from "../src/element.ts";

type ElementClass = CustomElement & ClassDeclaration;

/** Per element: the entry that defines it, then its class. */
const SOURCES = [
  ["src/element.ts", "src/ui/semantic-search-element.ts"],
  ["src/related.ts", "src/related/semantic-related-element.ts"],
];

/** Its values from the start are defaults that the analyzer cannot find: the constructor assigns all of them at once. */
const FRESH = new SemanticSearchElement();

const ROOT = new URL("../", import.meta.url);

const { name, version } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
const manifest = readManifest();
const elements = manifest.modules.flatMap(({ declarations = [] }) => declarations as ElementClass[]);

write("custom-elements.json", manifest);
write("web-types.json", webTypes());
write("vscode.html-custom-data.json", { version: 1.1, tags: elements.map(htmlTag) });
write("vscode.css-custom-data.json", { version: 1.1, ...cssEntries("::part") });

/** The analyzer's manifest, without what is private, and with the paths that the package has. */
function readManifest(): Package {
  const modules = SOURCES.flat().map((file) =>
    ts.createSourceFile(file, readFileSync(fileURLToPath(new URL(file, ROOT)), "utf8"), ts.ScriptTarget.ES2022, true),
  );
  const { schemaVersion, modules: found }: Package = create({ modules, plugins: litPlugin() });
  const text = JSON.stringify({ schemaVersion, modules: found.map(publicPart) });
  return JSON.parse(text.replace(/"\/?src\/([^"]*)\.ts"/g, '"dist/$1.js"'));
}

function publicPart({ declarations = [], exports = [], ...module }: Module): Module {
  const classes = (declarations as ElementClass[]).map(({ members = [], attributes = [], ...declaration }) => ({
    ...declaration,
    attributes: attributes.map(withDefault),
    members: members.filter(({ name, privacy = "public" }) => privacy === "public" && !name.startsWith("#")),
  }));
  // An entry's others are types, or declared elsewhere.
  const own = classes.map(({ name }) => name);
  const values = exports.filter(({ kind, name }) => kind === "custom-element-definition" || own.includes(name));
  return { ...module, declarations: classes, exports: values };
}

function withDefault(attribute: Attribute): Attribute {
  const value = FRESH[attribute.fieldName as keyof SemanticSearchElement];
  return { default: JSON.stringify(value), ...attribute };
}

function webTypes(): object {
  const { properties, pseudoElements } = cssEntries("part");
  return {
    $schema: "https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json",
    name,
    version,
    "description-markup": "markdown",
    "js-types-syntax": "typescript",
    contributions: {
      html: { elements: elements.map(webTypesElement) },
      css: { properties, "pseudo-elements": pseudoElements },
    },
  };
}

function webTypesElement({ tagName, description, attributes = [], slots = [], events = [], ...element }: ElementClass) {
  return {
    name: tagName,
    description,
    attributes: attributes.map(({ name, description, type, default: value }) => ({
      name,
      description,
      value: { type: type?.text, default: value },
    })),
    slots: slots.map(({ name, description }) => ({ name, description })),
    js: {
      properties: fields(element).map(({ name, description, type }) => ({ name, description, type: type?.text })),
      events: events.map(({ name, description, type }) => ({ name, description, type: type.text })),
    },
  };
}

function htmlTag({ tagName, description, attributes = [] }: ElementClass) {
  return {
    name: tagName,
    description: { kind: "markdown", value: description },
    attributes: attributes.map(htmlAttribute),
  };
}

/** Its values are what the editor offers; `v` is VS Code's name for an attribute that needs none. */
function htmlAttribute({ name, description, type }: Attribute) {
  const values = [...(type?.text ?? "").matchAll(/"([^"]+)"/g)].map(([, value]) => ({ name: value }));
  const isBoolean = type?.text === "boolean";
  return {
    name,
    description: { kind: "markdown", value: description },
    ...(isBoolean && { valueSet: "v" }),
    ...(values.length > 0 && { values }),
  };
}

/** Custom properties and parts of all elements, each once. */
function cssEntries(part: string) {
  return {
    properties: mergedEntries("cssProperties"),
    pseudoElements: mergedEntries("cssParts").map((entry) => ({ ...entry, name: `${part}(${entry.name})` })),
  };
}

/** What several elements have is described for each of them. */
function mergedEntries(key: "cssProperties" | "cssParts") {
  const entries = elements.flatMap(({ tagName, [key]: own = [] }) => own.map((entry) => ({ ...entry, tagName })));
  const names = new Set(entries.map(({ name }) => name));
  return Array.from(names, (name) => {
    const same = entries.filter((entry) => entry.name === name);
    const described = same.map(({ tagName, description }) => `\`<${tagName}>\`: ${description}`).join("\n\n");
    return { name, description: same.length > 1 ? described : same[0]?.description };
  });
}

function fields({ members = [] }: Pick<ElementClass, "members">): ClassField[] {
  return members.filter((member): member is ClassField => member.kind === "field" && !member.static);
}

function write(file: string, data: object): void {
  writeFileSync(new URL(`dist/${file}`, ROOT), `${JSON.stringify(data, null, 2)}\n`);
}
