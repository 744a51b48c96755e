import { beforeAll, describe, expect, it } from "vitest";
import type { PageDocument } from "../../src/core/document.ts";
import type { SearchBackend, SearchOptions, SearchResults } from "../../src/core/search.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { BuildIndexOptions } from "../../src/indexer/build-index.ts";
import { loadStaticModel, staticSpace } from "../../src/indexer/load-model.ts";
import { MemoryIndex, page } from "./memory-index.ts";

const ENGLISH = [
  page("deploy/", "Deployment", {
    "": "Upload the folder to any host. A deployment takes a minute.",
    "Roll back a release": "Upload the previous folder again to undo it.",
  }),
  page("config/", "Configuration", { "": "The configuration file lists the environment variables and a database." }),
  page("auth/", "Authentication", {
    "": "Authentication uses tokens. You receive a token by TypeScript or JavaScript.",
  }),
  page("k8s/", "Kubernetes", { "": "Kubernetes restarts what fails. Reach us from the house." }),
];
const GERMAN = [
  page(
    "start/",
    "Einführung",
    { "": "Die Installation dauert eine Minute. Änderungen sind möglich." },
    { language: "de" },
  ),
  page("haus/", "Häuser", { "": "Ein Kirchturm und eine Straßenbahn. Mehrere Tassen." }, { language: "de" }),
];
const JAPANESE = [
  page(
    "ja/",
    "インストール",
    { "": "パッケージをインストールします。データベースの設定を確認してください。" },
    { language: "ja" },
  ),
];
const CHINESE = [page("zh/", "安装指南", { "": "安装软件包,然后配置数据库。搜索引擎很快。" }, { language: "zh" })];
const POLISH = [page("pl/", "Instalacja", { "": "Instalacja programu. Konfiguracja bazy." }, { language: "pl" })];

let withModel: BuildIndexOptions;
beforeAll(async () => {
  withModel = { space: await staticSpace(await loadStaticModel()) };
});

const open = async (pages: readonly PageDocument[], options = withModel): Promise<SearchBackend> =>
  (await MemoryIndex.build(pages, options)).open();
const meant = async (backend: SearchBackend, query: string, options?: SearchOptions) =>
  (await backend.search(query, options)).didYouMean;
const spelled = (...queries: string[]) => queries.map((query) => ({ query, by: "spelling" }));

