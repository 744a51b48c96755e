import { SearchError } from "./errors.ts";

/** `SSEC` as little-endian u32. */
const MAGIC = 0x43455353;
const VERSION = 1;
const HEADER_BYTES = 16;
const ENTRY_BYTES = 24;
const NAME_BYTES = 8;
const ALIGNMENT = 8;

/** Element types by code, as in SPEC.md. */
const TYPES = [Uint8Array, Int8Array, Uint16Array, Uint32Array, Float32Array] as const;

/** What a section may hold. */
export type SectionArray = Uint8Array | Int8Array | Uint16Array | Uint32Array | Float32Array;

/** Sections by name: 1–8 ASCII characters, in the order given. */
export type Sections = Readonly<Record<string, SectionArray>>;

/**
 * Write sections into one container, little-endian, each aligned to 8 bytes; see SPEC.md.
 * The same input gives the same bytes.
 *
 * @param kind What the container holds, 1–8 ASCII characters.
 * @throws RangeError for a name that does not fit.
 */
export function encodeContainer(kind: string, sections: Sections): Uint8Array {
  const entries = Object.entries(sections);
  let end = HEADER_BYTES + entries.length * ENTRY_BYTES;
  const offsets = entries.map(([, array]) => {
    const offset = align(end);
    end = offset + array.byteLength;
    return offset;
  });
  const bytes = new Uint8Array(align(end));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, entries.length, true);
  writeName(bytes, 8, kind);
  entries.forEach(([name, array], i) => {
    const at = HEADER_BYTES + i * ENTRY_BYTES;
    const offset = offsets[i] as number;
    writeName(bytes, at, name);
    view.setUint32(at + 8, typeCode(array), true);
    view.setUint32(at + 12, offset, true);
    view.setUint32(at + 16, array.byteLength, true);
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
  });
  return bytes;
}

/** Whether bytes begin as a container does. */
export function isContainer(bytes: Uint8Array): boolean {
  return bytes.byteLength >= HEADER_BYTES && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === MAGIC;
}

/** Where the sections of a container begin that {@link encodeContainer} wrote, ascending. Byte offsets. */
export function sectionOffsets(container: Uint8Array): number[] {
  const view = new DataView(container.buffer, container.byteOffset, container.byteLength);
  const count = view.getUint16(6, true);
  return Array.from({ length: count }, (_, i) => view.getUint32(HEADER_BYTES + i * ENTRY_BYTES + 12, true));
}

/** Views over the sections of a container; nothing is copied. */
export class Container {
  readonly kind: string;
  readonly #sections = new Map<string, SectionArray>();
  readonly #file: string;

