import { readFileSync, writeFileSync } from "node:fs";
import createWabt from "wabt";

const ROOM = new URL("../../src/training/", import.meta.url);

/** Compile kernels.wat and give the text of kernels-wasm.ts. */
export async function compileKernels(): Promise<string> {
  const wabt = await createWabt();
  const source = readFileSync(new URL("kernels.wat", ROOM));
  const features = { simd: true, threads: true };
  const parsed = wabt.parseWat("kernels.wat", source, features);
  const base64 = Buffer.from(parsed.toBinary({}).buffer).toString("base64");
  const lines = (base64.match(/.{1,110}/g) ?? []).map((line) => `  "${line}",`);
  return [
    "/** kernels.wat, compiled, in base64. `UPDATE=1 npx vitest run test/training/kernels.test.ts` writes this file. */",
    `export const KERNELS_WASM = [\n${lines.join("\n")}\n].join("");\n`,
  ].join("\n");
}

/** Write kernels-wasm.ts anew. */
export async function updateKernels(): Promise<void> {
  writeFileSync(new URL("kernels-wasm.ts", ROOM), await compileKernels());
}
