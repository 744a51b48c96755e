import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** What a room may import. Itself always; `types` only by `import type`. */
interface RoomRules {
  /** Rooms, or single files of a room. */
  readonly rooms?: readonly string[];
  readonly types?: readonly string[];
  /** Packages, and `node:` for the built-in modules. */
  readonly packages?: readonly string[];
}

/** One import of a file; its target is a file of `src/`, a package, or `node:`. */
interface Import {
  readonly file: string;
  readonly from: string;
  readonly room: string;
  readonly target: string;
  readonly kind: "room" | "package";
  readonly typeOnly: boolean;
}

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** DESIGN.md, "Rooms and who may import whom". A file directly in `src/` is an entry, and its own room. */
const RULES: Readonly<Record<string, RoomRules>> = {
  core: {},
  text: {
    rooms: ["core"],
    packages: [
      "css-select",
      "domhandler",
      "domutils",
      "github-slugger",
      "htmlparser2",
      "marked",
      "stemmer",
      "valibot",
      "yaml",
    ],
  },
  embed: { rooms: ["core"] },
  vectors: { rooms: ["core"] },
  keyword: { rooms: ["core"] },
  engine: { rooms: ["core", "text", "embed", "vectors", "keyword"], packages: ["valibot"] },
  backend: { rooms: ["core"] },
  ui: { rooms: ["core/errors.ts"], types: ["core"], packages: ["lit"] },
  indexer: {
    rooms: ["core", "text", "keyword", "vectors"],
    types: ["embed", "engine/reader.ts"],
    packages: ["node:", "html-encoding-sniffer", "tinyglobby", "valibot"],
  },
  training: { rooms: ["core", "text", "embed", "vectors"], packages: ["node:"] },
  evaluation: { rooms: ["core"] },
  tuning: {
    rooms: ["core", "text", "embed", "engine", "indexer", "evaluation", "training"],
    packages: ["node:"],
  },
  cli: {
    rooms: ["core", "evaluation/changed-queries.ts", "node.ts"],
    types: ["indexer", "evaluation", "tuning"],
    packages: ["node:", "cli-progress", "commander", "jiti", "picocolors", "sirv", "valibot"],
  },
  "index.ts": { rooms: ["core", "text", "engine", "backend"] },
  "element.ts": { rooms: ["core", "backend", "ui"] },
  "worker.ts": { rooms: ["backend", "engine"] },
  "node.ts": {
    rooms: ["core", "cli/config.ts", "embed", "engine", "evaluation", "indexer", "tuning"],
    packages: ["node:"],
  },
  "cli.ts": { rooms: ["cli", "node.ts"], packages: ["node:"] },
};

/** What each entry exports: whoever changes a list here changes the package's API. */
const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  "index.ts": `
    Embedder EmbedderInfo ErrorCode Excerpt Explanation FacetCounts FusionBalance FusionMethod IndexInfo KeywordField
    LoadProgress LoadSpaceOptions LoadedSpace OpenEngineOptions PageHit Passage QueryEmbedding QueryShape RankedScore
    SearchBackend SearchError SearchMode SearchOptions SearchResults SearchWarning SearchWeights SectionHit
    SimilarOptions SpaceDownload SpaceInfo SpaceProgress TextRange WorkerBackend WorkerBackendOptions openEngine`,
  "node.ts": `
    BeforeAndAfter Block BlockKind BuildIndexOptions BuildProgress BuildSpace BuiltIndex ColdCost Comparison
    ConfigContext ConfigExport Embedder EmbedderInfo ErrorCode EvaluateIndexOptions Evaluation EvaluationProgress
    Excerpt Explanation FacetCounts FusionBalance FusionMethod FusionParams HeldOutScore IndexInfo IndexReport
    IndexSiteOptions IndexSummary Interval JudgedPage JudgedQuery KeywordField LoadProgress LoadQueriesOptions
    LoadSpaceOptions LoadedSpace MakeSpace MatchedPage Measure MissingPage PageDocument PageHit Passage QueryEmbedding
    QueryReport QueryShape RankedScore Ranking ReadOptions ReportOptions Scores SearchBackend SearchConfig SearchError
    SearchMode SearchOptions SearchResults SearchWeights Section SectionHit SimilarOptions SkipReason SkippedPage
    SourceKind SpaceDownload SpaceInfo SpaceProgress Spread SystemReport TextRange TuneOptions TuneProgress TuneReport
    adaptedSpace buildIndex defineConfig evaluateIndex indexSite inspectIndex loadQueries loadStaticModel openIndex
    reportHtml staticSpace tuneSite`,
  "element.ts": `
    BackendFactory ErrorEventDetail KeyCommand KeyMap ModelEventDetail Plural SearchEventDetail SearchProgress
    SelectEventDetail SemanticSearchAttributes SemanticSearchElement SemanticSearchEventMap ShellStrings Strings`,
  "worker.ts": "",
};

