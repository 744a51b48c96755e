import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectPage, Site, type Visit } from "./harness.ts";
import { htmlPage } from "./site-server.ts";

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open();
});

afterAll(() => site?.close());

beforeEach(() => site.server.reset());

afterEach(() => visit.close());

/** Opens the site as if it were written in German. */
async function visitGermanSite(): Promise<void> {
  site.server.change(/index\.html$|\/$/, (answer) => ({
    ...answer,
    body: Buffer.from(answer.body.toString().replace('lang="en"', 'lang="de-AT"')),
  }));
  visit = await site.visit();
}

const fetchedLocales = () =>
  site.server.requests.map(({ path }) => path.split("/").at(-1)).filter((name) => name?.startsWith("locale-"));

describe("a page in German", () => {
  it("has a German search, whose texts are fetched with the first sign of interest", async () => {
    await visitGermanSite();
    const trigger = visit.page.getByRole("button", { name: "Suchen" });
    await expectPage(trigger).toBeVisible();
    expect(fetchedLocales()).toEqual([]);
    await trigger.click();
    await expectPage(visit.input).toHaveAttribute("placeholder", "Suchen oder Frage stellen");
    await visit.search("sandpaper");
    await expectPage(visit.part("status")).toContainText(/Ergebnis/);
    expect(fetchedLocales()).toEqual(["locale-de.js"]);
    expect(visit.complaints).toEqual([]);
  });

  it("is searched in English when its language cannot be had", async () => {
    await visitGermanSite();
    site.server.change(/locale-de\.js$/, () => htmlPage(404));
    await visit.page.getByRole("button", { name: "Suchen" }).click();
    await visit.search("sandpaper");
    await expectPage(visit.part("status")).toContainText(/result/);
    await expectPage(visit.part("error")).toHaveCount(0);
  });
});

describe("a page in English", () => {
  it("fetches no language", async () => {
    visit = await site.visit();
    await visit.search("sandpaper");
    await expectPage(visit.part("status")).toContainText(/result/);
    expect(fetchedLocales()).toEqual([]);
  });
});
