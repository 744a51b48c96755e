/** Every text of `<semantic-related>`. */
export interface RelatedStrings {
  /** Above what is related to the page. */
  readonly next: string;
  /** Above what is related to the pages that were read. */
  readonly forYou: string;
  /** A button that forgets these. */
  readonly forget: string;
}

const STRINGS: Readonly<Record<string, RelatedStrings>> = {
  en: { next: "Read next", forYou: "For you", forget: "Forget what I read" },
  de: { next: "Weiterlesen", forYou: "Für dich", forget: "Gelesenes vergessen" },
  fr: { next: "À lire ensuite", forYou: "Pour vous", forget: "Oublier mes lectures" },
  es: { next: "Seguir leyendo", forYou: "Para ti", forget: "Olvidar lo que he leído" },
  pt: { next: "Leia a seguir", forYou: "Para você", forget: "Esquecer o que li" },
  zh: { next: "继续阅读", forYou: "为你推荐", forget: "清除阅读记录" },
  ja: { next: "次に読む", forYou: "あなたへのおすすめ", forget: "閲覧履歴を消去" },
  ko: { next: "이어서 읽기", forYou: "맞춤 추천", forget: "읽은 기록 지우기" },
  ar: { next: "اقرأ بعد ذلك", forYou: "مقترح لك", forget: "محو ما قرأته" },
  ru: { next: "Читайте далее", forYou: "Для вас", forget: "Забыть прочитанное" },
};

/** The texts in a language, by the first part of its tag; English where there are none. */
export function relatedStrings(language: string): RelatedStrings {
  const [primary = ""] = language.toLowerCase().split("-");
  return (Object.hasOwn(STRINGS, primary) ? STRINGS[primary] : undefined) ?? (STRINGS.en as RelatedStrings);
}
