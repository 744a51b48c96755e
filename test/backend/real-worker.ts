/** A module worker for the browser tests: `name: "fragile"` makes it crash at the query `crash`. */
import { serveBackend } from "../../src/backend/worker-host.ts";
import { SearchError } from "../../src/core/errors.ts";
import type { SearchBackend } from "../../src/core/search.ts";
import { emptyResults, stubBackend } from "./fake-worker.ts";

const searched: string[] = [];

serveBackend(self, async (indexUrl) => stubBackend({ search: (query) => answer(query, indexUrl) }));

async function answer(query: string, indexUrl: string): ReturnType<SearchBackend["search"]> {
  searched.push(query);
  if (query === "crash" && self.name === "fragile") return crash();
  if (query === "busy") spin(300);
  if (query === "fail") throw new SearchError("network", "offline", { remedy: "Connect.", file: indexUrl });
  return emptyResults(query, { facets: { searched: Object.fromEntries(searched.map((text) => [text, 1])) } });
}

function crash(): Promise<never> {
  setTimeout(() => {
    throw new Error("wrecked on purpose");
  });
  return new Promise(() => {});
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
