import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { SearchError } from "../../src/core/errors.ts";
import { answer, DOCS_HITS, KEYWORD_HITS } from "./fixtures.ts";
import { ask, type Fixture, mount, mountOpen, settled } from "./harness.ts";

const spoken = ({ root }: Fixture) => [...root.querySelectorAll("[role=status]")].map((region) => region.textContent);

test("the trigger says what it opens, and by which keys", async () => {
  const mounted = await mount();
  const trigger = mounted.find("[part=trigger]");
  expect(mounted.find("[part=trigger-label]").textContent).toBe("Search");
  expect(trigger.getAttribute("aria-haspopup")).toBe("dialog");
  expect(trigger.getAttribute("aria-keyshortcuts")).toBe("Control+K /");
  expect(trigger.getAttribute("aria-expanded")).toBe("false");
  mounted.element.open();
  expect(trigger.getAttribute("aria-expanded")).toBe("true");
  expect(mounted.dialog.getAttribute("aria-label")).toBe("Search");
});

test("`label` names the trigger, the dialog and the input", async () => {
  const mounted = await mountOpen({ label: "Search the handbook" });
  expect(mounted.find("[part=trigger-label]").textContent).toBe("Search the handbook");
  expect([mounted.dialog.ariaLabel, mounted.input.ariaLabel]).toEqual(Array(2).fill("Search the handbook"));
});

test("input and list are wired as a combobox in one tree", async () => {
  const mounted = await mountOpen();
  const { input, root } = mounted;
  expect(input.getAttribute("role")).toBe("combobox");
  expect(input.getAttribute("aria-autocomplete")).toBe("list");
  expect(input.getAttribute("aria-expanded")).toBe("false");
  expect(input.hasAttribute("aria-controls")).toBe(false);

  (await ask(mounted, "undo")).answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
  expect(input.getAttribute("aria-expanded")).toBe("true");
  expect(root.getElementById(input.getAttribute("aria-controls") ?? "")?.getAttribute("role")).toBe("listbox");
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
  expect(mounted.options.map((option) => option.ariaSelected)).toEqual(["false", "true", ...Array(4).fill("false")]);
});

test("every page is a group named by its title", async () => {
  const mounted = await mountOpen();
  (await ask(mounted, "undo")).answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
  const groups = [...mounted.root.querySelectorAll("[role=group]")];
  const names = groups.map(
    (group) => mounted.root.getElementById(group.getAttribute("aria-labelledby") ?? "")?.textContent,
  );
  expect(names).toEqual(DOCS_HITS.map((hit) => hit.title));
  expect(groups.map((group) => group.querySelectorAll("[role=option]").length)).toEqual([2, 1, 2, 1]);
});

test("the list is there, and busy, from the first letter; it is the same one when the results are", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "undo");
  const list = mounted.find("[role=listbox]");
  const { input } = mounted;
  expect([list.ariaBusy, list.id, list.querySelectorAll("[role=option]").length]).toEqual([
    "true",
    input.getAttribute("aria-controls"),
    0,
  ]);
  expect([input.ariaExpanded, input.hasAttribute("aria-activedescendant")]).toEqual(["true", false]);
  search.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
  expect([mounted.find("[role=listbox]"), list.ariaBusy]).toEqual([list, "false"]);
  (await ask(mounted, "flux")).answer(answer("flux", []));
  await settled(mounted, () => mounted.root.querySelector("[part=nothing]") !== null);
  expect([input.ariaExpanded, input.hasAttribute("aria-controls")]).toEqual(["false", false]);
});

test("the list is busy until the results by meaning are there", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "undo");
  search.partial(answer("undo", KEYWORD_HITS));
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.find("[role=listbox]").ariaBusy).toBe("true");
  expect(mounted.find("[part=status]").textContent).toBe("Looking by meaning…");
  search.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.find("[role=listbox]").ariaBusy === "false");
  expect(mounted.find("[part=status]").textContent).toBe("6 results");
});

test("the number of results is announced once typing settles, in turns", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, DOCS_HITS)));
  await ask(mounted, "und");
  await ask(mounted, "undo");
  await settled(mounted, () => spoken(mounted).join("") !== "");
  expect(spoken(mounted)).toEqual(["6 results", ""]);
  await ask(mounted, "undo a");
  await settled(mounted, () => spoken(mounted)[1] === "6 results");
  expect(spoken(mounted)[0]).toBe("");
});

test("how a search goes is announced while it takes long, and then how it went", async () => {
  const mounted = await mountOpen();
  const said = () => spoken(mounted).join("");
  const search = await ask(mounted, "undo");
  await settled(mounted, () => said() === "Searching…");
  search.partial(answer("undo", KEYWORD_HITS));
  await settled(mounted, () => said() === "3 results. Looking by meaning…");
  search.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => said() === "6 results");
  expect(mounted.find("[part=status]").ariaHidden, "what is spoken is not there to be read twice").toBe("true");
});

test("nothing found and errors are announced", async () => {
  const mounted = await mountOpen();
  (await ask(mounted, "flux")).answer(answer("flux", []));
  await settled(mounted, () => spoken(mounted).includes("Nothing found for “flux”"));
  (await ask(mounted, "flux c")).fail(new SearchError("network", "No answer."));
  await settled(mounted, () => spoken(mounted).some((text) => text?.startsWith("Search is not working right now.")));
  expect(spoken(mounted).join("")).not.toContain("No answer.");
});

test("one result is not “1 results”; other texts and their plurals can be given", async () => {
  const one = DOCS_HITS.slice(1, 2);
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, one)));
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.find("[part=status]").textContent).toBe("1 result");
  mounted.element.strings = {
    locale: "pl",
    count: { one: "{count} wynik", few: "{count} wyniki", other: "{count} wyników" },
  };
  await settled(mounted);
  expect(mounted.find("[part=status]").textContent).toBe("1 wynik");
});

test("an inline search is a landmark", async () => {
  const mounted = await mount({ inline: true, label: "Search the docs" });
  expect(mounted.find("[part=panel]").role).toBe("search");
  expect(mounted.find("[part=panel]").ariaLabel).toBe("Search the docs");
});
