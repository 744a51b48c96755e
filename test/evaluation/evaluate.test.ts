import { describe, expect, it } from "vitest";
import { changedQueries } from "../../src/evaluation/changed-queries.ts";
import { type Evaluation, type EvaluationProgress, evaluate } from "../../src/evaluation/evaluate.ts";
import type { JudgedQuery } from "../../src/evaluation/read-queries.ts";
import { type Answers, fakeBackend } from "./fake-backend.ts";

const PATHS = ["a/", "b/", "c/", "d/"];
const QUERIES: JudgedQuery[] = [
  { query: "won", pages: [{ url: "/a/", grade: 1 }] },
  { query: "lost", pages: [{ url: "/b/", grade: 1 }] },
  {
    query: "alike",
    pages: [
      { url: "/c/", grade: 2 },
      { url: "/d/", grade: 1 },
    ],
  },
  { query: "nothing", pages: [{ url: "/d/", grade: 1 }] },
];
const ANSWERS: Answers = {
  won: { keyword: ["b/", "c/"], semantic: ["a/"], hybrid: ["a/", "b/"] },
  lost: { keyword: ["b/"], semantic: ["a/"], hybrid: ["a/", "b/"] },
  alike: { keyword: ["c/", "d/"], semantic: ["d/", "c/"], hybrid: ["c/", "d/"] },
};

