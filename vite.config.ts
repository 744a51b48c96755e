import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { CHROMIUM_ARGS, findChromium } from "./test/e2e/chromium.ts";

const BROWSER_TESTS = "test/**/*.browser.test.ts";
/** The bundles hold their dependencies (listed in test/imports.test.ts), and are copied away from the licence texts. */
const BUNDLE_OUTPUT = {
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  // Real names, so that files of two releases, mixed by a cache, fit together or fail to load; never half of each.
  minifyInternalExports: false,
  postBanner:
    "/*! semantic-search-element, MIT. element.js holds Lit (BSD-3-Clause, Google LLC); worker.js holds stemmer (MIT, Titus " +
    "Wormer), Valibot (MIT, Fabian Hiller); open-encoder.js holds Tokenizers (Apache-2.0, Hugging Face); ort.*.js are ONNX " +
    "Runtime (MIT, Microsoft Corporation). */",
};

/** Vite's loader of dynamic imports preloads their styles and imports: here they have neither. */
const plainImports: Plugin = {
  name: "plain-dynamic-imports",
  enforce: "pre",
  apply: "build",
  load: { filter: { id: /vite\/preload-helper/ }, handler: () => "export const __vitePreload = (load) => load();" },
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
 * the search. Everything included, fixed names, relative URLs, so that the folder can be copied anywhere.
 * `vitest` runs the tests in Node and in Chromium.
 */
export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [plainImports],
  build: {
    outDir: "dist/browser",
    assetsDir: ".",
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: { element: "src/element.ts" },
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
});
