import { expect, onTestFinished, test } from "vitest";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS } from "./fixtures.ts";
import { ask, mount, mountOpen, settled } from "./harness.ts";
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

/** Of browsers that can move a node without taking it out. */
type Movable = Element & { moveBefore(node: Node, child: Node | null): void };
