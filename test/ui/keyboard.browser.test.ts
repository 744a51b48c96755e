import { expect, onTestFinished, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { KeyMap } from "../../src/ui/commands.ts";
import { answer, DOCS_HITS, KEYWORD_HITS } from "./fixtures.ts";
import { afterDebounce, ask, enter, type Fixture, focused, holdClock, mount, mountOpen, settled } from "./harness.ts";
import type { PendingSearch } from "./mock-backend.ts";

const answerDocs = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS));

function add<Name extends keyof HTMLElementTagNameMap>(name: Name): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  document.body.append(element);
  onTestFinished(() => element.remove());
  return element;
}

async function mountWithResults(): Promise<Fixture> {
  const mounted = await mountOpen({}, answerDocs);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  return mounted;
}

/** Records what the visitor opens, and keeps the page from going there. */
function recordOpened({ element }: Fixture): { href: string; newTab: boolean }[] {
  const opened: { href: string; newTab: boolean }[] = [];
  element.addEventListener("ss-select", (event) => {
    event.preventDefault();
    opened.push({ href: new URL(event.detail.href).pathname, newTab: event.detail.newTab });
  });
  return opened;
}

test("mod+k opens, focuses the input, and closes", async () => {
  const { element, dialog, input } = await mountOpen();
  element.close();
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(dialog.matches(":modal")).toBe(true);
  expect(focused()).toBe(input);
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(dialog.open).toBe(false);
});

test("/ opens", async () => {
  const { dialog } = await mount();
  await userEvent.keyboard("/");
  expect(dialog.open).toBe(true);
});

test("a shortcut opens where it is typed on another keyboard layout", async () => {
  const { dialog } = await mount();
  const event = { key: "л", code: "KeyK", ctrlKey: true, bubbles: true };
  document.body.dispatchEvent(new KeyboardEvent("keydown", event));
  expect(dialog.open).toBe(true);
});

test("/ types a slash where one is typing, mod+k opens even there", async () => {
  const { dialog } = await mount();
  const input = add("input");
  input.focus();
  await userEvent.keyboard("/");
  expect(input.value).toBe("/");
  expect(dialog.open).toBe(false);
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(dialog.open).toBe(true);
});

test("/ types a slash inside another element's shadow root, and in editable text", async () => {
  const { dialog } = await mount();
  const root = add("div").attachShadow({ mode: "open" });
  const hidden = root.appendChild(document.createElement("textarea"));
  hidden.focus();
  await userEvent.keyboard("/");
  const editable = add("div");
  editable.contentEditable = "true";
  editable.focus();
  await userEvent.keyboard("/");
  expect([hidden.value, editable.textContent, dialog.open]).toEqual(["/", "/", false]);
});

test("/ on a checkbox is not typing", async () => {
  const { dialog } = await mount();
  const checkbox = add("input");
  checkbox.type = "checkbox";
  checkbox.focus();
  await userEvent.keyboard("/");
  expect(dialog.open).toBe(true);
});

test("a page that handles mod+k itself keeps it", async () => {
  const { dialog } = await mount();
  const editor = add("textarea");
  editor.addEventListener("keydown", (event) => event.preventDefault());
  editor.focus();
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(dialog.open).toBe(false);
});

test("`shortcut` changes the keys, and switches them off", async () => {
  const { element, dialog } = await mount({ shortcut: "alt+s" });
  await userEvent.keyboard("/");
  expect(dialog.open).toBe(false);
  await userEvent.keyboard("{Alt>}s{/Alt}");
  expect(dialog.open).toBe(true);
  element.close();
  element.shortcut = "";
  await userEvent.keyboard("{Alt>}s{/Alt}/");
  expect(dialog.open).toBe(false);
});

test("arrows go through the options and around the ends", async () => {
  const { options, ...rest } = await mountWithResults().then((mounted) => ({ ...mounted, options: mounted.options }));
  const at = () => options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  expect(at()).toBe(0);
  await userEvent.keyboard("{ArrowDown}{ArrowDown}");
  await settled(rest);
  expect(at()).toBe(2);
  await userEvent.keyboard("{ArrowUp}{ArrowUp}{ArrowUp}");
  await settled(rest);
  expect(at()).toBe(options.length - 1);
  await userEvent.keyboard("{ArrowDown}");
  await settled(rest);
  expect(at()).toBe(0);
});

test("the active option is scrolled into view", async () => {
  const mounted = await mountWithResults();
  await userEvent.keyboard("{ArrowUp}");
  await settled(mounted);
  const list = mounted.find("[role=listbox]").getBoundingClientRect();
  const row = mounted.active?.getBoundingClientRect();
  expect(row?.bottom).toBeLessThanOrEqual(list.bottom + 1);
});

test("Home and End edit the text", async () => {
  const mounted = await mountWithResults();
  mounted.input.setSelectionRange(2, 2);
  await userEvent.keyboard("{Home}");
  expect(mounted.input.selectionStart).toBe(0);
  await userEvent.keyboard("{End}");
  expect(mounted.input.selectionStart).toBe("undo".length);
  expect(mounted.active).toBe(mounted.options[0]);
});

test("Enter opens the active option and closes the dialog", async () => {
  const mounted = await mountWithResults();
  const opened = recordOpened(mounted);
  await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect(opened).toEqual([{ href: "/reference/history/", newTab: false }]);
  expect(mounted.dialog.open).toBe(false);
});

test.each(["Control", "Shift"])("%s+Enter opens a new tab and keeps the dialog", async (modifier) => {
  const mounted = await mountWithResults();
  const opened = recordOpened(mounted);
  await userEvent.keyboard(`{${modifier}>}{Enter}{/${modifier}}`);
  expect(opened).toEqual([{ href: "/guide/deploy/", newTab: true }]);
  expect(mounted.dialog.open).toBe(true);
});

