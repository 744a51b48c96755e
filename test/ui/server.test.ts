import { expect, test } from "vitest";

test("the element can be imported on a server", async () => {
  expect("window" in globalThis).toBe(false);
  const { SemanticSearchElement } = await import("../../src/element.ts");
  expect(SemanticSearchElement.properties).toHaveProperty("src");
});
