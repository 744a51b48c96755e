/** Rows are padded to a multiple of this many elements. */
export const KERNEL_BLOCK = 16;

/** kernel.wat, compiled; a test compiles it again and compares. */
const KERNEL_WASM =
  "AGFzbQEAAAABEgJgBX9/f39/AGAGf39/f39/AAMEAwABAAUDAQABByUEBm1lbW9yeQIABWRvdEk4AAAHZG90SThBdAABBmRvdEYzMgACCpMHA7IBAgN/A3sCQCACRQ0AIAEhBQNAIAAhByAFIANqIQb9DAAAAAAAAAAAAAAAAAAAAAAhCgNAIAX9AAQAIQggB/0ABAAhCSAKIAj9hwEgCf2HAf26Af2uASEKIAogCP2IASAJ/YgB/boB/a4BIQogBUEQaiEFIAdBEGohByAFIAZJDQALIAQgCv0bACAK/RsBaiAK/RsCIAr9GwNqajYCACAEQQRqIQQgAkEBayECIAINAAsLC5QECgJ/A3sBfwF7AX8BewF/AXsBfwF7IAAgBGohBwJAIANFDQADQCABIAIoAgAgBGxqIQv9DAAAAAAAAAAAAAAAAAAAAAAhDCABIAIoAgQgBGxqIQ39DAAAAAAAAAAAAAAAAAAAAAAhDiABIAIoAgggBGxqIQ/9DAAAAAAAAAAAAAAAAAAAAAAhECABIAIoAgwgBGxqIRH9DAAAAAAAAAAAAAAAAAAAAAAhEiAAIQYDQCAG/QAEACEKIAr9hwEhCCAK/YgBIQkgC/0ABAAhCiAMIAr9hwEgCP26ASAK/YgBIAn9ugH9rgH9rgEhDCALQRBqIQsgDf0ABAAhCiAOIAr9hwEgCP26ASAK/YgBIAn9ugH9rgH9rgEhDiANQRBqIQ0gD/0ABAAhCiAQIAr9hwEgCP26ASAK/YgBIAn9ugH9rgH9rgEhECAPQRBqIQ8gEf0ABAAhCiASIAr9hwEgCP26ASAK/YgBIAn9ugH9rgH9rgEhEiARQRBqIREgBkEQaiEGIAYgB0kNAAsgBSAM/RsAIAz9GwFqIAz9GwIgDP0bA2pqNgIAIAUgDv0bACAO/RsBaiAO/RsCIA79GwNqajYCBCAFIBD9GwAgEP0bAWogEP0bAiAQ/RsDamo2AgggBSAS/RsAIBL9GwFqIBL9GwIgEv0bA2pqNgIMIAJBEGohAiAFQRBqIQUgA0EEayEDIAMNAAsLC8YBAgN/AnsCQCACRQ0AIAEhBQNAIAAhByAFIANBAnRqIQb9DAAAAAAAAAAAAAAAAAAAAAAhCP0MAAAAAAAAAAAAAAAAAAAAACEJA0AgCCAF/QAEACAH/QAEAP3mAf3kASEIIAkgBf0ABBAgB/0ABBD95gH95AEhCSAFQSBqIQUgB0EgaiEHIAUgBkkNAAsgCCAJ/eQBIQggBCAI/R8AIAj9HwGSIAj9HwIgCP0fA5KSOAIAIARBBGohBCACQQFrIQIgAg0ACwsL";

/** Exports of kernel.wat: byte addresses in, results written to memory. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  dotI8(query: number, rows: number, count: number, width: number, out: number): void;
  /** Of some rows only, by their numbers; `count` is a multiple of 4. */
  dotI8At(query: number, rows: number, ids: number, count: number, width: number, out: number): void;
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