test("Enter does not open what the query before has found", async () => {
  const mounted = await mountOpen();
  (await ask(mounted, "undo")).answer(answer("undo", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
  const opened = recordOpened(mounted);
  await ask(mounted, "install");
  await userEvent.keyboard("{Enter}");
  expect(opened).toEqual([]);
  mounted.backend.last.answer(answer("install", KEYWORD_HITS));
  await settled(mounted, () => mounted.options.length === 3);
  await userEvent.keyboard("{Enter}");
  expect(opened).toHaveLength(1);
});

test("Enter ends the pause after typing, and asks no more than once", async () => {
  const mounted = await mountOpen();
  holdClock();
  enter(mounted, "undo");
  expect(mounted.backend.searches).toEqual([]);
  await userEvent.keyboard("{Enter}{Enter}");
  expect(mounted.backend.searches.map(({ query }) => query)).toEqual(["undo"]);
  vi.advanceTimersByTime(1000);
  expect([mounted.backend.searches.length, mounted.backend.last.options.signal?.aborted]).toEqual([1, false]);
});

test("Escape clears, then closes, and the focus returns to the trigger", async () => {
  const mounted = await mount({}, answerDocs);
  mounted.find("[part=trigger]").focus();
  await userEvent.keyboard("{Enter}");
  await ask(mounted, "undo");
  await userEvent.keyboard("{Escape}");
  await settled(mounted);
  expect([mounted.input.value, mounted.dialog.open, mounted.options.length]).toEqual(["", true, 0]);
  await userEvent.keyboard("{Escape}");
  expect(mounted.dialog.open).toBe(false);
  expect(focused()).toBe(mounted.find("[part=trigger]"));
});

test("the focus returns to where it was in the page", async () => {
  const { element } = await mount();
  const link = add("button");
  link.focus();
  await userEvent.keyboard("/");
  expect(focused()).not.toBe(link);
  element.close();
  expect(focused()).toBe(link);
});

test("Tab stays in the dialog, and goes past the options", async () => {
  const mounted = await mountWithResults();
  await userEvent.tab();
  expect(focused()).toBe(mounted.find("[part=clear]"));
  await userEvent.tab();
  expect(focused()).toBe(mounted.find("[part=close]"));
  await userEvent.tab({ shift: true });
  await userEvent.tab({ shift: true });
  expect(focused()).toBe(mounted.input);
});

test("Escape in an inline search clears, and is left alone when there is nothing to clear", async () => {
  const mounted = await mount({ inline: true }, answerDocs);
  mounted.input.focus();
  await ask(mounted, "undo");
  await userEvent.keyboard("{Escape}");
  await settled(mounted);
  expect(mounted.input.value).toBe("");
  let prevented: boolean | undefined;
  document.addEventListener("keydown", (event) => (prevented = event.defaultPrevented), { once: true });
  await userEvent.keyboard("{Escape}");
  expect(prevented).toBe(false);
});

test("nothing happens while an input method is composing", async () => {
  const mounted = await mountWithResults();
  const { input, backend } = mounted;
  const opened = recordOpened(mounted);
  const searches = backend.searches.length;
  const composing = { isComposing: true, bubbles: true, composed: true, cancelable: true };
  input.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  input.value = "けんさ";
  input.dispatchEvent(new InputEvent("input", composing));
  for (const key of ["Enter", "ArrowDown", "Escape"])
    input.dispatchEvent(new KeyboardEvent("keydown", { key, ...composing }));
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }));
  await afterDebounce();
  expect([backend.searches.length, opened.length, mounted.active]).toEqual([searches, 0, mounted.options[0]]);
  expect(input.value).toBe("けんさ");

  input.value = "検索";
  input.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: "検索" }));
  await settled(mounted, () => backend.last.query === "検索");
});

test("a field that a page puts into a slot keeps its keys", async () => {
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, [])));
  const field = mounted.element.appendChild(document.createElement("input"));
  field.slot = "nothing";
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.root.querySelector("[part=nothing]") !== null);
  field.focus();
  const press = new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, composed: true, cancelable: true });
  field.dispatchEvent(press);
  expect(press.defaultPrevented).toBe(false);
});

test("`keys` gives commands other keys", async () => {
  const mounted = await mountWithResults();
  mounted.element.keys = { next: ["ctrl+j"], dismiss: [] };
  await userEvent.keyboard("{Control>}j{/Control}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
});

test("a command that does not exist takes no key from the page", async () => {
  const mounted = await mountWithResults();
  mounted.element.keys = { toggle: ["ctrl+j"], next: undefined } as unknown as Partial<KeyMap>;
  const press = new KeyboardEvent("keydown", { key: "j", ctrlKey: true, bubbles: true, cancelable: true });
  mounted.input.dispatchEvent(press);
  expect(press.defaultPrevented).toBe(false);
  await userEvent.keyboard("{ArrowDown}");
  await settled(mounted);
  expect(mounted.active).toBe(mounted.options[1]);
});

test("with the focus nowhere, it goes to the trigger when the dialog is closed", async () => {
  const { element, find } = await mount();
  await userEvent.keyboard("/");
  element.close();
  expect(focused()).toBe(find("[part=trigger]"));
});

test("a phone's keyboard says what its Enter does", async () => {
  const mounted = await mountOpen({}, answerDocs);
  expect(mounted.input.enterKeyHint).toBe("search");
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.active !== null);
  expect(mounted.input.enterKeyHint).toBe("go");
});
