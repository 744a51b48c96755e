import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { CHROMIUM_ARGS, findChromium } from "./test/e2e/chromium.ts";

const BROWSER_TESTS = "test/**/*.browser.test.ts";
/** The bundles hold their dependencies (listed in test/imports.test.ts), and are copied away from the licence texts. */
const BUNDLE_OUTPUT = {
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  postBanner:
    "/*! semantic-search-element, MIT. Holds Lit (BSD-3-Clause, Google LLC) and MiniSearch (MIT, Luca Ongaro). */",
};

/** Vite's loader of dynamic imports preloads their styles and imports: here they have neither. */
const plainImports: Plugin = {
  name: "plain-dynamic-imports",
  enforce: "pre",
  apply: "build",
  load: { filter: { id: /vite\/preload-helper/ }, handler: () => "export const __vitePreload = (load) => load();" },
};

/**
 * `vite build` makes `dist/browser/element.js` and the `worker.js` that it starts from beside itself: everything
 * included, fixed names, relative URLs, so that the two can be copied to any folder of any site.
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
