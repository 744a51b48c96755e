import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile } from "svelte/compiler";
import { build, type InlineConfig, type Plugin } from "vite";
import { compileScript, parse } from "vue/compiler-sfc";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CACHE = join(ROOT, "node_modules/.cache", `frameworks-${process.pid}`);

/** A small application around the component that the documentation shows. */
export interface App {
  readonly name: string;
  /** Heading in the documentation whose last block of code is the component, if it shows one. */
  readonly heading?: string;
  /** The component's file. */
  readonly component?: string;
  /** Files by name: `app.…`, what is around the component; `client.…` starts it; `server.…` renders it, if it is rendered. */
  readonly files: Readonly<Record<string, string>>;
  readonly client: string;
  readonly server?: string;
  readonly alias?: Readonly<Record<string, string>>;
}

/** Builds an application into a folder, as `index.html` with its script. The element is that of `dist/`. */
export async function buildApp(app: App, outDir: string, base: string): Promise<void> {
  const root = join(CACHE, app.name);
  await mkdir(root, { recursive: true });
  const files = { ...app.files };
  if (app.heading && app.component) files[app.component] = await documentedCode(app.heading);
  for (const [file, text] of Object.entries(files)) {
    await writeFile(
      join(root, file),
      text.replaceAll("/semantic-search/index.json", `${base}semantic-search/index.json`),
    );
  }
  const html = app.server ? await render(app, app.server, root) : "";
  await writeFile(
    join(root, "index.html"),
    `<!doctype html><html lang="en"><title>${app.name}</title><link rel="icon" href="/handbook/icon.svg"><div id="root">${html}</div><script type="module" src="./${app.client}"></script></html>`,
  );
  await build({
    ...common(app, root),
    build: { outDir, emptyOutDir: true, modulePreload: false, assetsInlineLimit: 0 },
  });
}

/** Removes what was made on the way. */
export async function removeApps(): Promise<void> {
  await rm(CACHE, { recursive: true, force: true });
}

async function render(app: App, server: string, root: string): Promise<string> {
  const outDir = join(root, "server");
  await build({
    ...common(app, root),
    plugins: [components("server")],
    ssr: { noExternal: true },
    build: { ssr: server, outDir },
  });
  const { render } = await import(pathToFileURL(join(outDir, "server.js")).href);
  return render();
}

function common({ alias = {} }: App, root: string) {
  return {
    root,
    base: "./",
    configFile: false,
    logLevel: "error" as const,
    resolve: { alias: { "semantic-search-element/element": join(ROOT, "dist/element.js"), ...alias } },
    define: {
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    plugins: [components("client")],
    worker: { format: "es" as const },
    mode: "development",
  } satisfies InlineConfig;
}

/** What the plugins of Vue and Svelte for Vite do, as far as it is needed here. */
function components(generate: "client" | "server"): Plugin {
  return {
    name: "components",
    transform(code, file) {
      if (file.endsWith(".svelte")) return compile(code, { generate, filename: file }).js.code;
      if (!file.endsWith(".vue")) return;
      const compilerOptions = { isCustomElement: (tag: string) => tag.startsWith("semantic-") };
      const templateOptions = { ssr: generate === "server", ssrCssVars: [], compilerOptions };
      const { descriptor } = parse(code, { filename: file, templateParseOptions: compilerOptions });
      return compileScript(descriptor, { id: "x", inlineTemplate: true, templateOptions }).content;
    },
  };
}

/** The last block of code below a heading of the documentation. */
export async function documentedCode(heading: string): Promise<string> {
  const text = await readFile(join(ROOT, "demo/content/frameworks.md"), "utf8");
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const block = [...section.matchAll(/```(?:html|jsx|vue|svelte)\n([\s\S]*?)```/g)].at(-1)?.[1];
  if (!block) throw new Error(`The documentation has no code below “${heading}”.`);
  return block;
}
