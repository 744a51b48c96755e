import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { createRandom } from "../../src/core/random.ts";
import { instantiateKernel, kernelBytes } from "../../src/vectors/kernel.ts";
import { nearestSketch, sketch, sketchBytesFor } from "../../src/vectors/sketch.ts";

describe("kernel", () => {
  it("is kernel.wat, compiled", async () => {
    const source = readFileSync(new URL("../../src/vectors/kernel.wat", import.meta.url), "utf8");
    const { buffer } = (await wabt()).parseWat("kernel.wat", source, { simd: true }).toBinary({});
    expect(Buffer.from(kernelBytes()).toString("hex")).toBe(Buffer.from(buffer).toString("hex"));
  });

  it("runs here", () => {
    expect(instantiateKernel()).toBeDefined();
  });
});

describe("sketch", () => {
  it("finds the sentence nearest to the query", () => {
    const dims = 128;
    const random = createRandom(3);
    const sentences = Float32Array.from({ length: 5 * dims }, () => random() - 0.5);
    const sketches = new Uint8Array(5 * sketchBytesFor(dims));
    for (let i = 0; i < 5; i++) {
      sketches.set(sketch(sentences.subarray(i * dims, (i + 1) * dims)), i * sketchBytesFor(dims));
    }
    for (let i = 0; i < 5; i++) {
      expect(nearestSketch(sentences.subarray(i * dims, (i + 1) * dims), sketches).sentence).toBe(i);
    }
    expect(nearestSketch(sentences.subarray(0, dims), new Uint8Array()).sentence).toBe(0);
  });
});
