import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Locator, type Page } from "playwright";
import { expect } from "playwright/test";
import { CHROMIUM_ARGS, requireChromium } from "./chromium.ts";
import { SiteServer, STRICT_CSP } from "./site-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Playwright's assertions, which wait for what they assert; patient, for busy machines. */
export const expectPage = expect.configure({ timeout: 30_000 });

/** Where the site lies on its host: not at the root, as for most projects' documentation. */
const BASE = "handbook/";

/** Folder of the index, from the host's root. */
export const INDEX = `${BASE}semantic-search/`;

/** Options of {@link Site.open}. */
export interface SiteOptions {
  /** More arguments of `index`. */
  readonly args?: readonly string[];
  /** More arguments of Chromium. */
  readonly browserArgs?: readonly string[];
  /** Default {@link STRICT_CSP}. */
  readonly csp?: string;
  /** Adds to the site's folder once it is indexed. */
  readonly prepare?: (dir: string) => Promise<void>;
}

/** A built and indexed copy of `site/`, served, with a browser to visit it. */
export class Site {
  readonly server: SiteServer;
  readonly #dir: string;
  readonly #browser: Browser;

  private constructor(dir: string, server: SiteServer, browser: Browser) {
    this.#dir = dir;
    this.server = server;
    this.#browser = browser;
  }

  /** Copy the site, index it with the built command line as an author would, serve it and start Chromium. */
  static async open({ args = [], browserArgs = [], csp = STRICT_CSP, prepare }: SiteOptions = {}): Promise<Site> {
    const dir = await mkdtemp(join(tmpdir(), "semantic-search-e2e-"));
    await cp(join(ROOT, "test/e2e/site"), join(dir, BASE), { recursive: true });
    await runCli("index", join(dir, BASE), ...args);
    await prepare?.(join(dir, BASE));
    const browser = await launchChromium(browserArgs);
    return new Site(dir, await SiteServer.start(dir, { csp }), browser);
  }

  /** Open a page of the site in a browser profile of its own. */
  async visit(path = "index.html"): Promise<Visit> {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    const visit = new Visit(page);
    await page.goto(this.server.url + BASE + path);
    return visit;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
    await rm(this.#dir, { recursive: true, force: true });
  }
}

/** One visitor's page, and everything it asked for. */
export class Visit {
  readonly page: Page;
  /** URLs requested by the page and its workers. */
  readonly requests: string[] = [];
  /** Uncaught errors and what the console complained of, policy violations among them. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.context().on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
  }

  get trigger(): Locator {
    return this.page.getByRole("button", { name: "Search" });
  }

  get input(): Locator {
    return this.page.getByRole("combobox");
  }

  get options(): Locator {
    return this.page.getByRole("option");
  }

  /** A part of the element's shadow tree. */
  part(name: string): Locator {
    return this.page.locator(`semantic-search [part~="${name}"]`);
  }

  /** Open the dialog, type, and wait until the search has settled. */
  async search(query: string): Promise<void> {
    if (!(await this.input.isVisible())) await this.trigger.click();
    const settled = this.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          for (const type of ["ss-search", "ss-error"]) addEventListener(type, () => resolve(), { once: true });
        }),
    );
    await this.input.fill(query);
    await settled;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Start the system's Chromium. */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: requireChromium(), args: [...CHROMIUM_ARGS, ...args] });
}

/** Run the built command line; its output is in the error when it fails. */
export async function runCli(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, "dist/cli.js"), ...args]);
  return stdout;
}
