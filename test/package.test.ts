import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NAME = "semantic-search-element";

/** A project that has installed the packed package. */
let project: string;
let packed: string[];

beforeAll(async () => {
  if (!existsSync(join(ROOT, "dist/browser/element.js"))) throw new Error('There is no dist/: run "npm run build".');
  project = await mkdtemp(join(tmpdir(), "semantic-search-package-"));
  packed = await install(project);
});

afterAll(() => rm(project, { recursive: true, force: true }));

describe("the packed package", () => {
  it("holds what it needs, and nothing else", async () => {
    expect(packed).toEqual(expect.arrayContaining(["LICENSE", "dist/cli.js", "dist/browser/worker.js"]));
    const { customElements, "web-types": webTypes } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const data = [customElements, webTypes, "dist/vscode.html-custom-data.json", "dist/vscode.css-custom-data.json"];
    expect(packed).toEqual(expect.arrayContaining(data.map((file) => file.replace("./", ""))));
    const stray = packed.filter(
      (file) => !/^(dist|public)\/|^(package\.json|LICENSE|README\.md|CHANGELOG\.md|THIRD-PARTY\.md)$/.test(file),
    );
    expect(stray).toEqual([]);
  });

  const types = ["react", "svelte", "vue"].map((framework) => `${NAME}/${framework}`);
  for (const entry of [NAME, `${NAME}/element`, `${NAME}/highlight`, `${NAME}/related`, `${NAME}/node`, ...types]) {
    it(`gives ${entry} to Node`, async () => {
      await expect(runNode(`await import("${entry}")`)).resolves.toBe("");
    });
  }

  it.each(["custom-elements", "web-types", "vscode.html-custom-data", "vscode.css-custom-data"])(
    "gives %s.json to tools",
    async (name) => {
      const read = `import data from "${NAME}/${name}.json" with { type: "json" }; console.log(Object.keys(data).length);`;
      expect(Number(await runNode(read))).toBeGreaterThan(1);
    },
  );

  it("gives the command line", async () => {
    const bin = join(project, "node_modules", NAME, "dist/cli.js");
    const { stdout } = await run(process.execPath, [bin, "--help"]);
    expect(await readFile(bin, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(stdout).toContain("Usage: semantic-search");
  });

  it("is bundled by Vite with its worker", async () => {
    await writeFile(join(project, "index.html"), '<script type="module" src="./main.js"></script>');
    await writeFile(join(project, "main.js"), `import "${NAME}/element";`);
    await build({ root: project, logLevel: "silent", worker: { format: "es" } });
    const assets = await readdir(join(project, "dist/assets"));
    expect(assets).toEqual(expect.arrayContaining([expect.stringMatching(/^worker-.*\.js$/)]));
  });
});

describe("the browser files", () => {
  const files = [
    "curation-rules.js",
    "did-you-mean.js",
    "element.js",
    "encoder-spaces.js",
    "filter-bar.js",
    "highlight.js",
    ...["ar", "de", "es", "fr", "ja", "ko", "pt", "ru", "zh"].map((tag) => `locale-${tag}.js`),
    "model-download.js",
    "model-files.js",
    "open-encoder.js",
    "ort.wasm.bundle.min.js",
    "ort.webgpu.bundle.min.js",
    "panel.js",
    "related-view.js",
    "related.js",
    "rolldown-runtime.js",
    "suggest.js",
    "worker-client.js",
    "worker.js",
  ];
  /** Its code names `blob:` to leave such URLs alone, and its long lines have what looks like imports. */
  const isRuntime = (file: string) => file.startsWith("ort.");

  it(`are ${files.join(", ")}`, async () => {
    expect((await readdir(join(ROOT, "dist/browser"))).sort()).toEqual(files);
  });

  for (const file of files) {
    it(`${file} loads nothing but the others, from beside itself`, async () => {
      const code = await readFile(join(ROOT, "dist/browser", file), "utf8");
      const imports = [...code.matchAll(/\b(?:import|from)\s*\(?\s*["'`]([^"'`]*)/g)].map(([, from]) => from ?? "");
      const named = isRuntime(file) ? imports.filter((from) => /^[\w@./-]+\.m?js$|:\/\//.test(from)) : imports;
      expect(named.filter((from) => !files.includes(from.replace(/^\.\//, "")))).toEqual([]);
      expect(code).not.toMatch(/\beval\(|new Function\(|["'`]https?:/);
      if (!isRuntime(file)) expect(code).not.toMatch(/blob:/);
    });
  }

  it("hold no WebAssembly of ONNX Runtime: that stands in the indexes that need it", async () => {
    for (const file of files.filter(isRuntime)) {
      expect((await readFile(join(ROOT, "dist/browser", file))).length).toBeLessThan(200_000);
    }
  });
});

/** Pack as npm publishes, unpack as npm installs; dependencies are those of this checkout. Returns the files. */
async function install(dir: string): Promise<string[]> {
  const options = ["--ignore-scripts", "--json", "--pack-destination", dir];
  const { stdout } = await run("npm", ["pack", ...options], { cwd: ROOT });
  const [{ filename, files }] = JSON.parse(stdout);
  const target = join(dir, "node_modules", NAME);
  await mkdir(target, { recursive: true });
  await run("tar", ["-xzf", join(dir, filename), "-C", target, "--strip-components=1"]);
  await writeFile(join(dir, "package.json"), '{ "type": "module" }');
  await linkDependencies(join(dir, "node_modules"));
  return files.map(({ path }: { path: string }) => path);
}

async function linkDependencies(modules: string): Promise<void> {
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
}

async function runNode(code: string): Promise<string> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: project });
  return stdout;
}
