import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import type { SearchBackend, SearchMode } from "../../src/core/search.ts";
import { indexSite, openIndex } from "../../src/node.ts";
import type { SearchEventDetail } from "../../src/ui/events.ts";
import { writeDemoSite } from "./demo-site.ts";

/** Questions in other words than those of the page that answers them. */
const QUESTIONS: readonly (readonly [question: string, path: string])[] = [
  ["is anyone spying on users?", "privacy/"],
  ["is this safe against hackers?", "privacy/"],
  ["GDPR compliance", "privacy/"],
  ["which browsers are supported?", "element/"],
  ["localisation to german", "element/"],
  ["hotkeys", "element/"],
  ["night appearance", "theming/"],
  ["incremental rebuilds", "indexing/"],
  ["stale results after publishing", "troubleshooting/"],
  ["does it work for foreign languages?", "models/"],
  ["prove that search got better", "evaluation/"],
  ["competitors", "comparison/"],
];

/** What the curation suggests, with a page that answers it. */
const SUGGESTED: readonly (readonly [suggestion: string, path: string])[] = [
  ["how do I index my site", "indexing/"],
  ["change the colours", "theming/"],
  ["does it work offline", "offline/"],
  ["why is a page not found", "troubleshooting/"],
];

/** The listener under “What is searched and not found”. */
function onSearch(event: { detail: SearchEventDetail }, log: (...args: unknown[]) => void): void {
  const events = readFileSync(new URL("../../demo/content/events.md", import.meta.url), "utf8");
  const [, code = ""] = /^document\.addEventListener\("ss-search", ([\s\S]*?\n\})\);$/m.exec(events) ?? [];
  runInNewContext(`(${code})(event)`, { event, console: { log } });
}

describe("the documentation's own index", () => {
  let backend: SearchBackend;

  beforeAll(async () => {
    const { out } = await indexSite({ dir: await writeDemoSite() });
    backend = await openIndex(out);
    return () => backend.close();
  });

  const topPaths = async (question: string, mode: SearchMode) => {
    const { hits, warnings } = await backend.search(question, { limit: 3, mode });
    expect(warnings).toEqual([]);
    return hits.map((hit) => hit.path);
  };

  it.each(QUESTIONS)("answers “%s” by %s", async (question, path) => {
    expect(await topPaths(question, "hybrid")).toContain(path);
  });

  it("could not answer most of them by words alone", async () => {
    const found = await Promise.all(
      QUESTIONS.map(async ([question, path]) => (await topPaths(question, "keyword")).includes(path)),
    );
    expect(found.filter(Boolean).length).toBeLessThan(QUESTIONS.length / 2);
  });

  it("answers what its curation suggests, and has the pages that this pins", async () => {
    const curation = fileURLToPath(new URL("../../demo/curation.yaml", import.meta.url));
    const { out } = await indexSite({ dir: await writeDemoSite(), curation, strict: true });
    const curated = await openIndex(out);
    const { suggestions } = await curated.info();
    expect(suggestions).toEqual(SUGGESTED.map(([suggestion]) => suggestion));
    for (const [suggestion, path] of SUGGESTED) {
      const { hits } = await curated.search(suggestion, { limit: 3 });
      expect(
        hits.map((hit) => hit.path),
        suggestion,
      ).toContain(path);
    }
    expect((await curated.search("Install")).hits[0]).toMatchObject({ path: "start/", pinned: true });
    curated.close();
  });

  it("takes misspelt words for its own, and right ones for what they are", async () => {
    const meant = async (query: string) => (await backend.search(query)).didYouMean?.map((each) => each.query);
    expect(await meant("evaluaton of fitlers")).toEqual(["evaluation of filters"]);
    expect(await meant("synonims")).toEqual(["synonyms"]);
    for (const [question] of QUESTIONS) {
      const { didYouMean = [] } = await backend.search(question);
      expect(
        didYouMean.filter(({ by }) => by === "spelling"),
        question,
      ).toEqual([]);
    }
  });

  it("tells queries that it does not speak of by the listener that it recommends", async () => {
    const missed = async (query: string) => {
      const logged: unknown[] = [];
      onSearch({ detail: { query, results: await backend.search(query) } }, (...args) => logged.push(...args));
      return logged.includes(query);
    };
    for (const query of ["volcano", "zzyzx", "hydroponics"]) expect(await missed(query), query).toBe(true);
    for (const query of ["theming", "pasword", "how do I log in"]) expect(await missed(query), query).toBe(false);
    const { total } = await backend.search("volcano");
    expect(total).toBeGreaterThan(0);
  });

  it("answers the examples on the home page", () => {
    const home = readFileSync(new URL("../../demo/content/home.md", import.meta.url), "utf8");
    const [, list = ""] = /^examples:\n((?: {2}- .*\n)+)/m.exec(home) ?? [];
    const examples = Array.from(list.matchAll(/- (.*)/g), ([, example]) => example);
    expect(examples.length).toBeGreaterThan(3);
    const known = QUESTIONS.map(([question]) => question);
    expect(examples.filter((example) => !known.includes(example ?? ""))).toEqual([]);
  });
});
