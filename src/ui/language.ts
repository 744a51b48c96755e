import type { ShellStrings, Strings } from "./strings.ts";

/** Label, placeholder, close: what is seen before the rest of a language has arrived, and loads that. */
type Language = readonly [string, string, string, (() => Promise<{ readonly STRINGS: Strings }>)?];

/** English, also for those who could not load the rest of their language. */
export const FAILED = "Search is not working right now";

const ENGLISH: Language = ["Search", "Search or ask a question", "Close"];

const LANGUAGES: Readonly<Record<string, Language>> = {
  ar: ["بحث", "ابحث أو اطرح سؤالًا", "إغلاق", () => import("./locales/ar.ts")],
  de: ["Suchen", "Suchen oder Frage stellen", "Schließen", () => import("./locales/de.ts")],
  es: ["Buscar", "Busca o haz una pregunta", "Cerrar", () => import("./locales/es.ts")],
  fr: ["Rechercher", "Rechercher ou poser une question", "Fermer", () => import("./locales/fr.ts")],
  ja: ["検索", "検索または質問を入力", "閉じる", () => import("./locales/ja.ts")],
  ko: ["검색", "검색어나 질문을 입력하세요", "닫기", () => import("./locales/ko.ts")],
  pt: ["Pesquisar", "Pesquise ou faça uma pergunta", "Fechar", () => import("./locales/pt.ts")],
  ru: ["Поиск", "Введите запрос или вопрос", "Закрыть", () => import("./locales/ru.ts")],
  zh: ["搜索", "搜索或提问", "关闭", () => import("./locales/zh.ts")],
};

/** The language of the interface that fits a BCP 47 tag: `pt-BR` → `pt`, and `en` where there is none. */
export function interfaceLanguage(tag: string): string {
  const primary = /^[a-z]{2}(?![a-z])/i.exec(tag)?.[0].toLowerCase() ?? "";
  return LANGUAGES[primary] ? primary : "en";
}

/** What is there from the start, in one of the interface's languages. */
export function shellStrings(language: string): ShellStrings {
  const [label, placeholder, close] = LANGUAGES[language] ?? ENGLISH;
  return { label, placeholder, close };
}

/** All texts in one of the interface's languages; none for English, and when they cannot be had: then it is English. */
export async function loadStrings(language: string): Promise<Partial<Strings>> {
  const load = LANGUAGES[language]?.[3];
  try {
    return load ? (await load()).STRINGS : {};
  } catch {
    return {};
  }
}
