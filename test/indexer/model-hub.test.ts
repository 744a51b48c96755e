import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import { type FetchModelOptions, type FetchModelProgress, fetchModel } from "../../src/indexer/model-hub.ts";
import { type Hub, type HubModel, sha256, startHub } from "./hub-server.ts";

const ID = "someone/small-model";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const ONNX = "onnx/model_quantized.onnx";
const text = (content: string) => new TextEncoder().encode(content);
const random = createRandom(7);
const weights = Uint8Array.from({ length: 300_000 }, () => random() * 256);

const MODEL: HubModel = {
  commit: COMMIT,
  files: {
    ".gitattributes": text("*.onnx filter=lfs"),
    "README.md": text("# A model"),
    "config.json": text('{"hidden_size":8}'),
    "tokenizer.json": text('{"version":"1.0"}'),
    "1_Pooling/config.json": text('{"pooling_mode_mean_tokens":true}'),
    "onnx/model.onnx": text("a graph"),
    "onnx/model.onnx_data": text("weights beside it"),
    "onnx/model.onnx_data_1": text("more"),
    "onnx/model_int8.onnx": text("second best"),
    [ONNX]: weights,
  },
  large: [ONNX, "onnx/model.onnx", "onnx/model.onnx_data"],
};

let dir = "";
let hub: Hub;
beforeEach(async () => {
  vi.stubEnv("HF_ENDPOINT", "");
  vi.stubEnv("HF_TOKEN", "");
  dir = await mkdtemp(join(tmpdir(), "model-hub-"));
  hub = await startHub({ [ID]: MODEL });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(dir, { recursive: true });
});

const cacheDir = () => join(dir, "cache");
const fetchIt = (options: FetchModelOptions = {}, id = ID) =>
  fetchModel(id, { endpoint: hub.endpoint, cacheDir: cacheDir(), retryMs: 1, ...options });

/** Hashes by name. */
async function contents({ files }: Awaited<ReturnType<typeof fetchModel>>) {
  const entries = Array.from(files, async ([name, { path }]) => [name, sha256(await readFile(path))] as const);
  return Object.fromEntries(await Promise.all(entries));
}
function expected(...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, sha256(MODEL.files[name] as Uint8Array)]));
}
const CONFIG = ["config.json", "tokenizer.json", "1_Pooling/config.json"];

async function partsLeft(): Promise<string[]> {
  const names = await readdir(dir, { recursive: true });
  return names.filter((name) => name.endsWith(".part"));
}
const requests = (ending: string) => hub.seen.filter(({ path }) => path.endsWith(ending));

