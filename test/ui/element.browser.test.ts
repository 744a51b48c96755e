import { expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { SelectEventDetail } from "../../src/ui/events.ts";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { ARABIC_HITS, answer, DOCS_HITS } from "./fixtures.ts";
import { afterDebounce, ask, focused, mount, mountOpen, pause, settled } from "./harness.ts";
import { MockBackend, type PendingSearch } from "./mock-backend.ts";

const answerDocs = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS));

/** Gives elements with a `src` mocks; returns the URLs that were asked for and the mocks. */
function stubFactory() {
  const urls: string[] = [];
  const backends: MockBackend[] = [];
  SemanticSearchElement.loadBackend =
    async () =>
    (url, { onProgress }) => {
      urls.push(url.pathname);
      const backend = new MockBackend(answerDocs);
      backends.push(backend);
      onProgress({ file: "index.json", loadedBytes: 10 });
      return backend;
    };
  onTestFinished(() => {
    SemanticSearchElement.loadBackend = undefined;
  });
  return { urls, backends };
}

/** Puts a query into the address until the test ends. */
function visit(search: string): void {
  const before = location.href;
  history.replaceState(history.state, "", search);
  onTestFinished(() => history.replaceState(history.state, "", before));
}

const queryInAddress = () => new URLSearchParams(location.search).get("q");

test("nothing is made or fetched before the visitor shows intent", async () => {
  const { urls, backends } = stubFactory();
  const progress: number[] = [];
  const mounted = await mount({ src: "/docs/index.json", backend: undefined });
  mounted.element.addEventListener("ss-progress", (event) => progress.push(event.detail.loadedBytes));
  await pause(50);
  expect(urls).toEqual([]);
  await userEvent.hover(mounted.find("[part=trigger]"));
  await settled(mounted, () => backends.length > 0);
  expect([urls, backends[0]?.warmed, progress]).toEqual([["/docs/index.json"], 1, [10]]);
  mounted.element.open();
  await ask({ ...mounted, input: mounted.input, backend: backends[0] as MockBackend }, "undo");
  expect(urls).toHaveLength(1);
});

test("without an index the error says what to do", async () => {
  const mounted = await mountOpen({ backend: undefined });
  mounted.element.search("undo");
  await settled(mounted, () => mounted.root.querySelector("[part=error]") !== null);
  expect(mounted.find("[part=error]").textContent).toContain('"src"');
});

test("another `src` is searched again; the backend before is closed", async () => {
  const { urls, backends } = stubFactory();
  const mounted = await mountOpen({ src: "/v1/index.json", backend: undefined });
  mounted.element.search("undo");
  await settled(mounted, () => mounted.options.length > 0);
  mounted.element.src = "/v2/index.json";
  await settled(mounted, () => urls.length === 2);
  expect([backends[0]?.closed, backends[1]?.last.query]).toEqual([1, "undo"]);
});

test("a removed element aborts, closes its own backend, and leaves the page as it was", async () => {
  const { backends } = stubFactory();
  const mounted = await mountOpen({ src: "/index.json", backend: undefined });
  expect(document.documentElement.style.overflow).toBe("hidden");
  mounted.element.remove();
  await pause(0);
  expect(backends[0]?.closed).toBe(1);
  expect(document.documentElement.style.overflow).toBe("");
  expect([mounted.element.opened, mounted.dialog.open]).toEqual([false, false]);
  await userEvent.keyboard("/");
  expect(mounted.dialog.open).toBe(false);
});

test("a backend that was given is not closed", async () => {
  const mounted = await mountOpen();
  mounted.element.remove();
  await pause(0);
  expect(mounted.backend.closed).toBe(0);
});

test("an element that is moved while it searches goes on searching", async () => {
  const mounted = await mount({ inline: true });
  mounted.input.focus();
  const search = await ask(mounted, "undo");
  const place = document.body.appendChild(document.createElement("main"));
  onTestFinished(() => place.remove());
  place.append(mounted.element);
  await pause(0);
  expect(search.options.signal?.aborted).toBe(false);
  search.answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
});

test("an element that was removed while it searched searches again when it comes back", async () => {
  const mounted = await mount({ inline: true });
  mounted.input.focus();
  const search = await ask(mounted, "undo");
  mounted.element.remove();
  await pause(0);
  expect(search.options.signal?.aborted).toBe(true);
  document.body.append(mounted.element);
  await settled(mounted, () => mounted.backend.searches.length === 2);
});

