import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectPage, INDEX, Site, type Visit } from "./harness.ts";
import { STRICT_CSP, TRUSTED_TYPES } from "./site-server.ts";

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open({ csp: STRICT_CSP + TRUSTED_TYPES });
});

afterAll(() => site?.close());

beforeEach(() => site.server.reset());

afterEach(() => visit.close());

/** What the policy forbade since the page was opened, also what was caught. */
const violations = () => visit.page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);

async function open(): Promise<void> {
  visit = await site.visit();
  await visit.page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) =>
      violations.push(`${violatedDirective}: ${sample}`),
    );
  });
  await visit.page.reload();
}

describe("under a policy with Trusted Types", () => {
  it("the page enforces them", async () => {
    await open();
    const refusal = await visit.page.evaluate(() => {
      try {
        return `a worker: ${new Worker("semantic-search/worker.js")}`;
      } catch (error) {
        return String(error);
      }
    });
    expect(refusal).toContain("TrustedScriptURL");
    expect(await violations()).not.toEqual([]);
  });

  it("everything works, and nothing is forbidden", async () => {
    await open();
    await visit.search("broadband speed");
    await expectPage(visit.options.first()).toContainText("by meaning");
    await visit.search("sandpaper");
    await expectPage(visit.part("mark").first()).toHaveText("sandpaper");
    await visit.search("qqqqqqqqqqqq");
    await visit.page.evaluate(() => {
      const inline = document.createElement("semantic-search");
      inline.inline = true;
      inline.src = (document.querySelector("semantic-search") as HTMLElement & { src: string }).src;
      inline.keys = { openInNewTab: [] };
      document.body.append(inline);
    });
    expect(await violations()).toEqual([]);
    expect(visit.complaints).toEqual([]);
  });

  it("the policy of the search lets nothing through but its worker", async () => {
    await open();
    await visit.page.addInitScript(() => {
      const { trustedTypes } = globalThis as unknown as { trustedTypes: { createPolicy(...args: unknown[]): unknown } };
      const create = trustedTypes.createPolicy.bind(trustedTypes);
      trustedTypes.createPolicy = (name, rules) => {
        const policy = create(name, rules);
        Object.assign(globalThis, { [`policy ${name}`]: policy });
        return policy;
      };
    });
    await visit.page.reload();
    await visit.search("sandpaper");
    const tries = await visit.page.evaluate((index) => {
      const policy = (globalThis as unknown as Record<string, { createScriptURL(url: string): unknown }>)[
        "policy semantic-search"
      ];
      return ["worker.js", "element.js", "../worker.js", "worker.js?x", "data:text/javascript,1"].map((url) => {
        try {
          return String(policy?.createScriptURL(new URL(url, index).href));
        } catch (error) {
          return (error as Error).name;
        }
      });
    }, site.server.url + INDEX);
    expect(tries).toEqual([`${site.server.url}${INDEX}worker.js`, ...Array(4).fill("TypeError")]);
  });

  it("that leaves the worker's policy out, the search says what is wrong", async () => {
    site.server.changePolicy(STRICT_CSP + TRUSTED_TYPES.replace(" semantic-search", ""));
    await open();
    await visit.search("sandpaper");
    await expectPage(visit.part("error")).toContainText("TrustedScriptURL");
  });

  it("that requires none, the worker needs no policy", async () => {
    site.server.changePolicy(`${STRICT_CSP}; trusted-types lit-html`);
    await open();
    await visit.search("sandpaper");
    await expectPage(visit.options.first()).toContainText("Repairing a puncture");
  });
});
