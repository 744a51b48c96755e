import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bitFlipped, missing, newerVersion, replacedByPage, truncated, unavailable } from "./damage.ts";
import { expectPage, Site, type Visit } from "./harness.ts";

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await Site.open();
});

afterAll(() => site?.close());

afterEach(async () => {
  site.server.reset();
  await visit.close();
});

const QUERY = "thermostat";

describe("a broken index.json is named, with what to do about it", () => {
  const cases = [
    ["cut off", truncated, /is not JSON; it was cut off or changed/],
    ["of a newer version", newerVersion, /has version 4, this code reads 3/],
    ["missing", missing, /answered 404/],
    ["an HTML page", replacedByPage, /with an HTML page/],
    ["unavailable", unavailable, /answered 503/],
  ] as const;

  for (const [name, damage, message] of cases) {
    it(name, async () => {
      site.server.change(/index\.json$/, damage);
      visit = await site.visit();
      await visit.search(QUERY);
      await expectPage(visit.part("error")).toContainText(message);
      await expectPage(visit.part("retry")).toBeVisible();
    });
  }

  it("and a new try succeeds once it is repaired", async () => {
    site.server.change(/index\.json$/, unavailable);
    visit = await site.visit();
    await visit.search(QUERY);
    site.server.reset();
    await visit.part("retry").click();
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
  });
});

describe("broken vectors or model leave the results by words, with a note", () => {
  const cases = [
    ["cut off", truncated],
    ["one bit wrong", bitFlipped],
    ["of a newer version", newerVersion],
    ["missing", missing],
    ["an HTML page", replacedByPage],
    ["unavailable", unavailable],
  ] as const;

  for (const folder of ["vectors", "model"]) {
    for (const [name, damage] of cases) {
      it(`${folder} ${name}`, async () => {
        site.server.change(new RegExp(`/${folder}/.*\\.bin$`), damage);
        visit = await site.visit();
        await visit.search(QUERY);
        await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
        await expectPage(visit.part("note")).toContainText("Found by words only");
      });
    }
  }
});

describe("broken terms leave the results by meaning, with a note", () => {
  for (const [name, damage] of [
    ["cut off", truncated],
    ["one bit wrong", bitFlipped],
    ["missing", missing],
  ] as const) {
    it(name, async () => {
      site.server.change(/\/terms\//, damage);
      visit = await site.visit();
      await visit.search("broadband speed");
      await expectPage(visit.options.first()).toContainText("Slow wireless internet");
      await expectPage(visit.part("note")).toContainText("Found by meaning only");
    });
  }
});

describe("a broken worker.js is named", () => {
  for (const [name, damage] of [
    ["missing", missing],
    ["an HTML page", replacedByPage],
  ] as const) {
    it(name, async () => {
      site.server.change(/worker\.js$/, damage);
      visit = await site.visit();
      await visit.search(QUERY);
      await expectPage(visit.part("error")).toContainText("The search worker could not be loaded");
      await expectPage(visit.part("error")).toContainText("Serve worker.js beside element.js");
    });
  }
});

describe("a part of the element that cannot be loaded", () => {
  for (const file of ["panel.js", "worker-client.js"]) {
    it(`${file} is reported, and loaded once it is there`, async () => {
      site.server.change(new RegExp(`/${file}$`), missing);
      visit = await site.visit();
      await visit.trigger.click();
      await expectPage(visit.part("error")).toContainText("Search is not working right now");
      site.server.reset();
      await visit.search(QUERY);
      await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
    });
  }
});

it("filter-bar.js that cannot be loaded is reported, and leaves the search as it is without filters", async () => {
  site.server.change(/\/filter-bar\.js$/, missing);
  visit = await site.visit();
  const reported = visit.page.evaluate(
    () => new Promise((resolve) => addEventListener("ss-error", ({ detail }) => resolve(detail.error.message))),
  );
  await visit.trigger.click();
  expect(await reported).toBe("The filters could not be loaded.");
  await visit.search(QUERY);
  await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
  await expectPage(visit.part("filters")).toHaveCount(0);
});

describe("a deploy while the page is open", () => {
  it("that takes the texts away says to reload the page", async () => {
    site.server.change(/\/text\//, missing);
    visit = await site.visit();
    await visit.search(QUERY);
    await expectPage(visit.part("error")).toContainText("reload the page");
  });

  it("disturbs nobody who has loaded the index, and is picked up by a reload", async () => {
    visit = await site.visit();
    await visit.search(QUERY);
    site.server.change(/index\.json$/, unavailable);
    await visit.search("sandpaper");
    await expectPage(visit.options.first()).toContainText("Repairing a puncture");
    site.server.reset();
    await visit.page.reload();
    await visit.search(QUERY);
    await expectPage(visit.options.first()).toContainText("Lowering the heating bill");
  });
});
