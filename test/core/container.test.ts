import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Container, encodeContainer, packStrings, unpackStrings } from "../../src/core/container.ts";
import { SearchError } from "../../src/core/errors.ts";
import { gunzip, gzip } from "../../src/core/gzip.ts";

const golden = new URL("./golden/container.bin", import.meta.url);

/** What golden/container.bin holds; SPEC.md spells out its bytes. */
const SECTIONS = {
  names: packStrings(["a", "", "ü"]),
  codes: Int8Array.of(-127, 0, 127),
  counts: Uint16Array.of(1, 65535),
  ids: Uint32Array.of(4294967295),
  values: Float32Array.of(0.5, -1),
};

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof SearchError ? error.code : String(error);
  }
  return "no error";
}

describe("container", () => {
  it("writes the golden file", () => {
    expect(Buffer.from(encodeContainer("golden", SECTIONS)).toString("hex")).toBe(readFileSync(golden).toString("hex"));
  });

  it("reads the golden file", () => {
    const container = new Container(new Uint8Array(readFileSync(golden)), { kind: "golden", file: "golden" });
    expect(container.strings("names")).toEqual(["a", "", "ü"]);
    expect([...container.get("codes", Int8Array)]).toEqual([-127, 0, 127]);
    expect([...container.get("counts", Uint16Array)]).toEqual([1, 65535]);
    expect([...container.get("ids", Uint32Array)]).toEqual([4294967295]);
    expect([...container.get("values", Float32Array)]).toEqual([0.5, -1]);
    expect(container.has("absent")).toBe(false);
  });

  it("refuses another kind, another type and a missing section", () => {
    const bytes = encodeContainer("one", { data: Uint8Array.of(1) });
    expect(codeOf(() => new Container(bytes, { kind: "two", file: "f" }))).toBe("file-invalid");
    const container = new Container(bytes, { kind: "one", file: "f" });
    expect(codeOf(() => container.get("data", Float32Array))).toBe("file-invalid");
    expect(codeOf(() => container.get("other", Uint8Array))).toBe("file-invalid");
  });

  it("names a newer version and its remedy", () => {
    const bytes = encodeContainer("one", {});
    bytes[4] = 9;
    try {
      new Container(bytes, { kind: "one", file: "x.bin" });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "file-version", file: "x.bin" });
      expect((error as SearchError).message).toContain("version 9");
      expect((error as SearchError).remedy).toContain("same version");
    }
  });

  it("recognises an HTML page in place of a file", () => {
    const html = new TextEncoder().encode("<!doctype html><title>Not found</title>");
    expect(() => new Container(html, { kind: "one", file: "x.bin" })).toThrow(/<!doctype html>/);
  });

  it("reports every truncation as file-invalid, never another error", () => {
    const bytes = encodeContainer("golden", SECTIONS);
    for (let length = 0; length < bytes.length - 8; length++) {
      expect(codeOf(() => new Container(bytes.slice(0, length), { kind: "golden", file: "f" }))).toBe("file-invalid");
    }
  });

  it("packs any strings but those with U+0000", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"))), (strings) => {
        expect(unpackStrings(packStrings(strings))).toEqual(strings);
      }),
    );
  });
});

describe("gzip", () => {
  it("comes back, and twice the same", async () => {
    const bytes = new TextEncoder().encode("hello ".repeat(1000));
    expect(await gunzip(await gzip(bytes), "f")).toEqual(bytes);
    expect(await gzip(bytes)).toEqual(await gzip(bytes));
  });

  it("passes on what a server has unpacked already", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(await gunzip(bytes, "f")).toBe(bytes);
  });

  it("finds every flipped bit of the data, and a cut", async () => {
    const packed = await gzip(new TextEncoder().encode("hello ".repeat(100)));
    for (let at = 10; at < packed.length; at++) {
      const damaged = packed.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      await expect(gunzip(damaged, "f")).rejects.toMatchObject({ code: "file-invalid" });
    }
    await expect(gunzip(packed.slice(0, -3), "f")).rejects.toMatchObject({ code: "file-invalid" });
  });
});
