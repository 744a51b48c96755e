import { expect, onTestFinished, test, vi } from "vitest";
import { cdp, page, userEvent } from "vitest/browser";
import { ARABIC_HITS, answer, DOCS_HITS, excerpt, LONG_HITS } from "./fixtures.ts";
import { afterDebounce, ask, enter, type Fixture, mount, mountOpen, settled } from "./harness.ts";
import type { PendingSearch } from "./mock-backend.ts";

const answerDocs = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS));
const answerLong = (search: PendingSearch) => search.answer(answer(search.query, LONG_HITS));

/** What of Chromium's protocol is used here. */
interface Protocol {
  send(method: string, params?: object): Promise<unknown>;
}
const chromium = () => cdp() as unknown as Protocol;

/** Lets the page believe that the visitor has set this; `print` for paper. */
async function emulate(features: Readonly<Record<string, string>>, media = ""): Promise<void> {
  const list = Object.entries(features).map(([name, value]) => ({ name, value }));
  await chromium().send("Emulation.setEmulatedMedia", { media, features: list });
  onTestFinished(() => chromium().send("Emulation.setEmulatedMedia", { media: "", features: [] }) as Promise<void>);
}

async function emulateTouch(): Promise<void> {
  await chromium().send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
  onTestFinished(() => chromium().send("Emulation.setTouchEmulationEnabled", { enabled: false }) as Promise<void>);
}

async function resize(width: number, height: number): Promise<void> {
  await page.viewport(width, height);
  onTestFinished(() => page.viewport(414, 896));
}

/** Writes on `<html>` until the test ends. */
function setPage(attribute: string, value: string): void {
  const { documentElement: root } = document;
  const before = root.getAttribute(attribute);
  root.setAttribute(attribute, value);
  onTestFinished(() => (before === null ? root.removeAttribute(attribute) : root.setAttribute(attribute, before)));
}

async function openWithResults(respond = answerDocs): Promise<Fixture> {
  const mounted = await mountOpen({}, respond);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  return mounted;
}

function box(element: Element | null | undefined): DOMRect {
  if (!element) throw new Error("There is no such element.");
  return element.getBoundingClientRect();
}

/** Elements that reach over the sides of the window. */
function cutOff({ root }: Fixture): string[] {
  return [...root.querySelectorAll("dialog :is(button, input, a, span, strong, p, summary)")]
    .filter((element) => element.checkVisibility() && !element.closest(".spoken"))
    .filter((element) => box(element).left < -0.5 || box(element).right > innerWidth + 0.5)
    .map((element) => element.outerHTML);
}

// Input methods

/** Types with an input method: `steps` is what it shows, one after the other. */
async function compose(...steps: readonly string[]): Promise<void> {
  for (const text of steps) {
    const end = { selectionStart: text.length, selectionEnd: text.length };
    await chromium().send("Input.imeSetComposition", { text, ...end });
  }
}

test("while an input method composes nothing is searched; then it is, once", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await compose("ｋ", "け", "けん", "けんさく");
  await afterDebounce();
  expect([mounted.input.value, mounted.element.query]).toEqual(["けんさく", ""]);
  expect([mounted.backend.previews.length, mounted.backend.searches.length]).toEqual([0, 0]);
  await chromium().send("Input.insertText", { text: "検索" });
  await settled(mounted, () => mounted.backend.searches.length > 0);
  await afterDebounce();
  expect(mounted.backend.searches.map(({ query }) => query)).toEqual(["検索"]);
  expect(mounted.backend.previews.map(({ query }) => query)).toEqual(["検索"]);
});

test("results that arrive while an input method composes leave what it shows alone", async () => {
  const mounted = await mountOpen();
  await userEvent.keyboard("a");
  await settled(mounted, () => mounted.backend.searches.length > 0);
  await compose("に", "にほん");
  mounted.backend.last.answer(answer("a", DOCS_HITS));
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.input.value).toBe("aにほん");
  await chromium().send("Input.insertText", { text: "日本" });
  await settled(mounted, () => mounted.element.query === "a日本");
});

test("a composition that is given up searches for what was there", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await compose("け", "けん");
  await compose("");
  await afterDebounce();
  expect([mounted.input.value, mounted.element.query, mounted.backend.searches.length]).toEqual(["", "", 0]);
});

test("Hangul is searched for while it is composed, and stays as it is", async () => {
  const mounted = await mountOpen({}, answerDocs);
  await compose("ㅂ", "배");
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "배");
  await compose("배포");
  await settled(mounted, () => mounted.backend.last.query === "배포");
  await chromium().send("Input.insertText", { text: "배포" });
  await settled(mounted);
  expect([mounted.input.value, mounted.element.query]).toEqual(["배포", "배포"]);
});

