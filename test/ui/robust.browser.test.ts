import { expect, onTestFinished, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { IndexInfo } from "../../src/core/search.ts";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS, KEYWORD_HITS } from "./fixtures.ts";
import { ask, mount, mountOpen, pause, settled } from "./harness.ts";
import { MockBackend } from "./mock-backend.ts";

const respond = new MockBackend((search) => search.answer(answer(search.query, DOCS_HITS))).respond;

test("what was set on an element before it was defined holds", async () => {
  document.body.insertAdjacentHTML("beforeend", '<late-search label="Find" limit="4" query-param=""></late-search>');
  const element = document.querySelector("late-search") as SemanticSearchElement;
  onTestFinished(() => element.remove());
  const backend = new MockBackend(respond);
  Object.assign(element, { backend, strings: { placeholder: "What is it?" }, sectionsPerPage: 2, limit: 6 });
  customElements.define("late-search", class extends SemanticSearchElement {});
  await element.updateComplete;
  element.search("undo");
  await settled({ element }, () => element.shadowRoot?.querySelector("[role=option]") !== null);
  expect(backend.last.options).toMatchObject({ limit: 6, sectionsPerPage: 2 });
  expect(element.shadowRoot?.querySelector("input")?.placeholder).toBe("What is it?");
  expect(element.shadowRoot?.querySelector("dialog")?.ariaLabel).toBe("Find");
  element.strings = { placeholder: "And now?" };
  await element.updateComplete;
  expect(element.shadowRoot?.querySelector("input")?.placeholder).toBe("And now?");
});

test("two elements search and answer by themselves, and only the first one has the address", async () => {
  const address = location.href;
  onTestFinished(() => history.replaceState(null, "", address));
  const first = await mount({ inline: true, queryParam: "q" }, respond);
  const second = await mount({ inline: true, queryParam: "q" }, respond);
  await ask(second, "second");
  await ask(first, "first");
  await settled(first, () => first.options.length > 0 && second.options.length > 0);
  expect([first.element.query, second.element.query]).toEqual(["first", "second"]);
  expect(first.backend.searches.map(({ query }) => query)).toEqual(["first"]);
  expect(second.backend.searches.map(({ query }) => query)).toEqual(["second"]);
  await settled(first, () => new URLSearchParams(location.search).get("q") === "first");
});

const MOVES: Record<string, (element: Element, place: Element) => void> = {
  "taken out and put elsewhere": (element, place) => place.append(element),
  "moved in one step": (element, place) => (place as Movable).moveBefore(element, null),
};

test.each(Object.entries(MOVES))(
  "an open element that is %s closes, gives the page back, and opens again",
  async (_, move) => {
    const mounted = await mountOpen({}, respond);
    await ask(mounted, "undo");
    const place = document.body.appendChild(document.createElement("div"));
    onTestFinished(() => place.remove());
    move(mounted.element, place);
    await settled(mounted);
    expect(mounted.element.opened).toBe(false);
    expect(mounted.dialog.open).toBe(false);
    expect(document.documentElement.style.overflow).toBe("");
    mounted.element.open();
    expect(mounted.dialog.matches(":modal")).toBe(true);
    await settled(mounted, () => mounted.options.length > 0);
  },
);

test("a backend that knows less than ours is searched all the same", async () => {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent | PromiseRejectionEvent) => void errors.push(event);
  for (const type of ["error", "unhandledrejection"] as const) addEventListener(type, onError);
  onTestFinished(() => {
    for (const type of ["error", "unhandledrejection"] as const) removeEventListener(type, onError);
  });
  const info = async () => ({ build: "1", pages: 1, chunks: 1, languages: ["en"] }) as unknown as IndexInfo;
  const mounted = await mountOpen({}, respond, { info });
  expect(mounted.find("[part=idle]").textContent).toContain("Use keywords");
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length === 6);
  expect([errors, mounted.root.querySelector("[part=model]")]).toEqual([[], null]);
});

test("partial results after the answer, which no backend should give, change nothing", async () => {
  const mounted = await mountOpen();
  const search = await ask(mounted, "undo");
  search.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length === 6);
  search.partial(answer("undo", KEYWORD_HITS));
  await settled(mounted);
  expect([mounted.options.length, mounted.find("[role=listbox]").ariaBusy]).toEqual([6, "false"]);
});

test("a backend is asked once what it holds, and again when that failed, or another takes its place", async () => {
  const failing = new MockBackend(respond);
  const asked: string[] = [];
  failing.info = () => {
    asked.push("failing");
    return Promise.reject(new Error("Not yet."));
  };
  const mounted = await mountOpen({ backend: failing });
  const other = new MockBackend(respond);
  other.suggestions = ["install"];
  mounted.element.backend = other;
  await settled(mounted, () => mounted.options.length === 1);
  mounted.element.search("undo");
  await settled(mounted, () => mounted.options.length === 6);
  await settled(mounted);
  expect([asked.length > 1, other.asked]).toEqual([true, 1]);
});

