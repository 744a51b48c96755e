import * as v from "valibot";
import { QUERY_SHAPES } from "../core/fusion.ts";
import { DTYPES } from "../core/model-files.ts";
import type { Curation } from "../indexer/curation.ts";
import type { IndexSiteOptions } from "../indexer/types.ts";

/** What a `semantic-search.config` file may say: the options of `index`. Paths are relative to the file. */
export interface SearchConfig extends Omit<IndexSiteOptions, "dir" | "signal" | "onProgress"> {
  /** Folder of the built site; the one option that `index` cannot do without. */
  readonly dir?: string | undefined;
}

/** What a config function is called with. */
export interface ConfigContext {
  /** The command that is running. */
  readonly command: "index" | "search" | "inspect" | "eval" | "tune" | "serve";
}

/** The default export of a `semantic-search.config` file. */
export type ConfigExport = SearchConfig | ((context: ConfigContext) => SearchConfig | Promise<SearchConfig>);

/** Returns its argument; gives editors the types of a `semantic-search.config` file. */
export function defineConfig<T extends ConfigExport>(config: T): T {
  return config;
}

const text = v.pipe(v.string("expected a string"), v.minLength(1, "expected text, got an empty string"));
const list = v.pipe(v.array(text, "expected a list of strings"), v.readonly());
const flag = v.boolean("expected true or false");
const count = (least: number) => {
  const message = `expected a whole number, ${least} or more`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message));
};
const oneOf = <const T extends readonly string[]>(names: T) =>
  v.picklist(names, `expected ${names.map((name) => `"${name}"`).join(" or ")}`);

const share = v.pipe(v.number("expected a number"), v.minValue(0, "expected 0 to 1"), v.maxValue(1, "expected 0 to 1"));
const fusion = v.partial(
  v.strictObject({
    method: oneOf(["convex", "rrf"]),
    semanticWeight: share,
    rrfK: v.number("expected a number"),
    shapes: v.partial(v.strictObject(v.entriesFromList(QUERY_SHAPES, share))),
    feedback: v.strictObject({ chunks: count(1), weight: v.number("expected a number") }),
  }),
);
const modelEntries = {
  name: text,
  languages: v.optional(list),
  queryPrefix: v.optional(v.string("expected a string")),
  passagePrefix: v.optional(v.string("expected a string")),
  dims: v.optional(count(1)),
  fusion: v.optional(fusion),
};
const revision = v.optional(text);
const dtype = v.optional(oneOf(DTYPES));
const maxTokens = v.optional(count(8));
const rerank = v.strictObject({ name: text, revision, dtype, maxTokens, top: v.optional(count(1)) });
const pooling = v.optional(oneOf(["mean", "cls", "last-token"]));
const encoder = v.strictObject({ ...modelEntries, revision, dtype, pooling, maxTokens, rerank: v.optional(rerank) });
const server = v.strictObject({ ...modelEntries, url: text, queryUrl: text });
const modelName = v.union([text, v.literal(false)], "expected a model's name, an object with its name, or false");

/** The one of the shapes of `model` that is meant, so that errors name the key at fault. */
function modelSchema(input: unknown) {
  if (typeof input !== "object" || input === null) return modelName;
  return "url" in input || "queryUrl" in input ? server : encoder;
}

/** What stands in it is checked as the file's would be, when it is read. */
const curation = v.custom<string | Curation>(
  (input) => (typeof input === "string" ? input !== "" : typeof input === "object" && input !== null),
  "expected the path of a file, or an object",
);

/** The shape of a config object; {@link SearchConfig} in checkable form. */
export const configSchema = v.strictObject(
  {
    dir: v.optional(text),
    out: v.optional(text),
    from: v.optional(oneOf(["html", "markdown", "json"])),
    include: v.optional(list),
    exclude: v.optional(list),
    root: v.optional(text),
    ignore: v.optional(list),
    language: v.optional(text),
    cleanUrls: v.optional(flag),
    siteRoot: v.optional(text),
    precision: v.optional(oneOf(["int8", "float32"])),
    chunkTokens: v.optional(count(8)),
    overlapTokens: v.optional(count(0)),
    model: v.optional(v.lazy(modelSchema)),
    staticModel: v.optional(text),
    modelsFrom: v.optional(text),
    related: v.optional(flag),
    adapt: v.optional(flag),
    curation: v.optional(curation),
    sections: v.optional(flag),
    maxFiles: v.optional(count(1)),
    keep: v.optional(count(0)),
    strict: v.optional(flag),
    force: v.optional(flag),
  },
  "expected an object of options",
);