describe("fetchModel", () => {
  it("gets the graph, the tokenizer and the configuration that there is, with their hashes", async () => {
    const model = await fetchIt();
    expect(model).toMatchObject({ id: ID, commit: COMMIT, onnx: ONNX });
    expect(await contents(model)).toEqual(expected(...CONFIG, ONNX));
    for (const [name, { bytes, sha256: hash }] of model.files) {
      const content = MODEL.files[name] as Uint8Array;
      expect([bytes, hash]).toEqual([content.length, sha256(content)]);
    }
    expect(await partsLeft()).toEqual([]);
  });

  it("gets the graph of the type that is asked for, and the weights beside it", async () => {
    const model = await fetchIt({ dtype: "fp32" });
    const graph = ["onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1"];
    expect(model.onnx).toBe("onnx/model.onnx");
    expect(await contents(model)).toEqual(expected(...CONFIG, ...graph));
  });

  it("takes the next best name for a type", async () => {
    const { [ONNX]: _, ...files } = MODEL.files;
    hub.models[ID] = { ...MODEL, files };
    expect(await fetchIt()).toMatchObject({ onnx: "onnx/model_int8.onnx" });
  });

  it("gets just the files that are named", async () => {
    expect(await contents(await fetchIt({ files: ["README.md"] }))).toEqual(expected("README.md"));
    await expect(fetchIt({ files: ["README.md", "none.onnx"] })).rejects.toMatchObject({
      code: "not-found",
      message: `The model "${ID}" has no none.onnx.`,
    });
  });

  it("asks for a branch each time, and for a commit and for files once", async () => {
    await fetchIt({ revision: "refs/pr/1" });
    hub.seen.length = 0;
    await fetchIt({ revision: "refs/pr/1" });
    expect(hub.seen.map(({ path }) => path)).toEqual([`/api/models/${ID}/revision/refs%2Fpr%2F1`]);
    hub.seen.length = 0;
    await fetchIt({ revision: COMMIT });
    expect(hub.seen).toEqual([]);
  });

  it("keeps the files of commits apart", async () => {
    const first = await fetchIt();
    hub.models[ID] = {
      ...MODEL,
      commit: COMMIT.replace("0", "f"),
      files: { ...MODEL.files, "config.json": text("{}") },
    };
    const second = await fetchIt();
    expect(await contents(first)).toEqual(expected(...CONFIG, ONNX));
    expect((await contents(second))["config.json"]).toBe(sha256(text("{}")));
  });

  it("takes the last known commit when the hub cannot be reached", async () => {
    const online = await fetchIt();
    await hub.close();
    expect(await fetchIt()).toEqual(online);
    await expect(fetchIt({ dtype: "fp32" })).rejects.toMatchObject({
      code: "network",
      remedy: expect.stringContaining("--models-from"),
    });
    hub = await startHub({});
  });

  it("gets a file again that has changed on the disk", async () => {
    const { files } = await fetchIt();
    for (const name of [ONNX, "config.json"]) await writeFile(files.get(name)?.path ?? "", "damaged");
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
  });

  it("tells how many bytes of all there are, those of the cache included", async () => {
    const sizes = [...CONFIG, ONNX].map((name) => MODEL.files[name]?.length ?? 0);
    const total = sizes.reduce((sum, size) => sum + size);
    for (let time = 0; time < 2; time++) {
      const steps: FetchModelProgress[] = [];
      await fetchIt({ onProgress: (step) => steps.push(step) });
      expect(steps.at(-1)).toEqual({ file: ONNX, loadedBytes: total, totalBytes: total });
      const loaded = steps.map(({ loadedBytes }) => loadedBytes);
      expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    }
  });

  it("works with a mirror whose listing has neither sizes nor hashes", async () => {
    hub.details = false;
    const steps: FetchModelProgress[] = [];
    expect(await contents(await fetchIt({ onProgress: (step) => steps.push(step) }))).toEqual(
      expected(...CONFIG, ONNX),
    );
    expect(steps.at(-1)?.totalBytes).toBeUndefined();
  });
});

describe("a download that is broken off", () => {
  it("goes on with the next connection", async () => {
    hub.fail(ONNX, {}, { dropAfter: 100_000 }, {}, { dropAfter: 50_000 });
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
    const ranges = requests(ONNX)
      .filter(({ server }) => server === "storage")
      .map(({ headers }) => headers.range);
    expect(ranges).toEqual([undefined, "bytes=100000-", "bytes=150000-"]);
    expect(await partsLeft()).toEqual([]);
  });

  it("goes on however often, as long as each connection brings something", async () => {
    hub.fail(ONNX, ...Array.from({ length: 10 }, () => [{}, { dropAfter: 10_000 }]).flat());
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
  });

  it("goes on with the next build when it was stopped", async () => {
    hub.fail(ONNX, {}, { stallAfter: 120_000 });
    const before = CONFIG.reduce((sum, name) => sum + (MODEL.files[name]?.length ?? 0), 0);
    const controller = new AbortController();
    const stopped = fetchIt({
      signal: controller.signal,
      onProgress: ({ file, loadedBytes }) => file === ONNX && loadedBytes === before + 120_000 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: "aborted" });
    expect(await partsLeft()).toHaveLength(1);
    hub.seen.length = 0;
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
    const [, fromStorage] = requests(ONNX);
    expect(fromStorage?.headers.range).toBe("bytes=120000-");
    expect(await partsLeft()).toEqual([]);
  });

  it("begins anew when the server has another file, or does not say which it has", async () => {
    const target = join(cacheDir(), `models--someone--small-model/snapshots/${COMMIT}`, ONNX);
    await mkdir(dirname(target), { recursive: true });
    const part = `${target}.${Buffer.from('"another"').toString("base64url")}.0123456789ab.part`;
    await writeFile(part, "another file");
    await utimes(part, 0, 0);
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
    expect(requests(ONNX).filter(({ server }) => server === "storage")).toHaveLength(1);
    await rm(target);
    hub.weakEtags = true;
    hub.fail(ONNX, {}, { dropAfter: 100_000 });
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
    expect(hub.seen.at(-1)?.headers.range).toBeUndefined();
  });

  it("begins anew when what was left is wrong, or as long as the whole", async () => {
    const target = join(cacheDir(), `models--someone--small-model/snapshots/${COMMIT}`, ONNX);
    await mkdir(dirname(target), { recursive: true });
    for (const left of [new Uint8Array(1000), weights.map((byte) => byte ^ 1), new Uint8Array(400_000)]) {
      const etag = Buffer.from(`"s3-${sha256(weights)}"`).toString("base64url");
      const part = `${target}.${etag}.0123456789ab.part`;
      await writeFile(part, left);
      await utimes(part, 0, 0);
      expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
      expect(await partsLeft()).toEqual([]);
      await rm(target);
    }
  });

  it("leaves the part of another build that is still at it", async () => {
    const target = join(cacheDir(), `models--someone--small-model/snapshots/${COMMIT}`, ONNX);
    await mkdir(dirname(target), { recursive: true });
    const etag = Buffer.from(`"s3-${sha256(weights)}"`).toString("base64url");
    await writeFile(`${target}.${etag}.0123456789ab.part`, "another build writes this");
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
    expect(requests(ONNX)[1]?.headers.range).toBeUndefined();
    expect(await partsLeft()).toHaveLength(1);
  });

  it("does not meet another build of the same model", async () => {
    hub.fail(ONNX, {}, {}, { dropAfter: 10 }, { dropAfter: 200_000 });
    const both = await Promise.all([fetchIt(), fetchIt(), fetchIt({ dtype: "fp32" })]);
    expect(await contents(both[0])).toEqual(expected(...CONFIG, ONNX));
    expect(both[1]).toEqual(both[0]);
    expect(await partsLeft()).toEqual([]);
  });
});