test("on Android, whose keyboards compose every word, words are searched for letter by letter", async () => {
  const userAgent = vi.spyOn(navigator, "userAgent", "get");
  onTestFinished(() => userAgent.mockRestore());
  userAgent.mockReturnValue("Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile");
  const mounted = await mountOpen({}, answerDocs);
  await compose("u", "un", "und");
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === "und");
  await compose("undo");
  await settled(mounted, () => mounted.backend.last.query === "undo");
  expect(mounted.input.value).toBe("undo");
});

test.each([
  { isComposing: true, keyCode: 229 },
  // Safari ends the composition before it tells of the key that ended it.
  { isComposing: false, keyCode: 229 },
])("the keys of an input method are its own: %o", async (state) => {
  const mounted = await openWithResults();
  const chosen: string[] = [];
  mounted.element.addEventListener("ss-select", (event) => {
    event.preventDefault();
    chosen.push(event.detail.href);
  });
  for (const key of ["Enter", "Escape", "ArrowDown", "ArrowUp"]) {
    const event = new KeyboardEvent("keydown", { key, ...state, bubbles: true, cancelable: true, composed: true });
    mounted.input.dispatchEvent(event);
    expect([key, event.defaultPrevented]).toEqual([key, false]);
  }
  await settled(mounted);
  expect([chosen, mounted.element.opened, mounted.input.value]).toEqual([[], true, "undo"]);
  expect(mounted.active).toBe(mounted.options[0]);
});

// Scripts

test.each(["ja", "zh", "ko", "th"])("excerpts in %s break within their two lines", async (language) => {
  const texts: Record<string, string> = {
    ja: "デプロイの後に問題が起きた場合は、エイリアスを直前のビルドに戻してください。訪問者は開始時のファイルを使い続けます。".repeat(
      3,
    ),
    zh: "如果部署后出现问题，请将别名切换回之前的构建。正在浏览的访问者会继续使用他们开始时的文件。".repeat(3),
    ko: "배포 후 문제가 발생하면 별칭을 이전 빌드로 되돌립니다. 방문자는 처음에 받은 파일을 계속 사용합니다. ".repeat(
      3,
    ),
    th: "หากเกิดปัญหาหลังจากการปรับใช้ให้สลับนามแฝงกลับไปยังรุ่นก่อนหน้าผู้เข้าชมจะใช้ไฟล์เดิมต่อไป".repeat(3),
  };
  const [hit] = DOCS_HITS;
  const sections = (hit?.sections ?? []).map((section) => ({ ...section, excerpt: excerpt(texts[language] ?? "") }));
  const mounted = await openWithResults((search) =>
    search.answer(answer(search.query, hit ? [{ ...hit, language, sections }] : [])),
  );
  const line = mounted.find("[part=excerpt]");
  const lines = line.clientHeight / Number.parseFloat(getComputedStyle(line).lineHeight);
  expect(Math.round(lines * 10) / 10).toBe(2);
  expect(line.scrollWidth).toBeLessThanOrEqual(line.clientWidth);
  expect(getComputedStyle(line).wordBreak).toBe({ ja: "auto-phrase", ko: "keep-all" }[language] ?? "normal");
});

// Right to left

test("in Arabic, right to left, everything is turned round", async () => {
  setPage("lang", "ar");
  setPage("dir", "rtl");
  const mounted = await mountOpen({}, (search) => search.answer(answer(search.query, ARABIC_HITS)));
  await ask(mounted, "deploy");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.input.placeholder).toBe("ابحث أو اطرح سؤالًا");
  const option = mounted.options[0];
  expect(box(option?.querySelector("svg")).left).toBeGreaterThan(box(option?.querySelector("[part=title]")).left);
  expect(box(option?.querySelector("[part^=badge]")).right).toBeLessThan(box(option).left + box(option).width / 2);
  const bar = getComputedStyle(option as Element, "::before");
  expect([bar.right, Number.parseFloat(bar.left) > 100]).toEqual(["0px", true]);
  expect(box(mounted.find("[part=status]")).left).toBeLessThan(box(mounted.find("[part=footer]")).left + 40);
  await ask(mounted, "another");
  expect(cutOff(mounted)).toEqual([]);
});

test.each([
  ["ltr", "normal"],
  ["rtl", "reverse"],
])("the line of progress runs as the page is read: %s", async (dir, direction) => {
  setPage("dir", dir);
  const mounted = await mountOpen();
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.root.querySelector(".busy") !== null);
  expect(getComputedStyle(mounted.find(".busy"), "::after").animationDirection).toBe(direction);
});

// What visitors set

test("forced colours: the active row, the marks and the sign of work are told by lines and system colours", async () => {
  await emulate({ "forced-colors": "active" });
  await resize(1000, 700);
  const mounted = await openWithResults();
  const style = (element: Element | null | undefined) => getComputedStyle(element as Element);
  expect(style(mounted.active).outlineStyle).toBe("solid");
  expect(style(mounted.options[1]).outlineStyle).toBe("none");
  const words = mounted.find("[part=excerpt].both mark");
  expect(style(words).backgroundColor).not.toBe(style(mounted.find("[part=panel]")).backgroundColor);
  expect(style(mounted.find("[part=excerpt].meaning mark")).textDecorationLine).toBe("underline");
  expect(style(mounted.find("[part=panel]")).borderTopStyle).toBe("solid");
});

