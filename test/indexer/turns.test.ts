import { expect, it } from "vitest";
import { Turns } from "../../src/indexer/turns.ts";

it("gives others their turn now and then, and stops when it is aborted", async () => {
  const stop = new AbortController();
  const turns = new Turns(stop.signal);
  setTimeout(() => stop.abort(), 10);
  let pauses = 0;
  const work = (async () => {
    for (;;) {
      const turn = turns.take();
      if (turn) pauses++;
      await turn;
    }
  })();
  await expect(work).rejects.toMatchObject({ name: "AbortError" });
  expect(pauses).toBeLessThan(5);
});
