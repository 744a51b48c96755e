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
  /** By `import()`: when it is needed. */
  readonly isDynamic: boolean;
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
  embed: { rooms: ["core"], packages: ["@huggingface/tokenizers", "onnxruntime-web"] },
  vectors: { rooms: ["core"] },
  keyword: { rooms: ["core"] },
  related: {
    rooms: ["core", "embed/hash.ts", "text/extract-paths.ts", "ui/idle.ts", "ui/language-around.ts", "ui/stored.ts"],
    types: ["ui/events.ts"],
  },
  engine: {
    rooms: ["core", "text", "embed", "vectors", "keyword", "related/related-file.ts"],
    packages: ["valibot"],
  },
  backend: { rooms: ["core"] },
  ui: { rooms: ["core/errors.ts"], types: ["core"], packages: ["lit"] },
  frameworks: { types: ["ui", "related"], packages: ["react", "svelte", "vue"] },
  highlight: {},
  indexer: {
    rooms: ["core", "text", "keyword", "vectors", "related/related-file.ts"],
    types: ["embed", "engine/reader.ts"],
    packages: ["node:", "html-encoding-sniffer", "tinyglobby", "valibot", "yaml"],
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
  "related.ts": { rooms: ["related"], types: ["ui/events.ts"] },
  "highlight.ts": { rooms: ["highlight"], types: ["ui/events.ts"] },
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
    Correction Embedder EmbedderInfo ErrorCode Excerpt Explanation FacetCounts FusionBalance FusionMethod IndexInfo KeepOptions
    KeepProgress KeywordField LoadProgress LoadSpaceOptions LoadedSpace OpenEngineOptions PageHit Passage QueryEmbedding QueryShape RankedScore
    Redirect SearchBackend SearchError SearchMode SearchOptions SearchResults SearchWarning SearchWeights SectionHit
    SimilarOptions SortOrder SpaceDownload SpaceInfo SpaceProgress SuggestOptions Suggestion TextRange WorkerBackend WorkerBackendOptions openEngine`,
  "node.ts": `
    BeforeAndAfter Block BlockKind BuildIndexOptions BuildProgress BuildSpace BuiltIndex ColdCost Comparison
    ConfigContext ConfigExport Correction CuratedRedirect Curation Embedder EmbedderInfo ErrorCode EvaluateIndexOptions Evaluation EvaluationProgress
    Excerpt Explanation FacetCounts FusionBalance FusionMethod FusionParams HeldOutScore IndexInfo IndexReport
    IndexSiteOptions IndexSummary Interval JudgedPage JudgedQuery KeepOptions KeepProgress KeywordField LoadProgress
    LoadQueriesOptions LoadSpaceOptions LoadedSpace MakeSpace MatchedPage Measure MissingPage OneWaySynonym PageDocument PageHit
    Passage Pin QueryEmbedding QueryReport QueryShape RankedScore Ranking ReadOptions Redirect ReportOptions Scores SearchBackend
    SearchConfig SearchError SearchMode SearchOptions SearchResults SearchWeights Section SectionHit SimilarOptions
    SkipReason SkippedPage SortOrder SourceKind SpaceDownload SpaceInfo SpaceProgress Spread SuggestOptions Suggestion SystemReport TextRange TuneOptions
    TuneProgress TuneReport adaptedSpace buildIndex defineConfig evaluateIndex indexSite inspectIndex loadQueries
    loadStaticModel openIndex reportHtml staticSpace tuneSite`,
  "element.ts": `
    BackendFactory ErrorEventDetail HitToRender KeyCommand KeyMap ModelEventDetail Plural RenderHit SearchEventDetail SearchProgress
    SelectEventDetail SemanticSearchAttributes SemanticSearchElement SemanticSearchEventMap SemanticSearchProperties ShellStrings Strings`,
  "related.ts": `
    ErrorEventDetail RelatedPage RelatedSelectEventDetail SemanticRelatedAttributes SemanticRelatedElement
    SemanticRelatedEventMap SemanticRelatedProperties`,
  "highlight.ts": "",
  "worker.ts": "",
};

/** Packages that an entry brings into its bundle, and those that it loads when they are needed. */
const BUNDLED_PACKAGES: Readonly<
  Record<string, { readonly own: readonly string[]; readonly later: readonly string[] }>
> = {
  "element.ts": { own: ["lit"], later: [] },
  "related.ts": { own: [], later: [] },
  "highlight.ts": { own: [], later: [] },
  "worker.ts": { own: ["stemmer", "valibot"], later: ["@huggingface/tokenizers", "onnxruntime-web"] },
};

/** Files that wire rooms for the Node API; the rest of their room keeps to the rules above. */
const WIRING: Readonly<Record<string, RoomRules>> = {
  "evaluation/evaluate-index.ts": { rooms: ["core", "engine", "indexer", "text"], packages: ["node:"] },
  "evaluation/load-queries.ts": { rooms: ["core"], packages: ["node:"] },
  "evaluation/report-html.ts": { rooms: ["core"], packages: ["node:"] },
  "indexer/inspect-index.ts": { rooms: ["core", "engine"] },
  "indexer/load-model.ts": { rooms: ["core", "embed", "vectors"], packages: ["node:"] },
  "indexer/site-space.ts": { rooms: ["core", "embed", "vectors"], packages: ["node:"] },
  "indexer/site-encoder.ts": { rooms: ["core", "embed"], types: ["engine/open-encoder.ts"], packages: ["node:"] },
  "indexer/onnx-runtime-node.ts": { rooms: ["core", "embed"], packages: ["node:", "onnxruntime-web"] },
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
  for (const [entry, { own, later }] of Object.entries(BUNDLED_PACKAGES)) {
    it(`${entry} holds ${own.join(", ")}, loads ${later.join(", ") || "none"} later, and reaches no other package`, () => {
      expect(packagesReached(entry, { dynamic: false })).toEqual(own);
      expect(packagesReached(entry, { dynamic: true })).toEqual([...own, ...later].sort());
    });

    it(`${entry}: THIRD-PARTY.md holds the licences of what it bundles`, () => {
      const notices = readFileSync(join(SRC, "../THIRD-PARTY.md"), "utf8");
      const headings =
        notices
          .match(/^### .*/gm)
          ?.join(" ")
          .split(/[ ,#]+/) ?? [];
      expect([...own, ...later].filter((name) => !headings.includes(name))).toEqual([]);
    });
  }

  it("worker.ts reaches none but the right builds of ONNX Runtime", () => {
    // The default one gives wrong numbers for models of 8 bits.
    const reached = filesReached("worker.ts", { dynamic: true });
    const builds = imports.filter((found) => found.target === "onnxruntime-web" && reached.has(found.file));
    expect([...new Set(builds.filter(({ typeOnly }) => !typeOnly).map(({ from }) => from))].sort()).toEqual([
      "onnxruntime-web/wasm",
      "onnxruntime-web/webgpu",
    ]);
    expect(builds.filter(({ typeOnly, isDynamic }) => !typeOnly && !isDynamic).map(describeImport)).toEqual([]);
  });

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

/** Whether what is imported when it is needed counts too. */
interface ReachOptions {
  readonly dynamic: boolean;
}

/** Packages that end up in the bundle of an entry: those imported as values by it and by what it imports. */
function packagesReached(entry: string, options: ReachOptions): string[] {
  const packages = new Set<string>();
  for (const file of filesReached(entry, options)) {
    for (const { target, kind } of valuesOf(file, options)) if (kind === "package") packages.add(target);
  }
  return [...packages].sort();
}

/** An entry, and all files that are imported as values by it and by what it imports. */
function filesReached(entry: string, options: ReachOptions): ReadonlySet<string> {
  const files = new Set([entry]);
  for (const file of files) {
    for (const { target, kind } of valuesOf(file, options)) if (kind === "room") files.add(target);
  }
  return files;
}

function valuesOf(file: string, { dynamic }: ReachOptions): Import[] {
  return imports.filter((found) => found.file === file && !found.typeOnly && (dynamic || !found.isDynamic));
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
        isDynamic: ts.isCallExpression(node),
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
