/** An index of nothing but related pages, made up in the page: for addresses where no server has one. */
const MAGIC = 0x43455353;
const HEADER_BYTES = 16;
const ENTRY_BYTES = 24;
const DATA_AT = HEADER_BYTES + ENTRY_BYTES;
const HASH = "0".repeat(16);

const ANSWERS = new Map();
const fetchFromServer = globalThis.fetch;
globalThis.fetch = (request, options) => {
  const body = ANSWERS.get(String(request));
  return body ? Promise.resolve(new Response(body)) : fetchFromServer(request, options);
};

/** Answers requests for an index at `src` whose only page has these neighbours. */
export function publishRelated(src, path, pages) {
  const related = { file: "related/groups.bin", bytes: 0, shards: 1, group: 1 };
  const entry = [path, pages.map(({ path, title, trail, score }) => [path, title, trail, Math.round(score * 100)])];
  ANSWERS.set(src, JSON.stringify({ format: "semantic-search-index", version: 3, siteRoot: "./", related }));
  ANSWERS.set(new URL(related.file, src).href, container("relgroup", "names", new Uint8Array(HASH.length / 2)));
  const shard = container("related", "json", new TextEncoder().encode(JSON.stringify([entry])));
  ANSWERS.set(new URL(`related/${HASH}/0.bin`, src).href, shard);
}

/** A container with one section, as SPEC.md describes it. */
function container(kind, name, section) {
  const bytes = new Uint8Array(DATA_AT + section.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, 1, true);
  view.setUint16(6, 1, true);
  bytes.set(new TextEncoder().encode(kind), 8);
  bytes.set(new TextEncoder().encode(name), HEADER_BYTES);
  view.setUint32(HEADER_BYTES + 12, DATA_AT, true);
  view.setUint32(HEADER_BYTES + 16, section.length, true);
  bytes.set(section, DATA_AT);
  return bytes;
}