describe("evaluate", () => {
  it("measures every system as computed by hand", async () => {
    const { systems, main, ndcg10 } = await evaluate(fakeBackend(ANSWERS), QUERIES, { paths: PATHS });
    expect(Object.keys(systems)).toEqual(["keyword", "semantic", "hybrid"]);
    expect(main).toBe("hybrid");
    // Second place is worth 1/log2(3); the graded pair in the wrong order (1 + 3/log2(3)) / (3 + 1/log2(3)).
    const second = 1 / Math.log2(3);
    const swapped = (1 + 3 * second) / (3 + second);
    expect(systems.keyword).toMatchObject({
      ndcg10: 2 / 4,
      mrr10: 2 / 4,
      recall1: 1.5 / 4,
      recall5: 2 / 4,
      nothingFound: 1,
    });
    expect(systems.semantic?.ndcg10).toBeCloseTo((1 + swapped) / 4, 10);
    expect(systems.hybrid?.ndcg10).toBeCloseTo((1 + second + 1) / 4, 10);
    expect(systems.hybrid).toMatchObject({ mrr10: 2.5 / 4, recall1: 1.5 / 4, recall5: 3 / 4, recall10: 3 / 4 });
    expect(ndcg10).toBe(systems.hybrid?.ndcg10);
  });

  it("tells query by query who won", async () => {
    const { queries, comparison } = await evaluate(fakeBackend(ANSWERS), QUERIES, { paths: PATHS });
    expect(comparison).toMatchObject({ wins: 1, losses: 1, ties: 2, verdict: "too-few" });
    expect(changedQueries(queries, "wins").map(({ query }) => query)).toEqual(["won"]);
    expect(changedQueries(queries, "losses").map(({ query }) => query)).toEqual(["lost"]);
    expect(queries.map(({ systems }) => [systems.keyword?.rank, systems.hybrid?.rank])).toEqual([
      [null, 1],
      [1, 2],
      [1, 1],
      [null, null],
    ]);
    expect(queries[0]?.systems.keyword?.paths).toEqual(["b/", "c/"]);
  });

  it.each([
    ["better", ["x/", "a/"], ["a/"], 12, "better"],
    ["worse", ["a/"], ["x/", "a/"], 12, "worse"],
    ["alike", ["a/"], ["a/"], 12, "none"],
    ["better, but seldom asked", ["x/", "a/"], ["a/"], 9, "too-few"],
  ] as const)("calls a hybrid that is always %s so", async (_name, keyword, hybrid, count, verdict) => {
    const names = Array.from({ length: count }, (_, i) => `q${i}`);
    const answers = Object.fromEntries(names.map((name) => [name, { keyword, hybrid }]));
    const queries = names.map((query) => ({ query, pages: [{ url: "a/", grade: 1 }] }));
    const { comparison } = await evaluate(fakeBackend(answers), queries, { paths: PATHS });
    expect(comparison?.verdict).toBe(verdict);
  });

  it("calls a difference within the interval none", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `q${i}`);
    const order = [["a/"], ["x/", "a/"]];
    const answers = Object.fromEntries(
      names.map((name, i) => [name, { keyword: order[i % 2] ?? [], hybrid: order[(i + (i < 2 ? 0 : 1)) % 2] ?? [] }]),
    );
    const queries = names.map((query) => ({ query, pages: [{ url: "a/", grade: 1 }] }));
    const { comparison } = await evaluate(fakeBackend(answers), queries, { paths: PATHS });
    expect(comparison?.verdict).toBe("none");
    expect(comparison?.ndcg10.low).toBeLessThan(0);
    expect(comparison?.ndcg10.high).toBeGreaterThan(0);
  });

  it("compares nothing in an index without vectors", async () => {
    const modes = new Set<unknown>();
    const backend = fakeBackend(ANSWERS, { hasSpace: false, onSearch: (_, mode) => modes.add(mode) });
    const found = await evaluate(backend, QUERIES, { paths: PATHS });
    expect(found).toMatchObject({ main: "keyword", comparison: null, cold: null });
    expect(Object.keys(found.systems)).toEqual(["keyword"]);
    expect(found.queries[0]?.difference).toBeNull();
    expect([...modes]).toEqual(["keyword"]);
  });

  it("counts pages that are not in the index as never found, unless told to skip them", async () => {
    const queries = [...QUERIES.slice(0, 1), { query: "alike", pages: [{ url: "/gone/", grade: 1 }] }];
    const strict = await evaluate(fakeBackend(ANSWERS), queries, { paths: PATHS });
    expect([strict.ndcg10, strict.missing.length, strict.skipped]).toEqual([0.5, 1, []]);
    const lenient = await evaluate(fakeBackend(ANSWERS), queries, { paths: PATHS, skipMissing: true });
    expect([lenient.ndcg10, lenient.missing.length, lenient.skipped]).toEqual([1, 1, ["alike"]]);
  });

  it.each([false, true])("refuses queries of another site (skipMissing %s)", async (skipMissing) => {
    const queries = [{ query: "won", pages: [{ url: "/other/", grade: 1 }] }];
    await expect(evaluate(fakeBackend(ANSWERS), queries, { paths: PATHS, skipMissing })).rejects.toMatchObject({
      code: "queries-invalid",
    });
  });

  it("gives no figures for an index that cannot be consulted whole", async () => {
    const warnings = [{ part: "semantic", error: { code: "file-missing", message: "model.bin is missing." } }] as const;
    await expect(evaluate(fakeBackend(ANSWERS, { warnings }), QUERIES, { paths: PATHS })).rejects.toMatchObject({
      code: "file-missing",
    });
  });

  it("opens the index afresh for at most twenty queries, evenly taken", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `q${i}`);
    const queries = names.map((query) => ({ query, pages: [{ url: "a/", grade: 1 }] }));
    const asked: string[] = [];
    const openCold = async () => ({
      backend: fakeBackend({}, { onSearch: (query) => void asked.push(query) }),
      read: () => ({ bytes: 1000 * asked.length, files: 3 }),
    });
    const { cold } = await evaluate(fakeBackend({}), queries, { paths: PATHS, openCold });
    expect(asked).toHaveLength(20);
    expect(asked.slice(0, 4)).toEqual(["q0", "q2", "q5", "q7"]);
    expect(cold).toEqual({ queries: 20, bytes: { median: 10_500, p95: 19_050 }, files: { median: 3, p95: 3 } });
  });

  it("tells how far it is", async () => {
    const seen: EvaluationProgress[] = [];
    const openCold = async () => ({ backend: fakeBackend(ANSWERS), read: () => ({ bytes: 0, files: 0 }) });
    await evaluate(fakeBackend(ANSWERS), QUERIES, { paths: PATHS, openCold, onProgress: (event) => seen.push(event) });
    expect(seen.map(({ phase, done, total }) => `${phase} ${done}/${total}`)).toEqual(
      ["ask", "weigh"].flatMap((phase) => [0, 1, 2, 3, 4].map((done) => `${phase} ${done}/4`)),
    );
  });

  it("stops when told to, between two queries", async () => {
    const controller = new AbortController();
    const asked: string[] = [];
    const backend = fakeBackend(ANSWERS, { onSearch: (query) => void asked.push(query) });
    setTimeout(() => controller.abort());
    const many = Array.from({ length: 500 }, () => QUERIES).flat();
    await expect(evaluate(backend, many, { paths: PATHS, signal: controller.signal })).rejects.toThrow();
    expect(asked.length).toBeLessThan(many.length);
  });

  it("is the same every time but for the milliseconds", async () => {
    const run = async () => withoutTimes(await evaluate(fakeBackend(ANSWERS), QUERIES, { paths: PATHS }));
    expect(await run()).toEqual(await run());
  });
});

function withoutTimes({ systems, ...rest }: Evaluation): unknown {
  return { ...rest, systems: Object.entries(systems).map(([mode, { ms: _, ...scores }]) => [mode, scores]) };
}
