import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Passage } from "../../src/core/embedder.ts";
import { HttpEmbedder, type HttpEmbedderOptions } from "../../src/embed/http-embedder.ts";
import { DIMS, type EmbeddingsServer, startEmbeddings, vectorOf } from "./http-server.ts";

let server: EmbeddingsServer;
beforeEach(async () => {
  server = await startEmbeddings();
});
afterEach(() => server.close());

const open = (options: Partial<HttpEmbedderOptions> = {}) =>
  HttpEmbedder.open({ url: server.url, model: "small", dims: DIMS, retryMs: 1, ...options });
const passage = (text: string): Passage => ({ title: "", headings: [], text });
const passages = (count: number) => Array.from({ length: count }, (_, i) => passage(`passage ${i}`));

function unit(vector: readonly number[]): number[] {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
function expectRows(rows: Float32Array, texts: readonly string[], dims = DIMS) {
  const expected = texts.flatMap((text) => unit(vectorOf(text, dims)));
  expect(rows).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(rows[i]).toBeCloseTo(value, 6);
}

describe("HttpEmbedder", () => {
  it("sends queries and passages with their prefixes, and gives unit vectors", async () => {
    const embedder = await open({ queryPrefix: "query: ", passagePrefix: "passage: " });
    const { vector, coverage } = await embedder.embedQuery("what is it");
    expectRows(vector, ["query: what is it"]);
    expect(coverage).toBe(1);
    const page = { title: "Title", headings: ["Title", "Heading"], text: "Text." };
    expectRows(await embedder.embedPassages([page]), ["passage: Title\nHeading\nText."]);
    expect(server.seen.map(({ path, body }) => [path, body])).toEqual([
      ["/v1/embeddings", { model: "small", input: ["query: what is it"], encoding_format: "float" }],
      ["/v1/embeddings", { model: "small", input: ["passage: Title\nHeading\nText."], encoding_format: "float" }],
    ]);
  });

  it("does not send blank texts, nor the whole of a pasted page", async () => {
    const embedder = await open();
    expect(await embedder.embedQuery(" \n")).toEqual({ vector: new Float32Array(DIMS), coverage: 0 });
    const rows = await embedder.embedPassages([passage("a"), passage("  "), passage("b")]);
    expect(rows.slice(DIMS, 2 * DIMS)).toEqual(new Float32Array(DIMS));
    expectRows(rows.slice(0, DIMS), ["a"]);
    expectRows(rows.slice(2 * DIMS), ["b"]);
    expect(await embedder.embedPassages([])).toEqual(new Float32Array());
    await embedder.embedQuery("x".repeat(100_000));
    expect(server.seen.map(({ body }) => body.input)).toEqual([["a", "b"], ["x".repeat(500)]]);
  });

  it.each([
    ["base64", { base64: true }],
    ["in another order", { reversed: true }],
    ["without numbers", { noIndex: true }],
  ])("understands answers that are %s", async (_, style) => {
    server.style = style;
    expectRows(await (await open()).embedPassages(passages(3)), ["passage 0", "passage 1", "passage 2"]);
  });

  it("sends as many texts at once as it may, and as many requests", async () => {
    const embedder = await open({ batchSize: 4, batchChars: 30, parallel: 3 });
    server.waitsFor = 3;
    const texts = ["1", "2", "3", "4", "5", "x".repeat(27), "y", "z", "w".repeat(99), "6"];
    expectRows(await embedder.embedPassages(texts.map(passage)), texts);
    const sent = server.seen.map(({ body }) => body.input.join()).sort();
    const batches = [["1", "2", "3", "4"], ["5", "x".repeat(27), "y", "z"], ["w".repeat(99)], ["6"]];
    expect(sent).toEqual(batches.map((batch) => batch.join()).sort());
    expect(server.mostAtOnce).toBe(3);
  });

  it("learns the length of vectors from the server, or asks for one", async () => {
    expect((await open({ dims: undefined })).info.dims).toBe(DIMS);
    const short = await open({ dims: undefined, dimensions: 4 });
    expect(short.info.dims).toBe(4);
    expectRows((await short.embedQuery("q")).vector, ["q"], 4);
    expect(server.seen.at(-1)?.body.dimensions).toBe(4);
  });

  it.each([
    ["", "/v1/embeddings"],
    ["/", "/v1/embeddings"],
    ["/v1/", "/v1/embeddings"],
    ["/a/embeddings", "/a/embeddings"],
  ])("completes the address %j", async (ending, path) => {
    await (await open({ url: server.url + ending })).embedQuery("q");
    expect(server.seen[0]?.path).toBe(path);
  });

  it("has a fingerprint that depends on what changes vectors, and on nothing else", async () => {
    const print = async (options: Partial<HttpEmbedderOptions>) => (await open(options)).info.fingerprint;
    const base = await print({});
    expect(base).toMatch(/^[0-9a-f]{32}$/);
    expect(await print({ url: "https://elsewhere.test", key: "secret", batchSize: 1, languages: ["en"] })).toBe(base);
    const others: Partial<HttpEmbedderOptions>[] = [
      { model: "large" },
      { dims: 5 },
      { dimensions: DIMS },
      { queryPrefix: "q" },
      { passagePrefix: "q" },
    ];
    const prints = await Promise.all(others.map(print));
    expect(new Set([base, ...prints]).size).toBe(others.length + 1);
  });

  it("sends its key, and shows it to nobody else", async () => {
    const embedder = await open({ key: "secret" });
    await embedder.embedQuery("q");
    expect(server.seen[0]?.authorization).toBe("Bearer secret");
    expect(JSON.stringify(embedder)).not.toContain("secret");
    await (await open()).embedQuery("q");
    expect(server.seen[1]?.authorization).toBeUndefined();
  });
});

describe("a server of vectors that fails", () => {
  it("is asked again after 429, 5xx and a broken connection, when it wants", async () => {
    server.faults.push({ status: 503 }, { drop: true }, { status: 429, headers: { "Retry-After": "1" } });
    const started = performance.now();
    expectRows((await (await open()).embedQuery("q")).vector, ["q"]);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(server.seen).toHaveLength(4);
  });

  it("is given up at last, in its own words", async () => {
    server.faults.push(...Array.from({ length: 3 }, () => ({ status: 500, body: { error: "out of memory" } })));
    await expect((await open({ retries: 2 })).embedQuery("q")).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining("out of memory"),
    });
    expect(server.seen).toHaveLength(3);
  });

  it.each([
    [401, { error: { message: "No key." } }, "denied", "Give the server's API key."],
    [404, { error: 'model "small" not found' }, "not-found", "ollama pull small"],
    [413, { error: "batch size 64 > maximum 32", error_type: "Validation" }, "bad-option", "shorter chunks"],
    [422, "inputs must have less than 512 tokens", "bad-option", "shorter chunks"],
  ])("with %i is not asked again", async (status, body, code, remedy) => {
    server.faults.push({ status, body });
    const words = typeof body === "string" ? body : typeof body.error === "string" ? body.error : body.error.message;
    await expect((await open()).embedQuery("q")).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
      remedy: expect.stringContaining(remedy),
    });
    expect(server.seen).toHaveLength(1);
  });

  it("may refuse the key", async () => {
    server.faults.push({ status: 401 });
    await expect((await open({ key: "secret" })).embedQuery("q")).rejects.toMatchObject({
      code: "denied",
      message: expect.not.stringContaining("secret"),
      remedy: "Check the key, and that it may use the model.",
    });
  });

  it("may not be there", async () => {
    const gone = await startEmbeddings();
    await gone.close();
    const nobody = await open({ url: gone.url, retryMs: 60_000 });
    await expect(nobody.embedQuery("q")).rejects.toMatchObject({
      code: "network",
      remedy: expect.stringContaining("ollama serve"),
    });
    await expect((await open({ url: "nowhere", retryMs: 60_000 })).embedQuery("q")).rejects.toMatchObject({
      code: "network",
    });
  });

  it.each([
    ["a page", "<!doctype html>"],
    ["null", "null"],
    ["no list", { data: {} }],
    ["too few", { data: [] }],
    ["no vector", { data: [{ index: 0 }] }],
    ["an empty vector", { data: [{ index: 0, embedding: [] }] }],
    ["text", { data: [{ index: 0, embedding: ["a"] }] }],
    ["no base64", { data: [{ index: 0, embedding: "%%%" }] }],
    ["half a number", { data: [{ index: 0, embedding: "AAAA" }] }],
    ["null numbers", { data: [{ index: 0, embedding: [null, 1] }] }],
    ["another number", { data: [{ index: 1, embedding: [1] }] }],
  ])("answers with %s in place of a vector", async (_, body) => {
    server.faults.push({ body });
    await expect((await open()).embedQuery("q")).rejects.toMatchObject({
      code: "network",
      message: expect.stringContaining("did not answer with 1 vectors"),
    });
  });

  it("gives vectors of another length", async () => {
    await expect((await open({ dims: 5 })).embedQuery("q")).rejects.toMatchObject({
      code: "model-mismatch",
      remedy: expect.stringContaining("the model that the index was built with"),
    });
    server.faults.push({ body: { data: [{ index: 0, embedding: [1, 2, 3] }] } });
    await expect((await open({ dims: undefined, dimensions: 4 })).embedQuery("q")).rejects.toMatchObject({
      code: "model-mismatch",
      remedy: expect.stringContaining("leave the number of dimensions out"),
    });
  });

  it("stops when asked, and sends nothing more after a failure", async () => {
    const controller = new AbortController();
    const embedder = await open({ batchSize: 1, parallel: 1 });
    const stopped = embedder.embedPassages(passages(50), { signal: controller.signal });
    setTimeout(() => controller.abort(), 40);
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    // The server still works on what it was sent.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { length } = server.seen;
    expect(length).toBeLessThan(40);
    server.faults.push({ status: 400 });
    await expect(embedder.embedPassages(passages(50))).rejects.toMatchObject({ code: "bad-option" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.seen).toHaveLength(length + 1);
    await expect(embedder.embedQuery("q", { signal: controller.signal })).rejects.toMatchObject({ code: "aborted" });
  });

  it("stops waiting for a server that wants much time", async () => {
    server.faults.push({ status: 429, headers: { "Retry-After": new Date(Date.now() + 3_600_000).toUTCString() } });
    const controller = new AbortController();
    const waiting = (await open()).embedQuery("q", { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    expect(server.seen).toHaveLength(1);
  });
});
