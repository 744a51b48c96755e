/** Rows are padded to a multiple of this many elements. */
export const KERNEL_BLOCK = 16;

/** kernel.wat, compiled; a test compiles it again and compares. */
const KERNEL_WASM =
  "AGFzbQEAAAABCQFgBX9/f39/AAMDAgAABQMBAAEHGwMGbWVtb3J5AgAFZG90STgAAAZkb3RGMzIAAQr9AgKyAQIDfwN7AkAgAkUNACABIQUDQCAAIQcgBSADaiEG/QwAAAAAAAAAAAAAAAAAAAAAIQoDQCAF/QAEACEIIAf9AAQAIQkgCiAI/YcBIAn9hwH9ugH9rgEhCiAKIAj9iAEgCf2IAf26Af2uASEKIAVBEGohBSAHQRBqIQcgBSAGSQ0ACyAEIAr9GwAgCv0bAWogCv0bAiAK/RsDamo2AgAgBEEEaiEEIAJBAWshAiACDQALCwvGAQIDfwJ7AkAgAkUNACABIQUDQCAAIQcgBSADQQJ0aiEG/QwAAAAAAAAAAAAAAAAAAAAAIQj9DAAAAAAAAAAAAAAAAAAAAAAhCQNAIAggBf0ABAAgB/0ABAD95gH95AEhCCAJIAX9AAQQIAf9AAQQ/eYB/eQBIQkgBUEgaiEFIAdBIGohByAFIAZJDQALIAggCf3kASEIIAQgCP0fACAI/R8BkiAI/R8CIAj9HwOSkjgCACAEQQRqIQQgAkEBayECIAINAAsLCw==";

/** Exports of kernel.wat: byte addresses in, results written to memory. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  dotI8(query: number, rows: number, count: number, width: number, out: number): void;
  dotF32(query: number, rows: number, count: number, width: number, out: number): void;
}

/** The compiled kernel's bytes. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(KERNEL_WASM), (char) => char.charCodeAt(0));
}

/**
 * A fresh instance of the SIMD kernel with its own memory; undefined where WebAssembly or SIMD is missing or a
 * content security policy without 'wasm-unsafe-eval' forbids it. The caller then computes in JavaScript.
 */
export function instantiateKernel(): Kernel | undefined {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(kernelBytes())).exports as unknown as Kernel;
  } catch {
    return undefined;
  }
}
