import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { glob } from "tinyglobby";
import type { Engine } from "./scale-engines.ts";
import type { ScaleSite } from "./scale-sites.ts";

const SAMPLE_MS = 25;

/** What one run of a build took. */
export interface RunCost {
  readonly seconds: number;
  /** Peak resident memory of the process and its children together, sampled; undefined where it cannot be measured. */
  readonly peakBytes?: number | undefined;
}

/** A build over the index of the one before. */
export interface RebuildCost extends RunCost {
  /** Files of the index that are new or different. */
  readonly changedFiles: number;
  readonly changedBytes: number;
}

/** What it takes to make an index, and to keep it. */
export interface BuildCost extends RunCost {
  readonly files: number;
  /** On disk. */
  readonly bytes: number;
  /** With nothing changed, and with one page changed: of engines that take over from the build before. */
  readonly again?: { readonly unchanged: RebuildCost; readonly onePage: RebuildCost };
}

/** Build an index in a process of its own; ours three times. */
export async function measureBuild(
  engine: Engine,
  { site, out, again }: { readonly site: ScaleSite; readonly out: string; readonly again: boolean },
): Promise<BuildCost> {
  await mkdir(out, { recursive: true });
  const run = () => runMeasured(engine.buildArguments(site.dir, out), out);
  const cost = await run();
  const first = await readIndex(engine, out);
  const sizes = [...first.values()].map(({ bytes }) => bytes);
  const total = { ...cost, files: first.size, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
  if (!again) return total;
  const unchanged = { ...(await run()), ...changesSince(first, await readIndex(engine, out)) };
  await changePage(site);
  const onePage = { ...(await run()), ...changesSince(first, await readIndex(engine, out)) };
  return { ...total, again: { unchanged, onePage } };
}

/** A file of an index. */
interface IndexFile {
  readonly bytes: number;
  readonly hash: string;
}

/** Every file of `after` that is not the same in `before`. */
export function changesSince(before: ReadonlyMap<string, IndexFile>, after: ReadonlyMap<string, IndexFile>) {
  const changed = [...after].filter(([path, { hash }]) => before.get(path)?.hash !== hash);
  return {
    changedFiles: changed.length,
    changedBytes: changed.reduce((sum, [, { bytes }]) => sum + bytes, 0),
  };
}

async function readIndex(engine: Engine, out: string): Promise<Map<string, IndexFile>> {
  const files = new Map<string, IndexFile>();
  for (const path of await glob("**", { cwd: out })) {
    if (!engine.isServed(path)) continue;
    const content = await readFile(join(out, path));
    files.set(path, { bytes: content.length, hash: createHash("sha256").update(content).digest("hex") });
  }
  return files;
}

/** One sentence more on the page in the middle of the site. */
async function changePage({ dir, files }: ScaleSite): Promise<void> {
  const file = join(dir, files[Math.floor(files.length / 2)] ?? "");
  const html = await readFile(file, "utf8");
  await writeFile(file, addSentence(html, "One more sentence was written here since."));
}

/** At the end of the first paragraph of the content, where a page says which that is. */
export function addSentence(html: string, sentence: string): string {
  const content = Math.max(html.search(/<(main|article)\b/i), html.search(/<body\b/i), 0);
  const paragraph = html.indexOf("</p>", content);
  const end = paragraph < 0 ? html.search(/<\/body>|$/i) : paragraph;
  return `${html.slice(0, end)} ${sentence}${html.slice(end)}`;
}

async function runMeasured(nodeArguments: readonly string[], cwd: string): Promise<RunCost> {
  const started = performance.now();
  const child = spawn(process.execPath, nodeArguments, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, XDG_CACHE_HOME: join(cwd, "../cache") },
  });
  let complaint = "";
  child.stderr.on("data", (data) => {
    complaint = `${complaint}${data}`.slice(-2000);
  });
  const watch = sampleMemory(child.pid ?? 0);
  const code = await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  const seconds = (performance.now() - started) / 1000;
  const peakBytes = watch.stop();
  if (code !== 0) throw new Error(`The build ended with ${code}: ${complaint.trim()}`);
  return { seconds, peakBytes };
}

/** Adds up resident memory over a tree of processes, again and again, from Linux's `/proc`. */
function sampleMemory(pid: number): { stop(): number | undefined } {
  let peak = 0;
  const timer = setInterval(async () => {
    peak = Math.max(peak, await treeBytes(pid).catch(() => 0));
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak || undefined;
    },
  };
}

async function treeBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  const threads = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(threads.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8")));
  const pids = children.join(" ").split(/\s+/).filter(Boolean).map(Number);
  const below = await Promise.all(pids.map((child) => treeBytes(child).catch(() => 0)));
  return below.reduce((sum, bytes) => sum + bytes, own);
}
