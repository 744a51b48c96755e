import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { writeSite } from "../../demo/generator/write-site.js";

/** Write the documentation site to a folder that is gone after the tests of the file. */
export async function writeDemoSite(base = "/"): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), "semantic-search-demo-"));
  afterAll(() => rm(out, { recursive: true, force: true }));
  await writeSite({ out, base });
  return out;
}
