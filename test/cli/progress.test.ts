import { describe, expect, it, vi } from "vitest";
import { createProgress, describeProgress } from "../../src/cli/progress.ts";
import type { BuildProgress } from "../../src/indexer/types.ts";

describe("progress", () => {
  it("tells counts, bytes, rate and the time left", () => {
    const progress = { phase: "read", done: 500, total: 2000, bytes: 3_400_000 } as const;
    expect(describeProgress(progress, 2000)).toBe("Reading 500/2,000 files · 3.4 MB · 250/s · 6.0 s left");
    expect(describeProgress(progress, 100)).toBe("Reading 500/2,000 files · 3.4 MB");
    expect(describeProgress({ phase: "embed", done: 9, total: 9, bytes: 0 }, 1000)).toBe("Embedding 9/9 chunks · 9/s");
  });

  it("is a few lines where there is no terminal", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const written = run(false, () => vi.advanceTimersByTime(1000));
    vi.useRealTimers();
    expect(written.split("\n")).toEqual([
      "Reading 5/20 files · 50 B · 1/s · 15.0 s left",
      "Reading 10/20 files · 100 B · 1/s · 10.0 s left",
      "Reading 15/20 files · 150 B · 1/s · 5.0 s left",
      "Reading 20/20 files · 200 B · 1/s",
      "",
    ]);
  });

  it("is a bar on a terminal, gone at the end", () => {
    const written = run(true);
    expect(written).toContain("█");
    expect(written).toContain("Reading");
    expect(written.slice(written.lastIndexOf("Reading"))).toContain("\x1b[0K");
  });

  it.each([{ json: true }, { quiet: true }])("is nothing with %o", (flags) => {
    expect(run(true, undefined, flags)).toBe("");
  });
});

function run(isTTY: boolean, afterEach = () => {}, flags = {}): string {
  const written: string[] = [];
  const progress = createProgress({ stderr: { isTTY, write: (text: string) => written.push(text) } }, flags);
  for (let done = 0; done <= 20; done++) {
    const event: BuildProgress = { phase: "read", done, total: 20, bytes: done * 10 };
    progress.update(event);
    afterEach();
  }
  progress.stop();
  progress.stop();
  return written.join("");
}
