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

const FRENCH = [page("fr/", "Réglages", { "": "Une préférence de l'utilisateur." }, { language: "fr" })];

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

  it("may have letters in each other's place, and another ending than on the site", async () => {
    const heating = await open([page("heat/", "Heating", { "Bleed the radiators": "Open each valve in autumn." })]);
    expect(await meant(heating, "radaitor")).toEqual(spelled("radiators"));
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

  it("are known by the word, however little a stemmer leaves of it", async () => {
    const pages = [page("a/", "Search by meaning", { Settings: "An image is set here.", "": "It means much." })];
    const backend = await open(pages);
    for (const [query, right] of [
      ["meening", "meaning"],
      ["imgae", "image"],
      ["setings", "settings"],
    ]) {
      expect(await meant(backend, query as string), query).toEqual(spelled(right as string));
    }
  });

  it("are given as a phrase of the site has them, where the first texts with a term have other forms", async () => {
    const other = ["a/", "b/", "c/"].map((path) => page(path, "Page", { "": "One can configure it, or refer to it." }));
    const backend = await open([
      ...other,
      page("d/", "About", { "The configuration": "Read it.", References: "All." }),
    ]);
    expect(await meant(backend, "configuraton")).toEqual(spelled("configuration"));
    // Its stem is far from that of the right word.
    expect(await meant(backend, "refernces")).toEqual(spelled("references"));
  });

  it("take few files, however many words are as near", async () => {
    const words = ["a", "e", "i", "o", "u", "y", "r", "l"].map((letter) => `b${letter}ndz`);
    const pages = words.map((word, i) => page(`${i}/`, `Page ${i}`, { "": `${`Text of ${i}. `.repeat(900)}${word}` }));
    const index = await MemoryIndex.build(pages, { related: false });
    const backend = await index.open();
    await backend.search("page", { limit: 1 });
    index.requests.length = 0;
    expect(await meant(backend, "bxndz", { limit: 1 })).toHaveLength(2);
    const texts = index.requests.filter((name) => name.startsWith("text/"));
    // One is that of the hit.
    expect(texts.length).toBeLessThanOrEqual(4);
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
    ["French without its accents", FRENCH, "prefernce", "préférence"],
    ["French", FRENCH, "préfrence", "préférence"],
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

  it("gives the titles of pages whose headings many have", async () => {
    const undo = [
      page("undo/", "Undo a change", { "See also": "Revert a mistake: take it back." }),
      page("back/", "Go back", { Examples: "Revert errors: undo mistakes." }),
    ];
    const others = Array.from({ length: 12 }, (_, i) =>
      page(`${i}/`, `Fruit ${i}`, { "See also": "Apples and pears." }),
    );
    const furnished = await open([...undo, ...others]);
    const queries = (list: Awaited<ReturnType<typeof meant>> = []) => list.map(({ query }) => query);
    expect(queries(await meant(furnished, "rollback", { limit: 2 })).sort()).toEqual(["Examples", "Undo a change"]);
    const twice = undo.map((each) => ({ ...each, sections: undo[0]?.sections ?? [] }));
    expect(queries(await meant(await open(twice), "rollback")).sort()).toEqual(["Go back", "Undo a change"]);
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
