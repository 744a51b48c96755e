import { beforeAll, describe, expect, it } from "vitest";
import type { SearchBackend } from "../../src/core/search.ts";
import { indexSite, openIndex } from "../../src/node.ts";
import { writeDemoSite } from "./demo-site.ts";

/** Questions in other words than those of the page that answers them. */
const QUESTIONS: readonly (readonly [question: string, path: string])[] = [
  ["can anyone see what people type?", "privacy/"],
  ["make it match my brand", "theming/"],
];

describe("the documentation's own index", () => {
  let backend: SearchBackend;

  beforeAll(async () => {
    const { out } = await indexSite({ dir: await writeDemoSite() });
    backend = await openIndex(out);
    return () => backend.close();
  });

  it.each(QUESTIONS)("answers “%s” by %s", async (question, path) => {
    const { hits, warnings } = await backend.search(question, { limit: 3 });
    expect(warnings).toEqual([]);
    expect(hits.map((hit) => hit.path)).toContain(path);
  });
});
