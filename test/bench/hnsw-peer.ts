import fakeIndexedDb from "fake-indexeddb";

/** What is used of hnswlib-wasm, whose own declarations do not resolve in Node. */
export interface Peer {
  initIndex(maxElements: number, m: number, efConstruction: number, seed: number): void;
  addPoints(points: readonly Float32Array[], labels: readonly number[], replaceDeleted: boolean): void;
  setEfSearch(ef: number): void;
  searchKnn(query: Float32Array, limit: number, filter: undefined): { readonly neighbors: readonly number[] };
}

interface PeerLibrary {
  readonly HierarchicalNSW: new (space: "ip", dims: number, autoSaveFile: string) => Peer;
}

/** Links per row and candidates for them. */
export interface PeerOptions {
  readonly m: number;
  readonly efConstruction: number;
}

/** Points that are handed over at a time. */
const BATCH = 1000;

/** hnswlib-wasm, which expects a browser: a window, and IndexedDB for its file system. */
export async function buildPeer(vectors: Float32Array, dims: number, options: PeerOptions): Promise<Peer> {
  const { m, efConstruction } = options;
  Object.assign(globalThis, { window: globalThis, indexedDB: fakeIndexedDb });
  const module: object = await import("hnswlib-wasm/dist/hnswlib.js");
  const library = await (module as { loadHnswlib(): Promise<PeerLibrary> }).loadHnswlib();
  const count = vectors.length / dims;
  const peer = new library.HierarchicalNSW("ip", dims, "");
  peer.initIndex(count, m, efConstruction, 1);
  for (let start = 0; start < count; start += BATCH) {
    const labels = Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => start + i);
    const points = labels.map((row) => vectors.subarray(row * dims, (row + 1) * dims));
    peer.addPoints(points, labels, false);
  }
  return peer;
}

/** Bytes that hnswlib takes in a 32-bit memory: numbers, links of layer 0 with their count, label; links above. */
export function peerBytes(count: number, dims: number, m: number): number {
  return count * (4 * dims + 4 * (2 * m + 1) + 4 + (4 * (m + 1)) / (m - 1));
}
