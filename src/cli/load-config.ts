import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as v from "valibot";
import { closest } from "../core/closest.ts";
import { SearchError } from "../core/errors.ts";
import { type ConfigContext, configSchema, type SearchConfig } from "./config.ts";
import { formatPath } from "./format.ts";
import { modelName } from "./options.ts";

/** Names looked for in the working directory, the first that exists wins. */
const CONFIG_FILES = ["ts", "js", "mjs", "json"].map((extension) => `semantic-search.config.${extension}`);

/** Options of {@link loadConfig}. */
export interface LoadConfigOptions extends ConfigContext {
  readonly cwd: string;
  /** A file named by the user; must exist. Default: the first of {@link CONFIG_FILES}. */
  readonly file?: string | undefined;
}

/**
 * Find, run and check the config file.
 *
 * @returns Its options with paths made absolute; an empty object when there is no file.
 * @throws SearchError `config-invalid` naming the file and every wrong key.
 */
export async function loadConfig({ cwd, file, command }: LoadConfigOptions): Promise<SearchConfig> {
  const path = file === undefined ? findConfig(cwd) : resolve(cwd, file);
  if (path === undefined) return {};
  const name = formatPath(path, cwd);
  if (!existsSync(path)) {
    throw new SearchError("config-invalid", `There is no config file "${name}".`, {
      remedy: "Check the path given with --config.",
      file: name,
    });
  }
  const config = checkConfig(await runConfig(path, { command, name }), name);
  return absolutePaths(config, dirname(path));
}

function findConfig(cwd: string): string | undefined {
  return CONFIG_FILES.map((name) => join(cwd, name)).find((path) => existsSync(path));
}

async function runConfig(path: string, { command, name }: ConfigContext & { readonly name: string }): Promise<unknown> {
  try {
    const exported = await readConfig(path);
    return typeof exported === "function" ? await exported({ command }) : exported;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SearchError("config-invalid", `${name} cannot be read: ${reason}`, {
      remedy: "Correct the file, or name another with --config.",
      file: name,
      cause,
    });
  }
}

/** The default export; TypeScript and both module systems by way of jiti. */
async function readConfig(path: string): Promise<unknown> {
  if (path.endsWith(".json")) return JSON.parse(await readFile(path, "utf8"));
  const { createJiti } = await import("jiti");
  return createJiti(import.meta.url, { moduleCache: false, fsCache: false }).import(path, { default: true });
}

function checkConfig(value: unknown, name: string): SearchConfig {
  // A list passes for an object without keys; null does not.
  const result = v.safeParse(configSchema, Array.isArray(value) ? null : value);
  if (result.success) return result.output;
  const problems = result.issues.map(describeIssue).join("; ");
  throw new SearchError("config-invalid", `${name} is not valid: ${problems}.`, {
    remedy: `Known keys: ${Object.keys(configSchema.entries).join(", ")}.`,
    file: name,
  });
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue) ?? "";
  if (!key) return issue.message;
  if (issue.expected === "never") return describeUnknownKey(key);
  return `${key}: ${issue.message}, got ${issue.received}`;
}

function describeUnknownKey(key: string): string {
  const suggestion = closest(key, Object.keys(configSchema.entries));
  return `unknown key "${key}"${suggestion ? ` (did you mean "${suggestion}"?)` : ""}`;
}

function absoluteModel(model: NonNullable<SearchConfig["model"]>, base: string): SearchConfig["model"] {
  if (typeof model === "string") return modelName(model, base);
  if (model === false || "url" in model) return model;
  const { name, rerank } = model;
  const second = rerank && { ...rerank, name: modelName(rerank.name, base) };
  return { ...model, name: modelName(name, base), ...(second && { rerank: second }) };
}

function absolutePaths(config: SearchConfig, base: string): SearchConfig {
  const { dir, out, model, staticModel, modelsFrom, curation } = config;
  return {
    ...config,
    ...(dir !== undefined && { dir: resolve(base, dir) }),
    ...(out !== undefined && { out: resolve(base, out) }),
    ...(staticModel !== undefined && { staticModel: resolve(base, staticModel) }),
    ...(modelsFrom !== undefined && { modelsFrom: resolve(base, modelsFrom) }),
    ...(typeof curation === "string" && { curation: resolve(base, curation) }),
    ...(model !== undefined && { model: absoluteModel(model, base) }),
  };
}
