import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import { parseBeir, parseQueryTable } from "../../src/evaluation/read-queries.ts";

const table = (text: string) => parseQueryTable({ name: "q.tsv", text });
const beir = (queries: string, qrels: string) =>
  parseBeir({ name: "queries.jsonl", text: queries }, { name: "qrels.tsv", text: qrels });

describe("a table of queries", () => {
  it("gathers the pages of a query, in the order of the file", () => {
    expect(table("log in\t/a/\nkeys\t/b/\t2\nlog in\t/c/\t0\n")).toEqual([
      {
        query: "log in",
        pages: [
          { url: "/a/", grade: 1, source: "q.tsv:1" },
          { url: "/c/", grade: 0, source: "q.tsv:3" },
        ],
      },
      { query: "keys", pages: [{ url: "/b/", grade: 2, source: "q.tsv:2" }] },
    ]);
  });

  it("passes over a byte order mark, comments, blank lines, a heading, carriage returns and stray spaces", () => {
    const text = "\uFEFF# ours\r\n\r\nQuery\tURL\tGrade\r\n  log   in \t /a/ \r\n   \r\n#x\ty\r\nlog in\t/a/";
    expect(table(text)).toEqual([{ query: "log in", pages: [{ url: "/a/", grade: 1, source: "q.tsv:4" }] }]);
  });

  it.each([
    ["spaces for a tab", "log in /a/", 'line 1: there is no tab between a query and a URL in "log in /a/"'],
    ["no query", "\t/a/", "line 1: the query is missing"],
    ["no URL", "log in\t ", 'line 1: the URL for "log in" is missing'],
    ["a word for a grade", "q\t/a/\tgood", 'line 1: expected a grade from 0 to 10 as a whole number, got "good"'],
    ["a grade out of range", "q\t/a/\t11", 'got "11"'],
    ["too many columns", "q\t/a/\t1\tx\ty", "line 1: expected 2 or 3 columns, got 5"],
    ["two grades for one", "q\t/a/\t1\nq\t/a/\t2", 'line 2: "/a/" has grade 2 here, but 1 at q.tsv:1'],
    ["nothing", "# only this\n", "there is no query with a right page"],
    ["only wrong pages", "q\t/a/\t0", 'all pages of the query "q" have grade 0'],
  ])("refuses %s, and says where", (_name, text, message) => {
    expect(failure(() => table(text))).toMatchObject({ code: "queries-invalid", file: "q.tsv" });
    expect(failure(() => table(text)).message).toContain(message);
    expect(failure(() => table(text)).remedy).toBeTruthy();
  });

  it("tells all wrong lines at once, but not without end", () => {
    const text = Array.from({ length: 9 }, (_, i) => (i === 2 ? "fine\t/a/" : `bad ${i}`)).join("\n");
    const { message } = failure(() => table(text));
    expect(message).toMatch(/^q\.tsv: line 1: .*; line 2: .*; line 4: .*; line 5: .*; line 6: .*; and 3 more\.$/);
  });

  it("reads anything or refuses it as a query file", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\t", "\n", "#", "1", '"', "\r", "\0", "é") }), (text) => {
        try {
          for (const { query, pages } of table(text)) {
            expect(query).toBe(query.trim());
            expect(pages.some(({ grade }) => grade > 0)).toBe(true);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: "queries-invalid" });
        }
      }),
    );
  });
});

describe("a BEIR set", () => {
  const QUERIES = '{"_id":"1","text":"log in","metadata":{}}\n{"_id":2,"text":"keys"}\n{"_id":"3","text":"unjudged"}\n';

  it("joins queries and judgments, and leaves out what is not judged", () => {
    const qrels = "query-id\tcorpus-id\tscore\n1\ta.html\t1\n2\tb\t2\n2\tc\t-1\n";
    expect(beir(QUERIES, qrels)).toEqual([
      { query: "log in", pages: [{ url: "a.html", grade: 1, source: "qrels.tsv:2" }] },
      {
        query: "keys",
        pages: [
          { url: "b", grade: 2, source: "qrels.tsv:3" },
          { url: "c", grade: 0, source: "qrels.tsv:4" },
        ],
      },
    ]);
  });

  it("needs no heading", () => {
    expect(beir(QUERIES, "1\ta\t1")).toHaveLength(1);
  });

  it.each([
    ["what is not JSON", "{", "1\ta\t1", "queries.jsonl: line 1: is not a JSON object"],
    ["a list", "[1]", "1\ta\t1", '"_id" is missing'],
    ["a query without an id", '{"text":"x"}', "1\ta\t1", '"_id" is missing'],
    ["a query without a text", '{"_id":"1"}', "1\ta\t1", '"text" is missing'],
    ["an id twice", `${QUERIES}{"_id":"1","text":"x"}`, "1\ta\t1", 'line 4: the _id "1" stood before'],
    ["an unknown query", QUERIES, "1\ta\t1\n9\ta\t1", 'qrels.tsv: line 2: queries.jsonl has no query "9"'],
    ["spaces for tabs", QUERIES, "1 0 a 1", "line 1: expected 3 columns with tabs between them, got 1"],
    ["a grade that is none", QUERIES, "1\ta\tyes", 'got "yes"'],
    ["nothing right", QUERIES, "1\ta\t0", "qrels.tsv: there is no query with a right page"],
  ])("refuses %s", (_name, queries, qrels, message) => {
    const error = failure(() => beir(queries, qrels));
    expect(error.code).toBe("queries-invalid");
    expect(error.message).toContain(message);
  });
});

function failure(run: () => unknown): SearchError {
  try {
    run();
  } catch (error) {
    if (error instanceof SearchError) return error;
    throw error;
  }
  throw new Error("It was expected to fail.");
}