describe("a hub that fails", () => {
  it("is asked again after 429 and 5xx, when it wants", async () => {
    hub.fail(`${ID}/revision/main`, { status: 503 });
    hub.fail("config.json", { status: 429, headers: { "Retry-After": "1" } }, { status: 500 });
    const started = performance.now();
    expect(await contents(await fetchIt())).toEqual(expected(...CONFIG, ONNX));
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it("is given up at last", async () => {
    hub.fail("tokenizer.json", ...Array.from({ length: 9 }, () => ({ status: 502 })));
    await expect(fetchIt()).rejects.toMatchObject({ code: "network", message: expect.stringContaining("502") });
    expect(requests("tokenizer.json")).toHaveLength(6);
  });

  it("is not believed when a file is not what it lists", async () => {
    hub.fail(ONNX, {}, { corrupt: true });
    await expect(fetchIt()).rejects.toMatchObject({
      code: "file-invalid",
      message: expect.stringContaining("checksum"),
    });
    hub.fail("config.json", { corrupt: true });
    await rm(cacheDir(), { recursive: true });
    await expect(fetchIt()).rejects.toMatchObject({
      code: "file-invalid",
      file: expect.stringContaining("config.json"),
    });
    hub.details = false;
    hub.fail(ONNX, {}, { corrupt: true });
    await rm(cacheDir(), { recursive: true });
    await expect(fetchIt()).rejects.toMatchObject({ code: "file-invalid" });
    expect(await partsLeft()).toEqual([]);
  });

  it("may be no hub at all", async () => {
    await expect(fetchIt({ endpoint: "nowhere" })).rejects.toMatchObject({ code: "bad-option" });
    await expect(fetchIt({ endpoint: "http://127.0.0.1:1" })).rejects.toMatchObject({ code: "network" });
    hub.models[ID] = { ...MODEL, commit: "../.." };
    await expect(fetchIt()).rejects.toMatchObject({ code: "network", remedy: expect.stringContaining("HF_ENDPOINT") });
  });

  it("cannot place files elsewhere", async () => {
    const outside = "onnx/model.onnx_data/../../../../../outside";
    hub.models[ID] = { ...MODEL, files: { ...MODEL.files, [outside]: text("outside") } };
    expect(Object.keys(await contents(await fetchIt({ dtype: "fp32" })))).not.toContain(outside);
  });
});

describe("a model that is not for everyone", () => {
  const SECRET = "hf_secret";

  it("is fetched with the token, which no other server sees", async () => {
    hub.models[ID] = { ...MODEL, token: SECRET };
    await fetchIt({ token: SECRET });
    expect(requests(ONNX).map(({ server, headers }) => [server, headers.authorization])).toEqual([
      ["hub", `Bearer ${SECRET}`],
      ["storage", undefined],
    ]);
    vi.stubEnv("HF_TOKEN", SECRET);
    await rm(cacheDir(), { recursive: true });
    await fetchIt();
  });

  it("is refused with what to do about it", async () => {
    hub.models[ID] = { ...MODEL, token: SECRET };
    await expect(fetchIt()).rejects.toMatchObject({
      code: "not-found",
      remedy: expect.stringContaining("set HF_TOKEN"),
    });
    await expect(fetchIt({ token: "hf_wrong" })).rejects.toMatchObject({ code: "denied" });
    hub.models[ID] = { ...MODEL, gated: true };
    await expect(fetchIt({ token: SECRET })).rejects.toMatchObject({
      code: "denied",
      message: expect.stringContaining("Access to it is restricted."),
      remedy: expect.stringContaining(`${hub.endpoint}/${ID}`),
    });
  });
});

describe("a model that does not exist", () => {
  it.each([
    ["another name", {}, "someone/else", "Check the name"],
    ["another revision", { revision: "v9" }, ID, "branch, a tag or a commit"],
    ["another type of numbers", { dtype: "q4" }, ID, "types that it has: fp32, q8."],
    ["no name", {}, "a/b/c", "owner/name"],
    ["a name that leaves the folder", {}, "someone/..", "owner/name"],
    ["a revision that leaves the folder", { revision: "a/../../../b" }, ID, "branch, a tag or a commit"],
  ] as const)("%s", async (_, options, id, remedy) => {
    await expect(fetchIt(options, id)).rejects.toMatchObject({
      code: expect.stringMatching(/not-found|bad-option/),
      remedy: expect.stringContaining(remedy),
    });
  });

  it("has no graph, or no tokenizer", async () => {
    hub.models[ID] = { ...MODEL, files: { "tokenizer.json": text("{}"), "model.safetensors": text("") } };
    await expect(fetchIt()).rejects.toMatchObject({ remedy: expect.stringContaining("onnx-community") });
    hub.models[ID] = { ...MODEL, files: { "other.onnx": text("") } };
    await expect(fetchIt()).rejects.toMatchObject({ remedy: expect.stringContaining("other.onnx") });
    hub.models[ID] = { ...MODEL, files: { [ONNX]: weights } };
    await expect(fetchIt()).rejects.toMatchObject({ message: `The model "${ID}" has no tokenizer.json.` });
  });
});

describe("a folder", () => {
  async function write(folder: string, files: Readonly<Record<string, Uint8Array>> = MODEL.files) {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  }

  it("is read as it is", async () => {
    await write(join(dir, "mine"));
    const model = await fetchModel(join(dir, "mine"));
    expect(model).toMatchObject({ commit: undefined, onnx: ONNX });
    expect(await contents(model)).toEqual(expected(...CONFIG, ONNX));
    expect(model.files.get(ONNX)).toEqual({
      path: join(dir, "mine", ONNX),
      bytes: weights.length,
      sha256: sha256(weights),
    });
    await expect(fetchModel("./no/such/folder")).rejects.toMatchObject({ code: "not-found" });
  });

  it("of models is read in place of the hub", async () => {
    await write(join(dir, "models", ID));
    expect(await contents(await fetchIt({ modelsFrom: join(dir, "models") }))).toEqual(expected(...CONFIG, ONNX));
    await expect(fetchIt({ modelsFrom: join(dir, "models"), dtype: "q4" })).rejects.toMatchObject({
      remedy: expect.stringContaining("fp32, q8"),
    });
    await expect(fetchIt({ modelsFrom: dir })).rejects.toMatchObject({
      code: "not-found",
      remedy: expect.stringContaining(`tokenizer.json`),
    });
    expect(hub.seen).toEqual([]);
  });

  it("may be the hub's own cache, with its links, or ours", async () => {
    const repository = join(dir, "hub/models--someone--small-model");
    const snapshot = join(repository, "snapshots", COMMIT);
    await write(snapshot);
    await mkdir(join(repository, "blobs"), { recursive: true });
    await rename(join(snapshot, ONNX), join(repository, "blobs/weights"));
    await symlink("../../../blobs/weights", join(snapshot, ONNX));
    await write(repository, { "refs/main": text(`${COMMIT}\n`) });
    for (const revision of ["main", COMMIT]) {
      const model = await fetchIt({ modelsFrom: join(dir, "hub"), revision });
      expect(model.commit).toBe(COMMIT);
      expect(await contents(model)).toEqual(expected(...CONFIG, ONNX));
    }
    await fetchIt();
    hub.seen.length = 0;
    expect(await fetchIt({ modelsFrom: cacheDir() })).toMatchObject({ commit: COMMIT });
    expect(hub.seen).toEqual([]);
  });
});
