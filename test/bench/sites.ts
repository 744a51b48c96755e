/**
 * Index every shared site without a configuration: pages against the number expected, seconds, bytes by kind.
 *
 *   npm run bench:sites -- [--sites <folder of .tar.zst>] [--only a,b] [--json <file>]
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { indexSite } from "../../src/node.ts";

/** HTML files of each site, as its archive's README counts them. */
const SITES: Readonly<Record<string, number>> = {
  "vuejs-docs": 111,
  "vitepress-docs": 284,
  eleventy: 228,
  "docusaurus-babel": 336,
  starlight: 629,
  mdn: 14_073,
};

const { values: args } = parseArgs({
  options: {
    sites: { type: "string", default: "../shared/data/sites" },
    only: { type: "string" },
    json: { type: "string" },
  },
});

const KINDS = ["text", "terms", "vectors", "cells", "pages", "manifest", "model"];

function unpack(site: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${site}-`));
  execFileSync("tar", ["--zstd", "-xf", join(args.sites, `${site}.tar.zst`), "-C", folder]);
  return folder;
}

async function measure(site: string, files: number) {
  const folder = unpack(site);
  try {
    const report = await indexSite({ dir: join(folder, site), force: true });
    const skipped: Record<string, number> = {};
    for (const { reason } of report.skipped) skipped[reason] = (skipped[reason] ?? 0) + 1;
    const { pages, chunks, bytes, elapsedMs } = report;
    const memory = process.resourceUsage().maxRSS / 1024;
    return { site, files, pages, skipped, chunks, seconds: elapsedMs / 1000, megabytes: memory, bytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rows = [];
console.log(
  ["site", "files", "pages", "chunks", "seconds", "peak MB", ...KINDS.map((kind) => `${kind} KB`), "skipped"].join(
    "\t",
  ),
);
for (const [site, files] of Object.entries(SITES)) {
  if (args.only && !args.only.split(",").includes(site)) continue;
  if (!existsSync(join(args.sites, `${site}.tar.zst`))) {
    console.log(`${site}\tskipped: no archive in ${args.sites}`);
    continue;
  }
  const row = await measure(site, files);
  rows.push(row);
  const { pages, chunks, seconds, megabytes, bytes, skipped } = row;
  const sizes = KINDS.map((kind) => ((bytes[kind] ?? 0) / 1024).toFixed(1));
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  console.log(
    [site, files, pages, chunks, seconds.toFixed(1), megabytes.toFixed(0), ...sizes, reasons.join(", ") || "none"].join(
      "\t",
    ),
  );
}
if (args.json) writeFileSync(args.json, `${JSON.stringify(rows, null, 2)}\n`);
