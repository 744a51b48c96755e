import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { STRICT_CSP } from "../../src/cli/site-server.ts";
import { type CliRun, runCli } from "./run-cli.ts";
import { tempFolder } from "./temp-folder.ts";

const SITE = {
  "index.html": "home",
  "guide/index.html": "guide",
  "about.html": "about",
  "404.html": "lost",
  "semantic-search/index.json": "{}",
};

describe("serve", () => {
  it("serves files as static hosts do, and stops cleanly", async () => {
    const { url, stop } = await serve();
    const text = async (path: string) => (await fetch(new URL(path, url))).text();
    expect(await text("")).toBe("home");
    expect(await text("about")).toBe("about");
    const guide = await fetch(new URL("guide?q=1", url));
    expect([guide.url, await guide.text()]).toEqual([`${url}guide/?q=1`, "guide"]);
    expect(await stop()).toMatchObject({ code: 0, stderr: "" });
    await expect(fetch(url)).rejects.toThrow();
  });

  it("answers with the site's own 404 page, and never from outside the folder", async () => {
    const { url } = await serve();
    const missing = await fetch(new URL("nope", url));
    expect([missing.status, await missing.text()]).toEqual([404, "lost"]);
    for (const path of ["..%2f..%2f..%2fetc/passwd", "%2e%2e/%2e%2e/etc/passwd", "%ff", "//example.org"]) {
      expect((await fetch(`${url}${path}`, { redirect: "manual" })).status).toBe(404);
    }
  });

  it("lets nothing be cached without asking, and sends the strict policy on request", async () => {
    const plain = await fetch((await serve()).url);
    expect(plain.headers.get("cache-control")).toBe("no-cache");
    expect(plain.headers.get("content-security-policy")).toBeNull();
    const strict = await fetch((await serve(["--csp"])).url);
    expect(strict.headers.get("content-security-policy")).toBe(STRICT_CSP);
  });

  it("takes the next port when one is busy", async () => {
    const busy = createServer();
    onTestFinished(() => void busy.close());
    await new Promise<void>((resolve) => void busy.listen(0, "127.0.0.1", resolve));
    const { port } = busy.address() as AddressInfo;
    const { url } = await serve([], port);
    expect(Number(new URL(url).port)).toBeGreaterThan(port);
    expect(await (await fetch(url)).text()).toBe("home");
  });

  it("hints at a missing index, on standard error", async () => {
    const { stop } = await serve([], 0, { "index.html": "" });
    expect((await stop()).stderr).toContain('There is no index in "." yet. Build one: semantic-search index .\n');
  });

  it("fails for a folder that is not there", async () => {
    const { code, stderr } = await runCli(["serve", "nope"], { cwd: await tempFolder() });
    expect(code).toBe(1);
    expect(stderr).toContain('There is no folder "nope".');
  });
});

/** Start serving a site and wait for its URL. */
async function serve(args: readonly string[] = [], port = 0, files: Record<string, string> = SITE) {
  const controller = new AbortController();
  const cwd = await tempFolder(files);
  let run: Promise<CliRun> | undefined;
  const url = await new Promise<string>((resolve) => {
    const onStdout = (text: string) => resolve(/http:\S+/.exec(text)?.[0] ?? "");
    run = runCli(["serve", ".", "--port", String(port), ...args], { cwd, signal: controller.signal, onStdout });
  });
  const stop = async () => {
    controller.abort();
    return run as Promise<CliRun>;
  };
  onTestFinished(() => void controller.abort());
  return { url, stop };
}