test("an element that is replaced in its own event leaves no error", async () => {
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent | PromiseRejectionEvent) => void errors.push(event);
  for (const type of ["error", "unhandledrejection"] as const) addEventListener(type, onError);
  onTestFinished(() => {
    for (const type of ["error", "unhandledrejection"] as const) removeEventListener(type, onError);
  });
  const mounted = await mountOpen({}, respond);
  mounted.element.addEventListener("ss-search", () => mounted.element.remove(), { once: true });
  await ask(mounted, "undo");
  await settled(mounted, () => !mounted.element.isConnected);
  await settled(mounted);
  expect(errors).toEqual([]);
  document.body.append(mounted.element);
  mounted.element.open();
  await settled(mounted, () => mounted.options.length > 0);
});

test.each([undefined, null])("a property that a framework takes back by %s has its default again", async (nothing) => {
  const fresh = document.createElement("semantic-search");
  const mounted = await mount({ inline: true }, respond);
  const { element, backend } = mounted;
  const names = Object.keys(SemanticSearchElement.properties).filter((name) => name !== "backend");
  const valuesOf = (one: SemanticSearchElement) => names.map((name) => [name, Reflect.get(one, name) ?? undefined]);
  for (const name of names) Reflect.set(element, name, nothing);
  await element.updateComplete;
  expect(valuesOf(element)).toEqual(valuesOf(fresh));
  Object.assign(element, { queryParam: "", noRecent: true });
  element.search("undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(backend.last.options).toMatchObject({ limit: fresh.limit, sectionsPerPage: fresh.sectionsPerPage });
});

test("an attribute that is removed has its default again", async () => {
  const mounted = await mount({}, respond);
  for (const [name, value] of Object.entries({ shortcut: "mod+j", limit: "3", scope: "version" })) {
    mounted.element.setAttribute(name, value);
    mounted.element.removeAttribute(name);
  }
  await mounted.element.updateComplete;
  await userEvent.keyboard("/");
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.backend.last.options.limit).toBe(10);
});

test("what is asked of an element outside of the page happens when it is back", async () => {
  const mounted = await mountOpen({}, respond);
  mounted.element.remove();
  mounted.element.search("undo");
  await settled(mounted);
  expect(mounted.dialog.open).toBe(false);
  document.body.append(mounted.element);
  await settled(mounted, () => mounted.dialog.open && mounted.options.length > 0);
  expect(mounted.input.value).toBe("undo");
});

test("an element that becomes a search box while its dialog is open gives the page back", async () => {
  const mounted = await mountOpen({}, respond);
  mounted.element.inline = true;
  await settled(mounted);
  expect([mounted.element.opened, document.documentElement.style.overflow]).toEqual([false, ""]);
  mounted.element.inline = false;
  await settled(mounted);
  mounted.element.open();
  expect(mounted.dialog.matches(":modal")).toBe(true);
});

/** An element whose part that is loaded on intent arrives, or fails to, when the test says so. */
class SlowSearchElement extends SemanticSearchElement {
  go = () => {};
  fail = () => {};

  protected override async importPanel(): ReturnType<SemanticSearchElement["importPanel"]> {
    await new Promise<void>((resolve, reject) => {
      this.go = resolve;
      this.fail = () => reject(new TypeError("Failed to fetch dynamically imported module"));
    });
    return super.importPanel();
  }
}
customElements.define("slow-search", SlowSearchElement);

function mountSlow(): SlowSearchElement {
  const element = document.createElement("slow-search") as SlowSearchElement;
  const backend = new MockBackend(respond);
  Object.assign(element, { backend, queryParam: "", noRecent: true, inline: true });
  document.body.append(element);
  onTestFinished(() => element.remove());
  return element;
}

const hasOptions = (element: Element) => element.shadowRoot?.querySelector("[role=option]") !== null;

test("a part that arrives while the element is out of the page is there when it is back", async () => {
  SemanticSearchElement.loadBackend = async () => () => new MockBackend(respond);
  onTestFinished(() => {
    SemanticSearchElement.loadBackend = undefined;
  });
  const element = mountSlow();
  Object.assign(element, { backend: undefined, src: "/index.json" });
  await element.updateComplete;
  element.search("undo");
  element.remove();
  await import("../../src/ui/panel.ts");
  element.go();
  await pause(50);
  document.body.append(element);
  const again = setInterval(() => element.go());
  onTestFinished(() => clearInterval(again));
  await settled({ element }, () => hasOptions(element));
});

test("a part that could not be loaded is tried again when the connection is back", async () => {
  const element = mountSlow();
  await element.updateComplete;
  element.search("undo");
  element.fail();
  await settled({ element }, () => element.shadowRoot?.querySelector("[part=error]") !== null);
  dispatchEvent(new Event("online"));
  element.go();
  await settled({ element }, () => hasOptions(element));
  expect(element.shadowRoot?.querySelector("[part=error]")).toBeNull();
});

/** Of browsers that can move a node without taking it out. */
type Movable = Element & { moveBefore(node: Node, child: Node | null): void };