describe("words that are spelled wrong", () => {
  let english: SearchBackend;
  beforeAll(async () => {
    english = await open(ENGLISH);
  });

  it.each([
    ["kuberntes", "kubernetes"],
    ["configuraton file", "configuration file"],
    ["the  Enviroment, variables", "the  environment, variables"],
    ["authetication", "authentication"],
    ["recieve a token", "receive a token"],
    ["databse configuraton of", "database configuration of"],
    ["javascrpt or typscript", "javascript or typescript"],
    ["Javascrpt", "JavaScript"],
  ])("are given as the site has them: %s", async (query, expected) => {
    for (const asYouType of [false, true])
      expect(await meant(english, query, { asYouType })).toEqual(spelled(expected));
  });

  it.each([
    ["words of the site", "kubernetes configuration"],
    ["other forms of them", "configuring databases authenticated"],
    ["words that the model knows", "react horse"],
    ["a word being typed", "kuber"],
    ["a phrase in quotation marks", '"kuberntes"'],
    ["names and numbers", "kubernt3s useConfigraton 10001 databse2"],
    ["short words", "teh hous fil"],
    ["nothing that is near", "qwrtzuiop"],
    ["a query of nothing", "   "],
    ["too many of them", "kuberntes databse enviroment authetication"],
  ])("leave alone %s", async (_, query) => {
    const asYouType = query === "kuber";
    const found = (await meant(english, query, { asYouType })) ?? [];
    expect(found.filter(({ by }) => by === "spelling")).toEqual([]);
  });

  it("are told also where the index has no model", async () => {
    expect(await meant(await open(ENGLISH, {}), "kuberntes")).toEqual(spelled("kubernetes"));
    expect(await meant(english, "kuberntes", { mode: "keyword" })).toEqual(spelled("kubernetes"));
    expect(await meant(english, "kuberntes", { mode: "semantic" })).toBeUndefined();
  });

  it("are two at most where two are as near", async () => {
    const pages = [page("a/", "A", { "": "brand brand" }), page("b/", "B", { "": "brank brant" })];
    expect(await meant(await open(pages, {}), "branx")).toEqual(spelled("brand", "brank"));
  });

  it("are not told of a query that the site's curation knows", async () => {
    const pins = [{ query: "kuberntes", pages: ["deploy/"] }];
    const synonyms = [{ from: "databse", to: "configuration" }];
    const curated = await open(ENGLISH, { ...withModel, curation: { pins, synonyms } });
    expect(await meant(curated, "kuberntes")).toBeUndefined();
    expect(await meant(curated, "databse")).toBeUndefined();
    expect(await meant(curated, "authetication")).toEqual(spelled("authentication"));
  });

  it("are not told while results are on their way", async () => {
    const index = await MemoryIndex.build(ENGLISH, withModel);
    const engine = await Engine.open(async (name, options) => {
      if (/^(?:model|vectors)\//.test(name)) await new Promise((resolve) => setTimeout(resolve, 50));
      return index.read(name, options);
    });
    const partial: SearchResults[] = [];
    const results = await engine.search("configuraton file", { onPartial: (some) => partial.push(some) });
    expect(partial).toHaveLength(1);
    expect(partial[0]).not.toHaveProperty("didYouMean");
    expect(results.didYouMean).toEqual(spelled("configuration file"));
  });

  it("are not told when words could not be looked up", async () => {
    const index = await MemoryIndex.build(ENGLISH, withModel);
    for (const name of index.files.keys()) if (name.startsWith("terms/")) index.files.delete(name);
    const { warnings, didYouMean } = await (await index.open()).search("kubernetes deployment");
    expect(warnings.map(({ part }) => part)).toContain("keyword");
    expect(didYouMean).toBeUndefined();
  });
});

describe("in other languages", () => {
  it.each<[string, readonly PageDocument[], string, string]>([
    ["German", GERMAN, "Instalation", "Installation"],
    ["German without its umlauts", GERMAN, "einfuerung strasenbahn", "einführung straßenbahn"],
    ["Japanese", JAPANESE, "データベス", "データベース"],
    ["Polish", POLISH, "konfguracja", "konfiguracja"],
  ])("corrects %s", async (_, pages, query, expected) => {
    expect(await meant(await open(pages), query)).toEqual(spelled(expected));
  });

  it.each<[string, readonly PageDocument[], readonly string[]]>([
    ["German", GERMAN, ["Installationen", "Änderung", "Kirchtürme", "Tasche", "Haus", "Küche"]],
    ["Japanese", JAPANESE, ["インストール", "設定する", "確認", "検索エンジン", "東京都"]],
    ["Chinese", CHINESE, ["安装", "安裝指南", "数据仓库", "搜索", "卸载软件"]],
    ["Polish", POLISH, ["instalacji", "instalację", "konfiguracji", "programy"]],
  ])("has nothing against right %s", async (_, pages, queries) => {
    const backend = await open(pages, {});
    for (const query of queries) expect(await meant(backend, query), query).toBeUndefined();
  });
});

describe("no word of the site", () => {
  it("gives the headings of what is nearest in meaning", async () => {
    const backend = await open(ENGLISH);
    const query = "revert my mistake";
    const { hits, didYouMean = [] } = await backend.search(query);
    expect(hits.flatMap(({ sections }) => sections.map(({ match }) => match))).not.toContain("words");
    expect(didYouMean.map(({ by }) => by)).toEqual(["meaning", "meaning"]);
    const headings = ENGLISH.flatMap(({ title, sections }) => [title, ...sections.map(({ heading }) => heading)]);
    for (const { query: other } of didYouMean) expect(headings).toContain(other);
    expect(new Set(didYouMean.map(({ query: other }) => other)).size).toBe(didYouMean.length);
  });

  it("gives none that is long, none that is the query, and none for a query that the model does not know", async () => {
    const pages = [
      page("a/", "Roll back! And a title that goes on and on, so that nobody would type it", {
        "": "Upload it again.",
      }),
      page("b/", "Revert", { "": "Upload the folder again." }),
      page("c/", "Undo", { "": "Take it away." }),
    ];
    const backend = await open(pages);
    expect((await meant(backend, "rollback"))?.map(({ query }) => query).sort()).toEqual(["Revert", "Undo"]);
    expect(await meant(backend, "zzkqx vvwq")).toBeUndefined();
  });
});
