import { describe, expect, it } from "vitest";
import { runParallel } from "../../src/core/parallel.ts";

const pause = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms));

describe("runParallel", () => {
  it("runs all tasks in their order, no more than some at a time", async () => {
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const tasks = Array.from({ length: 20 }, (_, i) => async () => {
      begun.push(i);
      most = Math.max(most, ++running);
      await pause(i % 3);
      running--;
    });
    await runParallel(tasks, { parallel: 4, signal: undefined });
    expect(begun).toEqual(tasks.map((_, i) => i));
    expect([running, most]).toEqual([0, 4]);
    await runParallel([], { parallel: 4, signal: undefined });
  });

  it.each([
    ["fails", "internal", (_: AbortController) => Promise.reject(new Error("broken"))],
    ["is stopped", "aborted", async (controller: AbortController) => controller.abort()],
  ])("stops those that run when one %s, and begins no other", async (_, code, third) => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const tasks = Array.from({ length: 9 }, (_, i) => async (signal: AbortSignal) => {
      signals.push(signal);
      await (i === 2 ? third(controller) : pause(5));
    });
    const running = runParallel(tasks, { parallel: 3, signal: controller.signal });
    await expect(running).rejects.toMatchObject({ name: "SearchError", code });
    await pause(30);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it("begins nothing when it is stopped before", async () => {
    const task = async () => expect.unreachable();
    await expect(runParallel([task], { parallel: 2, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
  });
});
