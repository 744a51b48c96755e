import { playwright } from "@vitest/browser-playwright";
import { type Plugin, Visitor } from "vite";
import { defineConfig } from "vitest/config";
import { minifyCss, minifyHtml } from "./build/minify-templates.ts";
import { CHROMIUM_ARGS, findChromium } from "./test/e2e/chromium.ts";

const BROWSER_TESTS = "test/**/*.browser.test.ts";
/** The bundles hold their dependencies (listed in test/imports.test.ts), and are copied away from the licence texts. */
const HOLDS: Readonly<Record<string, string>> = {
  "element.js": "; Lit, BSD-3-Clause, Google LLC",
  "worker.js": "; stemmer, MIT, Titus Wormer; Valibot, MIT, Fabian Hiller",
  "open-encoder.js": "; Tokenizers, Apache-2.0, Hugging Face",
  "ort.wasm.bundle.min.js": "; ONNX Runtime, MIT, Microsoft Corporation",
  "ort.webgpu.bundle.min.js": "; ONNX Runtime, MIT, Microsoft Corporation",
};
const BUNDLE_OUTPUT = {
  entryFileNames: "[name].js",
  chunkFileNames: ({ facadeModuleId }: { facadeModuleId?: string | null }) =>
    facadeModuleId?.includes("/ui/locales/") ? "locale-[name].js" : "[name].js",
  // Real names, so that files of two releases, mixed by a cache, fit together or fail to load; never half of each.
  minifyInternalExports: false,
  postBanner: ({ fileName }: { fileName: string }) => `/*! semantic-search-element, MIT${HOLDS[fileName] ?? ""} */`,
};

/** Vite wraps dynamic imports to preload their styles and imports: here they have neither. */
const plainImports: Plugin = {
  name: "plain-dynamic-imports",
  apply: "build",
  configResolved({ plugins }) {
    const others = plugins.filter(({ name }) => name !== "native:import-analysis-build");
    (plugins as Plugin[]).splice(0, plugins.length, ...others);
  },
};

/** Lit's templates, as short as the code around them. */
export const minifiedTemplates: Plugin = {
  name: "minified-templates",
  apply: "build",
  transform: {
    filter: { id: /\/src\/ui\// },
    handler(code) {
      const minifiers: Record<string, (source: string) => string> = {
        css: minifyCss,
        html: minifyHtml,
        svg: minifyHtml,
      };
      const pieces: { start: number; end: number; text: string }[] = [];
      new Visitor({
        TaggedTemplateExpression({ tag, quasi }) {
          const minify = tag.type === "Identifier" ? minifiers[tag.name] : undefined;
          if (minify)
            pieces.push(...quasi.quasis.map(({ start, end, value }) => ({ start, end, text: minify(value.raw) })));
        },
      }).visit(this.parse(code));
      // From the last to the first, so that the places of the others stay what they are.
      return pieces
        .sort((a, b) => b.start - a.start)
        .reduce((text, { start, end, text: piece }) => text.slice(0, start) + piece + text.slice(end), code);
    },
  },
};

/** Bundlers know `new Worker(new URL(…))`, which Trusted Types refuse: in our own bundle, another class has that name. */
const trustedWorker: Plugin = {
  name: "trusted-worker",
  enforce: "pre",
  apply: "build",
  transform: {
    filter: { id: /backend\/worker-client\.ts$/ },
    handler: (code) => `import { TrustedWorker as Worker } from "./trusted-worker.ts";\n${code}`,
  },
};

/** ONNX Runtime names its binaries so that bundlers add them; ours stand in the index that needs them (41 MB). */
export const withoutBinaries: Plugin = {
  name: "onnxruntime-without-binaries",
  transform: {
    filter: { id: /onnxruntime-web/ },
    handler: (code) => code.replace(/new URL\("(ort-wasm[\w.-]+\.wasm)",import\.meta\.url\)\.href/g, '"$1"'),
  },
};

/**
 * `vite build` makes `dist/browser/`: `element.js`, and what it loads from beside itself when a visitor reaches for
 * the search; and `highlight.js`; `vite build --mode related` adds `related.js`. Everything included, fixed names, relative URLs, so that the
 * folder can be copied anywhere. `vitest` runs the tests in Node and in Chromium.
 */
export default defineConfig(({ mode }) => ({
  base: "./",
  publicDir: false,
  plugins: [plainImports, minifiedTemplates, trustedWorker],
  build: {
    outDir: "dist/browser",
    emptyOutDir: mode !== "related",
    assetsDir: ".",
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      // One file each: built together, they would share a third.
      input:
        mode === "related"
          ? { related: "src/related.ts" }
          : { element: "src/element.ts", highlight: "src/highlight.ts" },
      preserveEntrySignatures: "allow-extension",
      output: BUNDLE_OUTPUT,
    },
  },
  worker: {
    format: "es",
    plugins: () => [withoutBinaries],
    rolldownOptions: { output: BUNDLE_OUTPUT },
  },
  test: {
    maxWorkers: 2,
    // Generous, for machines that do other work meanwhile: a test that hangs is noticed all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vitest-results.json" }]],
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: [BROWSER_TESTS],
        },
      },
      {
        extends: true,
        // Found before the first test, so that none is run again when they are.
        optimizeDeps: { include: ["stemmer", "valibot"] },
        test: {
          name: "browser",
          include: [BROWSER_TESTS],
          globalSetup: "test/e2e/require-chromium.ts",
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium() ?? "", args: [...CHROMIUM_ARGS] },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
}));