test("of two elements, one answers the shortcut, and the open one keeps it", async () => {
  const first = await mount();
  const second = await mount();
  await userEvent.keyboard("{Control>}k{/Control}");
  expect([first.dialog.open, second.dialog.open]).toEqual([true, false]);
  await userEvent.keyboard("{Control>}k{/Control}");
  second.element.open();
  await userEvent.keyboard("{Control>}k{/Control}");
  expect([first.dialog.open, second.dialog.open]).toEqual([false, false]);
});

test("a hidden element leaves the shortcut to a visible one", async () => {
  const hidden = await mount();
  hidden.element.hidden = true;
  const shown = await mount();
  await userEvent.keyboard("/");
  expect([hidden.dialog.open, shown.dialog.open]).toEqual([false, true]);
});

test("?q= opens the dialog and searches", async () => {
  visit("?q=undo+a+deploy&other=1");
  const mounted = await mount({ queryParam: "q" }, answerDocs);
  await settled(mounted, () => mounted.options.length > 0);
  expect([mounted.dialog.open, mounted.input.value, mounted.backend.last.query]).toEqual([
    true,
    "undo a deploy",
    "undo a deploy",
  ]);
  mounted.element.close();
  expect(location.search).toContain("other=1");
  expect(queryInAddress()).toBeNull();
});

test("the address follows the query while it is shown", async () => {
  visit("?");
  const length = history.length;
  const mounted = await mountOpen({ queryParam: "q" }, answerDocs);
  await ask(mounted, "undo");
  await settled(mounted, () => queryInAddress() === "undo");
  mounted.find("[part=clear]").click();
  expect(queryInAddress()).toBeNull();
  expect(history.length).toBe(length);
});

test("?q= fills an inline search; only the first element takes it", async () => {
  visit("?q=undo");
  const first = await mount({ queryParam: "q", inline: true }, answerDocs);
  const second = await mount({ queryParam: "q" }, answerDocs);
  await settled(first, () => first.options.length > 0);
  expect([first.input.value, second.dialog.open, second.backend.searches.length]).toEqual(["undo", false, 0]);
});

test("`ss-search` reports what was asked and found", async () => {
  const found: [string, number][] = [];
  const listener = (event: HTMLElementEventMap["ss-search"]) =>
    found.push([event.detail.query, event.detail.results.total]);
  document.addEventListener("ss-search", listener);
  onTestFinished(() => document.removeEventListener("ss-search", listener));
  const mounted = await mountOpen({}, answerDocs);
  await ask(mounted, " undo ");
  await settled(mounted, () => found.length > 0);
  expect(found).toEqual([["undo", 4]]);
  expect(mounted.element.results?.hits).toBe(DOCS_HITS);
});

test("`ss-select` can be cancelled, and says what was chosen", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  const details: SelectEventDetail[] = [];
  mounted.element.addEventListener("ss-select", (event) => {
    event.preventDefault();
    details.push(event.detail);
  });
  const click = new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
  mounted.options[1]?.dispatchEvent(click);
  expect(click.defaultPrevented).toBe(true);
  expect(details[0]).toMatchObject({
    query: "undo",
    newTab: false,
    page: DOCS_HITS[0],
    section: DOCS_HITS[0]?.sections[1],
  });
  expect(details[0]?.href).toContain("/guide/deploy/#health-checks:~:text=");
  expect(mounted.dialog.open).toBe(false);
});

test("a click with a modifier or the middle button keeps the dialog open", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  const newTabs: boolean[] = [];
  mounted.element.addEventListener("ss-select", (event) => {
    event.preventDefault();
    newTabs.push(event.detail.newTab);
  });
  const init = { bubbles: true, cancelable: true };
  mounted.options[0]?.dispatchEvent(new MouseEvent("click", { ...init, ctrlKey: true }));
  mounted.options[0]?.dispatchEvent(new MouseEvent("auxclick", { ...init, button: 1 }));
  mounted.options[0]?.dispatchEvent(new MouseEvent("auxclick", { ...init, button: 2 }));
  expect(newTabs).toEqual([true, true]);
  expect(mounted.dialog.open).toBe(true);
});