  /**
   * @param bytes Must start at an 8-byte boundary of its buffer.
   * @param options `kind` is what the container must hold; `file` names it in errors.
   * @throws SearchError `file-invalid` when the bytes are not a whole container of that kind,
   *   `file-version` when they are of a newer version.
   */
  constructor(bytes: Uint8Array, { kind, file }: { readonly kind: string; readonly file: string }) {
    this.#file = file;
    if (bytes.byteLength < HEADER_BYTES) throw this.#invalid(`it has ${bytes.byteLength} bytes, less than a header`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== MAGIC) throw this.#invalid(`it begins with ${preview(bytes)}`);
    const version = view.getUint16(4, true);
    if (version !== VERSION) {
      throw new SearchError("file-version", `${file} has format version ${version}, this code reads ${VERSION}.`, {
        remedy: "Build the index and load the element with the same version of semantic-search-element.",
        file,
      });
    }
    this.kind = readName(bytes, 8);
    if (this.kind !== kind) throw this.#invalid(`it holds "${this.kind}", expected "${kind}"`);
    const count = view.getUint16(6, true);
    if (HEADER_BYTES + count * ENTRY_BYTES > bytes.byteLength) throw this.#invalid("its section table is cut off");
    for (let i = 0; i < count; i++) {
      const at = HEADER_BYTES + i * ENTRY_BYTES;
      const Type = TYPES[view.getUint32(at + 8, true)];
      const offset = view.getUint32(at + 12, true);
      const length = view.getUint32(at + 16, true);
      const name = readName(bytes, at);
      if (!Type || offset % ALIGNMENT || length % Type.BYTES_PER_ELEMENT || offset + length > bytes.byteLength) {
        throw this.#invalid(`section "${name}" reaches to byte ${offset + length} of ${bytes.byteLength}`);
      }
      this.#sections.set(
        name,
        new Type(bytes.buffer as ArrayBuffer, bytes.byteOffset + offset, length / Type.BYTES_PER_ELEMENT),
      );
    }
  }

  /** Whether the container has a section of that name. */
  has(name: string): boolean {
    return this.#sections.has(name);
  }

  /**
   * The section as a view of the given type.
   * @throws SearchError `file-invalid` when it is missing or of another type.
   */
  get<T extends SectionArray>(name: string, Type: { new (length: number): T; readonly name: string }): T {
    const section = this.#sections.get(name);
    if (!(section instanceof Type)) {
      throw this.#invalid(
        `section "${name}" is ${section ? section.constructor.name : "missing"}, expected ${Type.name}`,
      );
    }
    return section;
  }

  /** A section written by {@link packStrings}. */
  strings(name: string): string[] {
    return unpackStrings(this.get(name, Uint8Array));
  }

  #invalid(detail: string): SearchError {
    return new SearchError("file-invalid", `${this.#file} is not a usable index file: ${detail}.`, {
      remedy: "Build the index again and deploy the whole folder.",
      file: this.#file,
    });
  }
}

/**
 * The first section of a container, for a reader that has no room for {@link Container}.
 * @returns Undefined when the bytes are no container of that kind, or are cut off.
 */
export function readOnlySection(bytes: Uint8Array, kind: string): Uint8Array | undefined {
  if (!isContainer(bytes) || readName(bytes, 8) !== kind || bytes.byteLength < HEADER_BYTES + ENTRY_BYTES) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const offset = view.getUint32(HEADER_BYTES + 12, true);
  const end = offset + view.getUint32(HEADER_BYTES + 16, true);
  return end <= bytes.byteLength ? bytes.subarray(offset, end) : undefined;
}

/** A list of strings as one UTF-8 section, each ended by U+0000 (removed from the strings themselves). */
export function packStrings(strings: readonly string[]): Uint8Array {
  return new TextEncoder().encode(strings.map((text) => `${text.replaceAll("\0", "")}\0`).join(""));
}

/** The inverse of {@link packStrings}. */
export function unpackStrings(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const strings = new TextDecoder().decode(bytes).split("\0");
  strings.pop();
  return strings;
}

/** Between the entries of a list that is stored as one string. */
const LIST_SEPARATOR = "\u001f";

/** A list as one string, for {@link packStrings}; the separator itself is removed from its entries. */
export function joinList(entries: readonly string[]): string {
  return entries.map((entry) => entry.replaceAll(LIST_SEPARATOR, "")).join(LIST_SEPARATOR);
}

/** The inverse of {@link joinList}; an empty string is an empty list. */
export function splitList(joined = ""): string[] {
  return joined === "" ? [] : joined.split(LIST_SEPARATOR);
}

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function typeCode(array: SectionArray): number {
  return TYPES.findIndex((Type) => array instanceof Type);
}

function writeName(bytes: Uint8Array, at: number, name: string): void {
  if (!/^[!-~]{1,8}$/.test(name)) throw new RangeError(`"${name}" is not 1–8 printable ASCII characters`);
  for (let i = 0; i < name.length; i++) bytes[at + i] = name.charCodeAt(i);
}

function readName(bytes: Uint8Array, at: number): string {
  let name = "";
  for (let i = at; i < at + NAME_BYTES && bytes[i]; i++) name += String.fromCharCode(bytes[i] as number);
  return name;
}

/** The first bytes as text, so that an HTML page served in place of a file is recognised. */
function preview(bytes: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 15)));
}
