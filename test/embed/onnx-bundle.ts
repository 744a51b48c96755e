import { build } from "vite";
import { withoutBinaries } from "../../vite.config.ts";

/** Bundle browser scripts, minified; the name of each output is its key. */
export async function bundleScripts(
  input: Readonly<Record<string, string>>,
  outDir: string,
  { alias = {} }: { readonly alias?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  await build({
    configFile: false,
    root: import.meta.dirname,
    base: "./",
    logLevel: "error",
    publicDir: false,
    plugins: [withoutBinaries],
    resolve: { alias },
    build: {
      outDir,
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      target: "es2023",
      rolldownOptions: {
        input,
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
      },
    },
  });
}
