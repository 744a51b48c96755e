import { expect, test } from "vitest";

test("<semantic-related> can be imported on a server", async () => {
  expect("window" in globalThis).toBe(false);
  expect((await import("../../src/related.ts")).SemanticRelatedElement).toBeTypeOf("function");
});