test("more contrast: stronger lines, and nothing is muted", async () => {
  await emulate({ "prefers-contrast": "more" });
  const mounted = await openWithResults();
  const style = (part: string) => getComputedStyle(mounted.find(`[part~=${part}]`));
  expect(style("excerpt").color).toBe(style("title").color);
  expect(style("option-active").outlineStyle).toBe("solid");
  expect(style("trigger").borderTopColor).toBe(style("trigger").color);
});

test("reduced motion: nothing moves", async () => {
  await emulate({ "prefers-reduced-motion": "reduce" });
  const mounted = await mount();
  mounted.element.open();
  await settled(mounted, () => mounted.root.querySelector("[part=footer]") !== null);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.root.querySelector(".bone") !== null);
  await afterDebounce();
  expect(document.getAnimations().filter(({ playState }) => playState === "running")).toEqual([]);
  expect(mounted.root.getAnimations().filter(({ playState }) => playState === "running")).toEqual([]);
});

test("on paper there is no button and no dialog; results that stand in the page do", async () => {
  const dialog = await openWithResults();
  const inline = await mount({ inline: true }, answerDocs);
  enter(inline, "undo");
  await settled(inline, () => inline.options.length > 0);
  await emulate({}, "print");
  expect(dialog.find("[part=trigger]").checkVisibility()).toBe(false);
  expect(dialog.dialog.checkVisibility()).toBe(false);
  expect(inline.options.every((option) => option.checkVisibility())).toBe(true);
});

// Room

test("at 200 % zoom nothing is cut off, and the first result is in view", async () => {
  await resize(640, 400);
  const mounted = await openWithResults(answerLong);
  expect(cutOff(mounted)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBe(innerWidth);
  expect(box(mounted.input).top).toBeGreaterThanOrEqual(0);
  expect(box(mounted.options[0]?.querySelector("[part=title]")).bottom).toBeLessThan(innerHeight);
  expect(box(mounted.find("[part=panel]")).bottom).toBeLessThanOrEqual(innerHeight);
});

test("with text twice as large nothing is cut off, and the first result is in view", async () => {
  await resize(1280, 800);
  setPage("style", "font-size: 200%");
  const mounted = await openWithResults(answerLong);
  expect(Number.parseFloat(getComputedStyle(mounted.find("[part=panel]")).fontSize)).toBe(32);
  expect(cutOff(mounted)).toEqual([]);
  expect(box(mounted.options[0]?.querySelector("[part=title]")).bottom).toBeLessThan(innerHeight);
  expect(box(mounted.find("[part=panel]")).bottom).toBeLessThanOrEqual(innerHeight);
});

test("German fits on a narrow phone, with text twice as large", async () => {
  await resize(360, 740);
  setPage("lang", "de");
  setPage("style", "font-size: 200%");
  const mounted = await openWithResults(answerLong);
  expect(cutOff(mounted)).toEqual([]);
  expect(box(mounted.input).width).toBeGreaterThan(100);
});

test("fingers find every button, on a wide tablet too", async () => {
  await resize(1024, 768);
  await emulateTouch();
  expect(matchMedia("(pointer: coarse)").matches).toBe(true);
  const failing = await mountOpen({ backend: undefined });
  failing.element.search("undo");
  await settled(failing, () => failing.root.querySelector("[part=retry]") !== null);
  const small = ({ root }: Fixture) =>
    [...root.querySelectorAll("button, summary, [role=option]")]
      .filter((target) => target.checkVisibility() && Math.min(box(target).width, box(target).height) < 44)
      .map((target) => target.outerHTML);
  expect(small(failing)).toEqual([]);
  failing.element.close();
  const mounted = await openWithResults();
  expect(small(mounted)).toEqual([]);
  // Nobody there has these keys.
  expect([...mounted.root.querySelectorAll("kbd")].filter((key) => key.checkVisibility())).toEqual([]);
  expect(getComputedStyle(mounted.find("[part=close] span")).position).toBe("static");
});

test("fingers can scroll to suggestions that have no room", async () => {
  await emulateTouch();
  const mounted = await mountOpen();
  mounted.backend.suggest = async () =>
    ["deploy", "build", "rollback", "merge", "release"].map((what) => ({
      text: `undo a ${what}`,
      kind: "title",
      marks: [],
    }));
  enter(mounted, "undo");
  await settled(mounted, () => mounted.backend.previews.length > 0);
  mounted.backend.previews[0]?.answer(answer("undo", DOCS_HITS, { mode: "keyword" }));
  await settled(mounted, () => mounted.root.querySelector("[part=suggestions]") !== null);
  const line = mounted.find("[part=suggestions]");
  expect(line.scrollWidth).toBeGreaterThan(line.clientWidth);
  expect(getComputedStyle(line).overflowX).toBe("auto");
});
