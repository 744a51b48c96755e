import { describe, expect, it } from "vitest";
import { isAbort, SearchError } from "../../src/core/errors.ts";

describe("SearchError", () => {
  it("survives structured cloning by way of JSON", () => {
    const error = new SearchError("file-missing", "gone", { remedy: "look", file: "a.bin", cause: new Error("x") });
    const copy = SearchError.fromJSON(structuredClone(error.toJSON()));
    expect(copy).toBeInstanceOf(SearchError);
    expect(copy).toMatchObject({ code: "file-missing", message: "gone", remedy: "look", file: "a.bin" });
  });

  it("wraps what is thrown, keeping aborts apart", () => {
    expect(SearchError.from(new TypeError("bad"))).toMatchObject({ code: "internal", message: "bad" });
    expect(SearchError.from("text").message).toBe("text");
    const abort = SearchError.from(new DOMException("Aborted", "AbortError"));
    expect(abort.code).toBe("aborted");
    expect(isAbort(abort)).toBe(true);
    expect(isAbort(new Error("x"))).toBe(false);
  });

  it("knows the errors of another copy of the class", () => {
    const foreign = (code: string) => Object.assign(new Error("gone"), { name: "SearchError", code, remedy: "look" });
    const error = SearchError.from(foreign("file-missing"));
    expect(error).toBeInstanceOf(SearchError);
    expect(error).toMatchObject({ code: "file-missing", message: "gone", remedy: "look" });
    expect(SearchError.from(foreign("made-up")).code).toBe("internal");
    expect(isAbort(foreign("aborted"))).toBe(true);
  });

  it("does not trust a code from outside", () => {
    expect(SearchError.fromJSON({ code: "made-up" as "internal", message: "m" }).code).toBe("internal");
  });
});
