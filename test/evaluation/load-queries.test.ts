import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadQueries } from "../../src/evaluation/load-queries.ts";
import { tempFolder } from "../cli/temp-folder.ts";

const QUERIES = '{"_id":"1","text":"log in"}';
const LOG_IN = { query: "log in", pages: [{ url: "a", grade: 1 }] };

describe("loadQueries", () => {
  it("reads a table whatever its name", async () => {
    const dir = await tempFolder({ "queries.txt": "log in\ta" });
    expect(await loadQueries(join(dir, "queries.txt"))).toMatchObject([LOG_IN]);
  });

  it.each(["qrels.tsv", "qrels/test.tsv"])(
    "reads a BEIR set with its %s, by its folder or its queries",
    async (qrels) => {
      const dir = await tempFolder({ "queries.jsonl": QUERIES, [qrels]: "query-id\tcorpus-id\tscore\n1\ta\t1\n" });
      for (const path of [dir, join(dir, "queries.jsonl")]) expect(await loadQueries(path)).toMatchObject([LOG_IN]);
    },
  );

  it("reads the judgments that it is given", async () => {
    const dir = await tempFolder({ "queries.jsonl": QUERIES, "qrels/dev.tsv": "1\ta\t1", "qrels.tsv": "1\tb\t1" });
    const qrels = join(dir, "qrels/dev.tsv");
    for (const path of [dir, join(dir, "queries.jsonl")]) {
      expect(await loadQueries(path, { qrels })).toMatchObject([LOG_IN]);
    }
  });

  it("says which judgments there are to choose from", async () => {
    const dir = await tempFolder({ "queries.jsonl": QUERIES, "qrels/dev.tsv": "", "qrels/train.tsv": "" });
    await expect(loadQueries(dir)).rejects.toMatchObject({
      code: "not-found",
      remedy: "Name one of dev.tsv, train.tsv in its qrels folder with --qrels.",
    });
  });

  it("says what is not there", async () => {
    const dir = await tempFolder();
    await expect(loadQueries(join(dir, "none.tsv"))).rejects.toMatchObject({ code: "not-found" });
    await expect(loadQueries(dir)).rejects.toMatchObject({ code: "not-found" });
  });

  it("refuses what is no text", async () => {
    const dir = await tempFolder();
    for (const [name, bytes] of Object.entries({
      latin1: Buffer.from("caf\xE9\t/a/", "latin1"),
      utf16: Buffer.from("\uFEFFlog in\t/a/", "utf16le"),
    })) {
      await writeFile(join(dir, name), bytes);
      await expect(loadQueries(join(dir, name))).rejects.toMatchObject({
        code: "queries-invalid",
        message: `${name}: it is not text in UTF-8.`,
      });
    }
  });

  it("stops when told to", async () => {
    const dir = await tempFolder({ "q.tsv": "log in\ta" });
    await expect(loadQueries(join(dir, "q.tsv"), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});
