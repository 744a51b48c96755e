import { expect, onTestFinished, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { PageHit } from "../../src/core/search.ts";
import { answer, DOCS_HITS } from "./fixtures.ts";
import { afterDebounce, ask, type Fixture, mount, mountOpen, pause, settled } from "./harness.ts";
import type { PendingSearch } from "./mock-backend.ts";

const answerDocs = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS));

const queryInAddress = () => new URLSearchParams(location.search).get("q");

/** Puts parameters into the address until the test ends. */
function visit(search: string): void {
  const before = location.href;
  history.replaceState(null, "", search);
  onTestFinished(() => history.replaceState(null, "", before));
}

/** Goes back or forward, as the browser's buttons do. */
async function traverse(by: number): Promise<void> {
  const isThere = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  history.go(by);
  await isThere;
}

/** Opens links as a client-side router does: without leaving the document. */
function routeTo(search: string): void {
  const route = (event: Event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    history.pushState(null, "", search);
  };
  document.addEventListener("click", route);
  onTestFinished(() => document.removeEventListener("click", route));
}

/** A dialog with results, and `?q=` in the address. */
async function mountAnswered(hits: readonly PageHit[] = DOCS_HITS): Promise<Fixture> {
  const mounted = await mountOpen({ queryParam: "q" }, (search) => search.answer(answer(search.query, hits)));
  await ask(mounted, "undo");
  await settled(mounted, () => queryInAddress() === "undo" && mounted.options.length > 0);
  return mounted;
}

// A client-side router

test("an element that a router puts into the page before it sets the address waits for that", async () => {
  visit("?q=old");
  const place = document.body.appendChild(document.createElement("div"));
  onTestFinished(() => place.remove());
  const mounted = await mount({ queryParam: "q" }, answerDocs);
  history.pushState(null, "", "?page=2");
  await afterDebounce();
  expect([mounted.element.query, mounted.dialog.open, location.search]).toEqual(["", false, "?page=2"]);
});

test("an element that a router keeps follows the address", async () => {
  visit("?page=1");
  const mounted = await mount({ queryParam: "q" }, answerDocs);
  await pause(0);
  history.pushState(null, "", "?page=2&q=undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect([mounted.dialog.open, mounted.input.value]).toEqual([true, "undo"]);
  await traverse(-1);
  expect([mounted.dialog.open, location.search]).toEqual([false, "?page=1"]);
  await traverse(1);
  expect([mounted.dialog.open, mounted.input.value]).toEqual([true, "undo"]);
});

test("going back with the dialog open takes no query along", async () => {
  visit("?page=1");
  history.pushState(null, "", "?page=2");
  const mounted = await mountAnswered();
  await traverse(-1);
  await afterDebounce();
  expect([mounted.dialog.open, location.search]).toEqual([false, "?page=1"]);
});

test("an inline search is emptied on a page without a query, and is not by a page that tidies its address", async () => {
  visit("?page=1");
  const mounted = await mount({ queryParam: "q", inline: true }, answerDocs);
  mounted.input.focus();
  await ask(mounted, "undo");
  await settled(mounted, () => queryInAddress() === "undo");
  history.replaceState(null, "", "?page=1");
  await settled(mounted);
  expect(mounted.input.value).toBe("undo");
  history.pushState(null, "", "?page=2");
  await settled(mounted);
  expect([mounted.input.value, mounted.options.length]).toEqual(["", 0]);
});

// A chosen result

test("the query stays in the address of a page that is left by a result, and is searched for on the way back", async () => {
  visit("?page=1");
  routeTo("?page=2");
  const mounted = await mountAnswered();
  await userEvent.keyboard("{Enter}");
  expect([mounted.dialog.open, location.search]).toEqual([false, "?page=2"]);
  await traverse(-1);
  await settled(mounted, () => mounted.dialog.open);
  expect([location.search, mounted.input.value]).toEqual(["?page=1&q=undo", "undo"]);
  await settled(mounted, () => mounted.options.length > 0);
});

test("a page that comes back as it was left shows its search again", async () => {
  visit("?page=1");
  document.addEventListener("click", (event) => event.preventDefault(), { once: true });
  const mounted = await mountAnswered();
  await userEvent.keyboard("{Enter}");
  expect([mounted.dialog.open, queryInAddress()]).toEqual([false, "undo"]);
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  expect([mounted.dialog.open, mounted.input.value]).toEqual([true, "undo"]);
});

test("the query leaves the address when a result is on the page itself", async () => {
  visit("?page=1");
  const url = `${location.pathname}${location.search}#health-checks`;
  const mounted = await mountAnswered([{ ...DOCS_HITS[3], url, sections: [] } as unknown as PageHit]);
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => location.hash === "#health-checks");
  expect([mounted.dialog.open, location.search]).toEqual([false, "?page=1"]);
});

test("the query leaves the address when the page opens a result itself", async () => {
  visit("?page=1");
  const mounted = await mountAnswered();
  mounted.element.addEventListener("ss-select", (event) => event.preventDefault());
  await userEvent.keyboard("{Enter}");
  expect([mounted.dialog.open, location.search]).toEqual([false, "?page=1"]);
});

// Whose it is

test("an element without a parameter leaves the address to the next", async () => {
  visit("?q=undo");
  const header = await mount();
  const box = await mount({ queryParam: "q", inline: true }, answerDocs);
  await settled(box, () => box.options.length > 0);
  expect([header.element.query, box.input.value]).toEqual(["", "undo"]);
});

test("elements with parameters of their own share the address", async () => {
  visit("?q=undo&term=deploy");
  const first = await mount({ queryParam: "q", inline: true }, answerDocs);
  const second = await mount({ queryParam: "term", inline: true }, answerDocs);
  await settled(first, () => first.options.length > 0 && second.options.length > 0);
  expect([first.input.value, second.input.value]).toEqual(["undo", "deploy"]);
});

test("an element that cannot be seen leaves the address to one that can", async () => {
  visit("?q=undo");
  const hidden = await mount({ queryParam: "q", hidden: true });
  const shown = await mount({ queryParam: "q" }, answerDocs);
  await settled(shown, () => shown.options.length > 0);
  expect([hidden.element.opened, shown.dialog.open]).toEqual([false, true]);
});

test("an element in another element's shadow root has the address, too", async () => {
  visit("?q=undo");
  const host = document.body.appendChild(document.createElement("div"));
  onTestFinished(() => host.remove());
  const mounted = await mount({ queryParam: "q" }, answerDocs);
  host.attachShadow({ mode: "open" }).append(mounted.element);
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.dialog.open).toBe(true);
  mounted.element.close();
  expect(queryInAddress()).toBeNull();
});
