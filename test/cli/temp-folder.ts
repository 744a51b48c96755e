import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder with these files, gone after the test. */
export async function tempFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const dir = await makeFolder(files);
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A folder with these files; the caller removes it. */
export async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "semantic-search-cli-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}