/** Packages that an entry brings into its bundle. */
const BUNDLED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "element.ts": ["lit"],
  "worker.ts": ["stemmer", "valibot"],
};

/** Files that wire rooms for the Node API; the rest of their room keeps to the rules above. */
const WIRING: Readonly<Record<string, RoomRules>> = {
  "evaluation/evaluate-index.ts": { rooms: ["core", "engine", "indexer", "text"], packages: ["node:"] },
  "evaluation/load-queries.ts": { rooms: ["core"], packages: ["node:"] },
  "evaluation/report-html.ts": { rooms: ["core"], packages: ["node:"] },
  "indexer/inspect-index.ts": { rooms: ["core", "engine"] },
  "indexer/load-model.ts": { rooms: ["core", "embed", "vectors"], packages: ["node:"] },
  "indexer/site-space.ts": { rooms: ["core", "embed", "vectors"], packages: ["node:"] },
  "indexer/open-index.ts": { rooms: ["core", "engine"], packages: ["node:"] },
};

let program: ts.Program | undefined;
const imports = listSources().flatMap(readImports);

describe("rooms", () => {
  it("are all in the rules", () => {
    const rooms = new Set(listSources().map(roomOf));
    expect([...rooms].filter((room) => !(room in RULES))).toEqual([]);
  });

  for (const [room, rules] of Object.entries(RULES)) {
    it(`${room} imports only what it may`, () => {
      const wrong = imports.filter((found) => found.room === room && !isAllowed(found, WIRING[found.file] ?? rules));
      expect(wrong.map(describeImport)).toEqual([]);
    });
  }
});

describe("entries", () => {
  for (const [entry, packages] of Object.entries(BUNDLED_PACKAGES)) {
    it(`${entry} reaches no package but ${packages.join(", ")}`, () => {
      expect(packagesReached(entry)).toEqual(packages);
    });

    it(`${entry}: THIRD-PARTY.md holds the licences of what it bundles`, () => {
      const notices = readFileSync(join(SRC, "../THIRD-PARTY.md"), "utf8");
      const headings =
        notices
          .match(/^### .*/gm)
          ?.join(" ")
          .split(/[ ,#]+/) ?? [];
      expect(packages.filter((name) => !headings.includes(name))).toEqual([]);
    });
  }

  for (const [entry, names] of Object.entries(PUBLIC_NAMES)) {
    it(`${entry} exports what it promises`, () => {
      expect(exportedNames(entry)).toEqual(names.split(/\s+/).filter(Boolean));
    });
  }
});

/** Names of types and values, sorted. */
function exportedNames(entry: string): string[] {
  program ??= ts.createProgram(
    Object.keys(PUBLIC_NAMES).map((name) => join(SRC, name)),
    { module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true, noEmit: true },
  );
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(SRC, entry));
  const symbol = source && checker.getSymbolAtLocation(source);
  return symbol
    ? checker
        .getExportsOfModule(symbol)
        .map(({ name }) => name)
        .sort()
    : [];
}

/** Packages that end up in the bundle of an entry: those imported as values by it and by what it imports. */
function packagesReached(entry: string): string[] {
  const packages = new Set<string>();
  const files = new Set([entry]);
  for (const file of files) {
    for (const { target, kind } of imports.filter((found) => found.file === file && !found.typeOnly)) {
      (kind === "package" ? packages : files).add(target);
    }
  }
  return [...packages].sort();
}

function isAllowed({ room, target, kind, typeOnly }: Import, { rooms = [], types = [], packages = [] }: RoomRules) {
  if (kind === "package") return packages.includes(target);
  return isWithin([room, ...rooms], target) || (typeOnly && isWithin(types, target));
}

function isWithin(rooms: readonly string[], file: string): boolean {
  return rooms.some((room) => file === room || file.startsWith(`${room}/`));
}

function describeImport({ file, from, target, typeOnly }: Import): string {
  return `src/${file} imports ${typeOnly ? "a type" : "a value"} from "${from}" (${target})`;
}

/** Source files relative to `src/`, with `/`. */
function listSources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.split(sep).join("/"))
    .sort();
}

function roomOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function readImports(file: string): Import[] {
  const path = join(SRC, file);
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier)
      found.push({
        file,
        room: roomOf(file),
        from: specifier,
        typeOnly: isTypeOnly(node),
        ...targetOf(file, specifier),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `import … from "x"`, `export … from "x"`, `import("x")`, in code and in types. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0]);
  return undefined;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteral(node) ? node.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { isTypeOnly, name, namedBindings } = node.importClause;
  if (isTypeOnly) return true;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

function targetOf(file: string, specifier: string): Pick<Import, "kind" | "target"> {
  if (specifier.startsWith("node:")) return { kind: "package", target: "node:" };
  if (!specifier.startsWith(".")) return { kind: "package", target: packageName(specifier) };
  return { kind: "room", target: posix.join(posix.dirname(file), specifier) };
}

/** `lit/directives/map.js` → `lit`, `@scope/name/x` → `@scope/name`. */
function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
