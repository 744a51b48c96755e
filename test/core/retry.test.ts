import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Attempt, isTransient, retryDelay, sleep, withRetries } from "../../src/core/retry.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("isTransient", () => {
  it("is for overload and faults of the server", () => {
    const statuses = [200, 304, 400, 401, 404, 408, 413, 422, 425, 429, 500, 501, 502, 503, 504];
    expect(statuses.filter(isTransient)).toEqual([408, 425, 429, 500, 502, 503, 504]);
  });
});

describe("retryDelay", () => {
  it.each([
    [1, undefined, 500],
    [3, null, 2000],
    [30, undefined, 60_000],
    [3, "7", 7000],
    [1, "0", 0],
    [1, "86400", 60_000],
    [1, "Thu, 01 Jan 2026 00:00:09 GMT", 9000],
    [1, "Wed, 31 Dec 2025 23:00:00 GMT", 0],
    [2, "soon", 1000],
  ])("after %i failures, asked for %s: %i ms", (failures, retryAfter, ms) => {
    expect(retryDelay(failures, { baseMs: 500, retryAfter })).toBe(ms);
  });
});

describe("withRetries", () => {
  const failure: Attempt<string> = { error: new Error("overloaded") };
  /** Attempts that come out so, one after the other. */
  const outcomes = (...list: readonly Attempt<string>[]) => {
    const rest = [...list];
    return vi.fn(async () => rest.shift() ?? failure);
  };

  it("waits longer each time, and gives what succeeds at last", async () => {
    const attempt = outcomes(failure, failure, { value: "done" });
    const started = Date.now();
    const result = withRetries(attempt, { retries: 2, baseMs: 100 });
    await vi.runAllTimersAsync();
    expect(await result).toBe("done");
    expect(Date.now() - started).toBe(300);
  });

  it("gives up after so many failures in a row", async () => {
    const attempt = outcomes(failure, { ...failure, progressed: true }, failure, failure, { value: "too late" });
    const result = withRetries(attempt, { retries: 2, baseMs: 100 }).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await result).toMatchObject({ message: "overloaded" });
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it("does not repeat what throws, nor begin when stopped", async () => {
    const broken = vi.fn(() => Promise.reject(new Error("refused")));
    await expect(withRetries(broken, { retries: 9, baseMs: 1 })).rejects.toThrow("refused");
    expect(broken).toHaveBeenCalledTimes(1);
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(withRetries(broken, { retries: 9, baseMs: 1, signal })).rejects.toThrow("stopped");
    expect(broken).toHaveBeenCalledTimes(1);
  });
});

describe("sleep", () => {
  it("ends at once when stopped, and leaves no timer", async () => {
    const controller = new AbortController();
    const sleeping = sleep(1000, controller.signal);
    controller.abort(new Error("stopped"));
    await expect(sleeping).rejects.toThrow("stopped");
    await expect(sleep(1000, controller.signal)).rejects.toThrow("stopped");
    expect(vi.getTimerCount()).toBe(0);
  });
});
