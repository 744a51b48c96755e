import { expect, onTestFinished, test } from "vitest";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { answer, DOCS_HITS } from "./fixtures.ts";
import { ask, mount, mountOpen, settled } from "./harness.ts";
import type { PendingSearch } from "./mock-backend.ts";

const answerDocs = (search: PendingSearch) => search.answer(answer(search.query, DOCS_HITS));

function speak(lang: string): void {
  const before = document.documentElement.lang;
  document.documentElement.lang = lang;
  onTestFinished(() => {
    document.documentElement.lang = before;
  });
}

test.each([
  ["en-GB", "Search", "Search or ask a question"],
  ["de-AT", "Suchen", "Suchen oder Frage stellen"],
  ["ja", "検索", "検索または質問を入力"],
  ["nl", "Search", "Search or ask a question"],
])("a page in %s is searched in its language from the first paint", async (lang, label, placeholder) => {
  speak(lang);
  const button = await mount();
  expect(button.find("[part=trigger-label]").textContent).toBe(label);
  const { input } = await mount({ inline: true });
  expect([input.placeholder, input.getAttribute("aria-label")]).toEqual([placeholder, label]);
});

test("the rest comes with the panel, and no text is seen in another language before", async () => {
  speak("de");
  const mounted = await mount({}, answerDocs);
  mounted.element.open();
  const seen = new Set<string>();
  const look = () => seen.add(mounted.root.querySelector("[part=idle]")?.textContent?.trim() ?? "");
  const observer = new MutationObserver(look);
  observer.observe(mounted.root, { subtree: true, childList: true, characterData: true });
  look();
  await settled(mounted, () => mounted.root.querySelector("[part=footer]") !== null);
  observer.disconnect();
  expect([...seen].filter(Boolean)).toEqual(["Mit Stichwörtern suchen oder einfach beschreiben, worum es geht."]);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.find("[part=status]").textContent).toBe("6 Ergebnisse");
  expect(mounted.find("[part=close] span").textContent).toBe("Schließen");
  expect(mounted.find("[part=panel]").hasAttribute("lang")).toBe(false);
});

test("the nearest `lang` counts, seen from inside a shadow root", async () => {
  const place = document.body.appendChild(document.createElement("div"));
  onTestFinished(() => place.remove());
  place.lang = "fr";
  const root = place.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  const mounted = await mount();
  root.append(mounted.element);
  mounted.element.requestUpdate();
  await settled(mounted);
  expect(mounted.find("[part=trigger-label]").textContent).toBe("Rechercher");
});

test("`locale` wins, and says so to screen readers where the page is in another language", async () => {
  speak("en");
  const mounted = await mountOpen({ locale: "ko" });
  expect(mounted.find("[part=trigger-label]").textContent).toBe("검색");
  expect(mounted.find("[part=panel]").lang).toBe("ko");
  expect(mounted.find("[part=idle]").textContent).toContain("키워드를");
});

test("an interface in English says so on a page in a language that there is none for", async () => {
  speak("nl");
  const mounted = await mountOpen();
  expect(mounted.find("[part=panel]").lang).toBe("en");
});

test("`locale` and `lang` can change", async () => {
  speak("en");
  const mounted = await mountOpen({ locale: "es" });
  const label = () => mounted.find("[part=trigger-label]").textContent;
  const idle = () => mounted.find("[part=idle]").textContent ?? "";
  expect([label(), idle()]).toEqual(["Buscar", expect.stringContaining("palabras clave")]);
  mounted.element.locale = "ru";
  await settled(mounted, () => idle().includes("ключевые слова"));
  expect(label()).toBe("Поиск");
  mounted.element.locale = "";
  await settled(mounted, () => idle().includes("keywords"));
  document.documentElement.lang = "pt-BR";
  await settled(mounted, () => idle().includes("palavras-chave"));
  expect(label()).toBe("Pesquisar");
  mounted.element.lang = "zh-TW";
  await settled(mounted, () => idle().includes("关键词"));
});

test("`strings` wins over every language", async () => {
  speak("de");
  const mounted = await mountOpen({ strings: { label: "Handbuch durchsuchen", idle: "Frag ruhig." } });
  expect(mounted.find("[part=trigger-label]").textContent).toBe("Handbuch durchsuchen");
  expect(mounted.find("[part=idle]").textContent).toContain("Frag ruhig.");
  expect(mounted.find("[part=close]").textContent).toContain("Schließen");
});

test("frameworks that set what they do not have do no harm", async () => {
  const mounted = await mount({ strings: undefined, locale: undefined } as object);
  expect(mounted.find("[part=trigger-label]").textContent).toBe("Search");
});

test("a language of the page's own is named to screen readers and to the plural rules", async () => {
  speak("nl");
  const strings = { locale: "nl", count: { one: "{count} resultaat", other: "{count} resultaten" } };
  const mounted = await mountOpen({ strings }, answerDocs);
  await ask(mounted, "undo");
  await settled(mounted, () => mounted.options.length > 0);
  expect(mounted.find("[part=status]").textContent).toBe("6 resultaten");
  expect(mounted.find("[part=panel]").hasAttribute("lang")).toBe(false);
});

/** An element whose part that is loaded on intent does not load. */
class BrokenGermanSearch extends SemanticSearchElement {
  protected override async importPanel(): ReturnType<SemanticSearchElement["importPanel"]> {
    throw new TypeError("Failed to fetch dynamically imported module");
  }
}

test("what could not be loaded is said in the page's language, if that could be", async () => {
  speak("de");
  customElements.define("broken-german-search", BrokenGermanSearch);
  const element = document.body.appendChild(new BrokenGermanSearch());
  onTestFinished(() => element.remove());
  element.open();
  const error = () => element.shadowRoot?.querySelector("[part=error]")?.textContent ?? "";
  await settled({ element }, () => error() === "Die Suche funktioniert gerade nicht");
});
