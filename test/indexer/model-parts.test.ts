import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelFileRef } from "../../src/core/model-files.ts";
import { createRandom } from "../../src/core/random.ts";
import { writeIndexFolder } from "../../src/indexer/index-folder.ts";
import { writeModelParts } from "../../src/indexer/model-parts.ts";
import { sha256 } from "./hub-server.ts";

const PART_BYTES = 8 * 1024 * 1024;
const random = createRandom(3);
const noise = Uint8Array.from({ length: 2 * PART_BYTES + 12_345 }, () => random() * 256);
const text = new TextEncoder().encode("the same again and again, ".repeat(1000));

let dir = "";
let out = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "model-parts-"));
  out = join(dir, "out");
});
afterEach(() => rm(dir, { recursive: true }));

async function filesOf(contents: Readonly<Record<string, Uint8Array>>) {
  const files = new Map<string, { path: string }>();
  for (const [name, content] of Object.entries(contents)) {
    const path = join(dir, name.replaceAll("/", "_"));
    await writeFile(path, content);
    files.set(name, { path });
  }
  return files;
}

/** The file that its parts make up, each of which is checked. */
async function joined({ parts }: ModelFileRef): Promise<Buffer> {
  const contents = parts.map(async ({ file, bytes, sha256: hash, gzipBytes }) => {
    const stored = await readFile(join(out, file));
    if (gzipBytes !== undefined) expect(stored.length).toBe(gzipBytes);
    const content = gzipBytes === undefined ? stored : gunzipSync(stored);
    expect([content.length, sha256(content)]).toEqual([bytes, hash]);
    expect(file).toBe(`models/${hash.slice(0, 16)}${gzipBytes === undefined ? "" : "-gz"}.bin`);
    return content;
  });
  return Buffer.concat(await Promise.all(contents));
}

describe("writeModelParts", () => {
  it.each([
    ["nothing", 0, 0],
    ["a byte", 1, 1],
    ["just one part", PART_BYTES, 1],
    ["a part and a byte", PART_BYTES + 1, 2],
    ["two parts and some", noise.length, 3],
  ] as const)("cuts %s into parts", async (_, length, count) => {
    const content = noise.subarray(0, length);
    const [ref] = await writeModelParts(out, await filesOf({ "onnx/model.onnx": content }));
    expect(ref).toMatchObject({ name: "onnx/model.onnx", bytes: length, sha256: sha256(content) });
    expect(ref?.parts).toHaveLength(count);
    expect(sha256(await joined(ref as ModelFileRef))).toBe(sha256(content));
  });

  it("stores what shrinks as gzip, and weights as they are", async () => {
    const refs = await writeModelParts(
      out,
      await filesOf({ "tokenizer.json": text, "model.onnx": noise.subarray(0, 9) }),
    );
    expect(refs.map(({ parts }) => parts[0]?.gzipBytes !== undefined)).toEqual([true, false]);
    expect(refs[0]?.parts[0]?.gzipBytes).toBeLessThan(text.length / 10);
    expect(await joined(refs[0] as ModelFileRef)).toEqual(Buffer.from(text));
  });

  it("leaves parts that are there, and gives the same again", async () => {
    const files = await filesOf({ "tokenizer.json": text, "model.onnx": noise.subarray(0, 1000) });
    const refs = await writeModelParts(out, files);
    const parts = refs.flatMap((ref) => ref.parts.map(({ file }) => join(out, file)));
    for (const part of parts) await utimes(part, 1, 1);
    expect(await writeModelParts(out, files)).toEqual(refs);
    for (const part of parts) expect((await stat(part)).mtimeMs).toBe(1000);
  });

  it("tells how far it is", async () => {
    const steps: (readonly [number, number])[] = [];
    const files = await filesOf({ "model.onnx": noise, "tokenizer.json": text });
    await writeModelParts(out, files, { onProgress: (done, total) => steps.push([done, total]) });
    const total = noise.length + text.length;
    expect(steps).toEqual([
      [PART_BYTES, total],
      [2 * PART_BYTES, total],
      [noise.length, total],
      [total, total],
    ]);
  });

  it("stops when asked, and names a file that is not there", async () => {
    const controller = new AbortController();
    const files = await filesOf({ "model.onnx": noise });
    const stopped = writeModelParts(out, files, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    expect(await readdir(join(out, "models"))).toHaveLength(1);
    const gone = writeModelParts(out, new Map([["model.onnx", { path: join(dir, "gone") }]]));
    await expect(gone).rejects.toMatchObject({ code: "not-found", file: join(dir, "gone") });
  });

  it("writes parts that the folder of an index keeps as long as a build needs them", async () => {
    const index = (build: string, kept: readonly string[]) =>
      writeIndexFolder(out, new Map([["index.json", new TextEncoder().encode(JSON.stringify({ build }))]]), {
        build,
        kept,
        keep: 1,
      });
    const partsOf = async (contents: Readonly<Record<string, Uint8Array>>) => {
      const refs = await writeModelParts(out, await filesOf(contents));
      return refs.flatMap(({ parts }) => parts.map(({ file }) => file));
    };
    const there = async () => (await readdir(join(out, "models"))).map((name) => `models/${name}`).sort();
    await mkdir(out, { recursive: true });
    const first = await partsOf({ "tokenizer.json": text, "a.onnx": noise.subarray(0, 1000) });
    await index("1", first);
    const second = await partsOf({ "tokenizer.json": text, "b.onnx": noise.subarray(1000, 2000) });
    await index("2", second);
    expect(await there()).toEqual([...new Set([...first, ...second])].sort());
    await index("3", second);
    expect(await there()).toEqual([...second].sort());
  });
});
