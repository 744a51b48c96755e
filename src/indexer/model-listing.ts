import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SearchError } from "../core/errors.ts";
import type { RetryOptions } from "../core/retry.ts";
import type { HubClient, HubFile, HubListing, ModelRevision } from "./model-client.ts";
import { refFile, snapshotFolder } from "./model-folder.ts";

/** Where {@link listModel} looks. */
export interface ListContext {
  readonly model: ModelRevision;
  /** The cache's folder. */
  readonly models: string;
  readonly retry: RetryOptions;
}

/**
 * The files of a model: from the hub, whose word is kept; from the cache for a commit, which does not change, and when the
 * hub cannot be reached.
 *
 * @throws SearchError As {@link HubClient.list} does.
 */
export async function listModel(client: HubClient, { model, models, retry }: ListContext): Promise<HubListing> {
  const known = await readListing(models, model);
  if (known?.commit === model.revision) return known;
  try {
    const listing = await client.list(model, retry);
    await writeWhole(refFile(models, model), listing.commit);
    const file = listingFile(models, { ...model, revision: listing.commit });
    await writeWhole(file, JSON.stringify(Object.fromEntries(listing.files)));
    return listing;
  } catch (error) {
    if (known && error instanceof SearchError && error.code === "network") return known;
    throw error;
  }
}

/** Undefined if the revision was never asked for, or what is left of that cannot be read. */
async function readListing(models: string, model: ModelRevision): Promise<HubListing | undefined> {
  try {
    // What was never a branch or tag may be a commit.
    const commit = await readFile(refFile(models, model), "utf8").catch(() => model.revision);
    const json = await readFile(listingFile(models, { ...model, revision: commit }), "utf8");
    const files = Object.entries(JSON.parse(json) as Record<string, HubFile>);
    return { commit, files: new Map(files) };
  } catch {
    return undefined;
  }
}

function listingFile(models: string, model: ModelRevision): string {
  return `${snapshotFolder(models, model)}.json`;
}

async function writeWhole(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
