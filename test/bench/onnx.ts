/**
 * What a sentence encoder costs, beside transformers.js, with a model of all-MiniLM-L6-v2's shape and random weights: in a
 * Chromium worker the bytes, the start and queries of 11 tokens; in Node passages of 128 tokens.
 *
 *   npm run bench:onnx -- [--rounds n] [--no-browser] [--no-node] [--chunks n] [--json <file>]
 *
 * transformers.js is installed into node_modules/.cache; where that fails, ours is measured alone.
 */
import { readFileSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { launchChromium } from "../e2e/harness.ts";
import { cosine } from "../models/tiny-encoder.ts";
import { makeWordPiece } from "../models/tokenizers.ts";
import { type BrowserRow, measureBrowser } from "./onnx-browser.ts";
import { writeMiniLm } from "./onnx-model.ts";
import { measureNode, type NodeRow } from "./onnx-node.ts";
import { installPeer, peerVersion } from "./onnx-peer.ts";
import { type BrowserResult, browserTable, nodeTable, type OnnxResults } from "./onnx-report.ts";
import { alignColumns } from "./scale-report.ts";

const QUERY_TOKENS = 11;
const CHUNK_TOKENS = 128;

const { values: args } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    chunks: { type: "string", default: "64" },
    "no-browser": { type: "boolean", default: false },
    "no-node": { type: "boolean", default: false },
    json: { type: "string" },
  },
});

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const rounds = Number(args.rounds);
const folder = await mkdtemp(join(tmpdir(), "semantic-search-onnx-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, "models/minilm");
await writeMiniLm(model, readme);
const peer = await installPeer();
const versions = await readVersions(peer);

let browserRows: readonly BrowserResult[] = [];
if (!args["no-browser"]) {
  const browser = await launchChromium();
  try {
    const queries = makeTexts(40, QUERY_TOKENS);
    browserRows = withoutVectors(await measureBrowser({ browser, folder, peer, rounds, queries }));
    console.log(`\n${alignColumns(browserTable({ browser: browserRows, versions }))}`);
  } finally {
    await browser.close();
  }
}
let nodeRows: readonly NodeRow[] = [];
if (!args["no-node"]) {
  nodeRows = await measureNode({ model, peer, rounds, texts: makeTexts(Number(args.chunks), CHUNK_TOKENS) });
  console.log(`\n${alignColumns(nodeTable({ node: nodeRows, versions }))}`);
}
if (args.json) {
  const results: OnnxResults = { versions, browser: browserRows, node: nodeRows };
  await writeFile(args.json, `${JSON.stringify(results, null, 2)}\n`);
}
process.exit();

/** Texts of a number of tokens: the README's words, from one place after the other. */
function makeTexts(count: number, tokens: number): readonly string[] {
  const { encode } = makeWordPiece(readme);
  const words = readme.match(/[a-z]+/g) ?? [];
  return Array.from({ length: count }, (_, i) => {
    const text: string[] = [];
    for (let at = (i * 97) % words.length; encode(text.join(" ")).length < tokens; at = (at + 1) % words.length) {
      text.push(words[at] ?? "");
    }
    return text.join(" ");
  });
}

function withoutVectors(rows: readonly BrowserRow[]): BrowserResult[] {
  return rows.map(({ vector, ...row }) => {
    return { ...row, cosine: cosine(vector, rows.find(({ dtype }) => dtype === row.dtype)?.vector ?? []) };
  });
}

async function readVersions(installed: string | undefined): Promise<Readonly<Record<string, string>>> {
  const own = JSON.parse(
    readFileSync(new URL("../../node_modules/onnxruntime-web/package.json", import.meta.url), "utf8"),
  );
  const versions: Record<string, string> = { "onnxruntime-web": own.version };
  if (!installed) return versions;
  for (const name of ["@huggingface/transformers", "onnxruntime-node"]) {
    versions[name] = await peerVersion(installed, name);
  }
  versions["onnxruntime-web of transformers.js"] = await peerVersion(installed, "onnxruntime-web");
  return versions;
}
