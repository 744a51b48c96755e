import { expect, test } from "vitest";
import { SearchError } from "../../src/core/errors.ts";
import type { SearchBackend } from "../../src/core/search.ts";
import { IndexKeeping } from "../../src/ui/index-keeping.ts";

/** An element that has no backend while it is not in the page. */
function keeping() {
  const page = { isThere: true, kept: 0, errors: [] as string[] };
  const backend = { keepAll: async () => void page.kept++ } as Partial<SearchBackend> as SearchBackend;
  const keep = new IndexKeeping({
    backend: () => {
      if (page.isThere) return backend;
      throw new SearchError("aborted", "The element was taken out of the page.");
    },
    isWanted: () => true,
    progress: () => {},
    failed: ({ code }) => page.errors.push(code),
  });
  return { page, keep };
}

test("an element that is out of the page when its turn comes keeps the index when it is back", async () => {
  const { page, keep } = keeping();
  page.isThere = false;
  await keep.start();
  page.isThere = true;
  await keep.start();
  expect(page).toMatchObject({ kept: 1, errors: [] });
});

test("an index is kept once", async () => {
  const { page, keep } = keeping();
  await keep.start();
  await keep.start();
  expect(page.kept).toBe(1);
});