test("a section on the same page is gone to without a reload", async () => {
  visit("?");
  const here = { ...DOCS_HITS[3], url: location.pathname } as (typeof DOCS_HITS)[number];
  const hit = { ...here, sections: here.sections.map((part) => ({ ...part, url: `${location.pathname}#glossary` })) };
  const mounted = await mountOpen({ queryParam: "q" }, (search) => search.answer(answer(search.query, [hit])));
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  (window as { stillHere?: boolean }).stillHere = true;
  await userEvent.keyboard("{Enter}");
  await settled(mounted, () => location.hash === "#glossary");
  expect((window as { stillHere?: boolean }).stillHere).toBe(true);
});

test("a click on the backdrop closes, a selection that ends there does not", async () => {
  const { dialog, input } = await mountOpen();
  const press = (target: Element, type: string) => target.dispatchEvent(new PointerEvent(type, { bubbles: true }));
  press(input, "pointerdown");
  press(dialog, "click");
  expect(dialog.open).toBe(true);
  press(dialog, "pointerdown");
  press(dialog, "click");
  expect(dialog.open).toBe(false);
});

test("a dialog that is opened again at once stays open; one that the browser closes is closed", async () => {
  const { element, dialog } = await mountOpen();
  element.close();
  element.open();
  await pause(20);
  expect([element.opened, dialog.open]).toEqual([true, true]);
  dialog.close();
  await settled({ element }, () => !element.opened);
  expect(document.documentElement.style.overflow).toBe("");
});

test("what was typed is there, selected, when the dialog is opened again", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await ask(mounted, "undo");
  mounted.element.close();
  await userEvent.click(mounted.find("[part=trigger]"));
  expect([mounted.input.value, mounted.input.selectionStart, mounted.input.selectionEnd]).toEqual(["undo", 0, 4]);
});

/** Selects a text of the page until the test ends. */
function select(content: string): void {
  const text = document.body.appendChild(document.createElement("p"));
  text.textContent = content;
  onTestFinished(() => text.remove());
  getSelection()?.selectAllChildren(text);
}

const WAYS_TO_OPEN: Record<string, (trigger: HTMLElement) => Promise<void>> = {
  "by a shortcut": () => userEvent.keyboard("{Control>}k{/Control}"),
  "by the trigger": (trigger) => userEvent.click(trigger),
};

test.each(Object.entries(WAYS_TO_OPEN))("the page's selection is searched for, %s", async (_, open) => {
  const mounted = await mount({}, answerDocs);
  select("health checks");
  await open(mounted.find("[part=trigger]"));
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.input.value).toBe("health checks");
});

test("a selection that was searched for before does not take the place of what was typed", async () => {
  const mounted = await mount({}, answerDocs);
  // In browsers whose inputs leave the page's selection alone.
  const selection = vi.spyOn(globalThis, "getSelection");
  onTestFinished(() => selection.mockRestore());
  const pretend = (text: string) => selection.mockReturnValue({ toString: () => text } as Selection);
  const reopen = async () => {
    mounted.element.close();
    await userEvent.click(mounted.find("[part=trigger]"));
    return mounted.input.value;
  };
  pretend("health checks");
  expect(await reopen()).toBe("health checks");
  await ask(mounted, "undo");
  expect(await reopen()).toBe("undo");
  pretend("alias");
  expect(await reopen()).toBe("alias");
});

test("`search()` works before the element is in the page", async () => {
  const element = document.createElement("semantic-search");
  const backend = new MockBackend(answerDocs);
  Object.assign(element, { backend, queryParam: "" });
  element.search("undo");
  document.body.append(element);
  onTestFinished(() => element.remove());
  await settled({ element }, () => backend.searches.length > 0);
  expect(element.opened).toBe(true);
  expect(element.query).toBe("undo");
});

test("the `opened` attribute opens, `focus()` focuses", async () => {
  document.body.insertAdjacentHTML("beforeend", `<semantic-search opened query-param=""></semantic-search>`);
  const element = document.querySelector("semantic-search") as SemanticSearchElement;
  onTestFinished(() => element.remove());
  await settled({ element });
  expect(element.shadowRoot?.querySelector("dialog")?.open).toBe(true);
  element.removeAttribute("opened");
  await settled({ element });
  expect(element.shadowRoot?.querySelector("dialog")?.open).toBe(false);
  element.focus();
  expect(focused()?.id).toBe("trigger");
});

test("right to left, the icon stands on the right and arrows still work", async () => {
  document.documentElement.dir = "rtl";
  onTestFinished(() => document.documentElement.removeAttribute("dir"));
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, ARABIC_HITS)));
  await ask(mounted, "deploy");
  await settled(mounted, () => mounted.options.length > 0);
  const icon = mounted.find("[part=search-bar] > svg").getBoundingClientRect();
  expect(icon.left).toBeGreaterThan(mounted.input.getBoundingClientRect().left);
  const latin = mounted.options[2]?.querySelector("[part=excerpt]") as HTMLElement;
  expect(getComputedStyle(latin).textAlign).toBe("right");
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
});

test("a dark page that does not say so gets a dark dialog", async () => {
  document.body.style.color = "rgb(230, 230, 230)";
  onTestFinished(() => document.body.removeAttribute("style"));
  const mounted = await mountOpen();
  expect(getComputedStyle(mounted.dialog).colorScheme).toBe("dark");
  expect(getComputedStyle(mounted.find("[part=panel]")).backgroundColor).toBe("rgb(22, 24, 29)");
});

test("`theme` and the page's color-scheme choose the colours, `--ss-*` and `::part` win", async () => {
  document.documentElement.style.colorScheme = "dark";
  const sheet = document.head.appendChild(document.createElement("style"));
  sheet.textContent = `semantic-search { --ss-text: rgb(1, 2, 3) } semantic-search::part(panel) { border-radius: 1px }`;
  onTestFinished(() => {
    document.documentElement.removeAttribute("style");
    sheet.remove();
  });
  const mounted = await mountOpen();
  const panel = getComputedStyle(mounted.find("[part=panel]"));
  expect(panel.backgroundColor).toBe("rgb(22, 24, 29)");
  mounted.element.theme = "light";
  await settled(mounted);
  expect([panel.backgroundColor, panel.color, panel.borderRadius]).toEqual([
    "rgb(255, 255, 255)",
    "rgb(1, 2, 3)",
    "1px",
  ]);
});

/** An element whose part that is loaded on intent does not load. */
class BrokenSearchElement extends SemanticSearchElement {
  isBroken = true;

  protected override async importPanel(): ReturnType<SemanticSearchElement["importPanel"]> {
    if (this.isBroken) throw new TypeError("Failed to fetch dynamically imported module");
    return super.importPanel();
  }
}

test("a part that could not be loaded is said, and tried again", async () => {
  customElements.define("broken-search", BrokenSearchElement);
  const element = new BrokenSearchElement();
  const errors: string[] = [];
  element.addEventListener("ss-error", (event) => errors.push(event.detail.error.code));
  document.body.append(element);
  onTestFinished(() => element.remove());
  element.open();
  const part = (name: string) => element.shadowRoot?.querySelector(`[part=${name}]`)?.textContent;
  await settled({ element }, () => part("error") === "Search is not working right now");
  expect(errors).toContain("network");
  expect(part("idle")).toBeUndefined();
  element.isBroken = false;
  element.close();
  element.open();
  await settled({ element }, () => part("footer") !== undefined);
  expect(part("error")).toBeUndefined();
});

/** An element whose part that is loaded on intent is still on its way. */
class WaitingSearchElement extends SemanticSearchElement {
  protected override importPanel(): ReturnType<SemanticSearchElement["importPanel"]> {
    return new Promise(() => {});
  }
}

test("Escape clears, then closes, before the rest of the element has arrived", async () => {
  customElements.define("waiting-search", WaitingSearchElement);
  const element = document.body.appendChild(new WaitingSearchElement());
  onTestFinished(() => element.remove());
  await element.updateComplete;
  element.open();
  const input = element.shadowRoot?.querySelector("input") as HTMLInputElement;
  await userEvent.keyboard("tent{Escape}");
  await settled({ element });
  expect([input.value, element.query, element.opened]).toEqual(["", "", true]);
  await userEvent.keyboard("{Escape}");
  await settled({ element });
  expect(element.opened).toBe(false);
});

test("closing while a search is under way changes nothing in the page", async () => {
  visit("?");
  const mounted = await mountOpen({ queryParam: "q" });
  const search = await ask(mounted, "undo");
  mounted.element.close();
  search.answer(answer("undo", DOCS_HITS));
  await afterDebounce();
  expect(queryInAddress()).toBeNull();
});
