import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countText, fill } from "../../src/ui/fill.ts";
import { interfaceLanguage, loadStrings, shellStrings } from "../../src/ui/language.ts";
import type { Plural, Strings } from "../../src/ui/strings.ts";
import { EN } from "../../src/ui/strings-en.ts";

const TAGS = readdirSync(new URL("../../src/ui/locales", import.meta.url)).map((file) => file.replace(".ts", ""));
/** Texts of every language; those of a site, such as the names of its filters, are its own. */
type Key = Exclude<keyof Strings, "filterNames">;
const KEYS = Object.keys(EN) as Key[];

/** Words that are the same in English. */
const SAME: Readonly<Record<string, readonly Key[]>> = { de: ["details"], fr: ["suggestions"] };

/** Plural categories that say their number by themselves: “two results” is one word in Arabic. */
const EXACT = ["zero", "one", "two"];

/** Scripts that say more with a sign than Latin. */
const DENSE = ["ja", "ko", "zh"];

const forms = (text: string | Plural) => (typeof text === "string" ? { other: text } : text);
const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("there are ten languages", () => {
  expect(["en", ...TAGS]).toHaveLength(10);
  expect(TAGS.map(interfaceLanguage)).toEqual(TAGS);
});

describe.each(TAGS)("%s", (tag) => {
  const load = () => loadStrings(tag) as Promise<Strings>;

  test("has every text, and no other", async () => {
    expect(Object.keys(await load()).sort()).toEqual([...KEYS].sort());
  });

  test("begins as it goes on", async () => {
    const strings = await load();
    expect(strings).toMatchObject(shellStrings(tag));
    expect(strings.locale).toBe(tag);
  });

  test("has no English left in it", async () => {
    const strings = await load();
    expect(KEYS.filter((key) => strings[key] === EN[key])).toEqual(SAME[tag] ?? []);
  });

  test("has the values of the English text in every text", async () => {
    const strings = await load();
    for (const key of KEYS) {
      const expected = placeholders(forms(EN[key]).other);
      for (const [category, form] of Object.entries(forms(strings[key]))) {
        const saysItself = tag === "ar" && EXACT.includes(category);
        expect([key, placeholders(form)]).toEqual([key, saysItself ? [] : expected]);
      }
    }
  });

  test("has every plural form of the language, and no other", async () => {
    const { count } = await load();
    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
    expect(Object.keys(count).sort()).toEqual([...pluralCategories].sort());
  });

  test("fits where English fits", async () => {
    const strings = await load();
    const width = (text: string) => text.length * (DENSE.includes(tag) ? 2 : 1);
    const tooLong = KEYS.filter((key) => width(forms(strings[key]).other) > 2 * forms(EN[key]).other.length + 8);
    expect(tooLong).toEqual([]);
  });

  test("has no spaces at the ends, and no straight quotes", async () => {
    const strings = await load();
    const texts = KEYS.flatMap((key) => Object.values(forms(strings[key])));
    expect(texts.filter((text) => text !== text.trim() || /["']/.test(text))).toEqual([]);
  });
});

test("numbers take the form and the digits of the language", async () => {
  const ru = (await loadStrings("ru")) as Strings;
  expect([1, 3, 5, 21].map((n) => countText(ru, n))).toEqual([
    "1 результат",
    "3 результата",
    "5 результатов",
    "21 результат",
  ]);
  const ar = (await loadStrings("ar")) as Strings;
  expect(countText(ar, 2)).toBe("نتيجتان");
  expect(countText(ar, 3)).toBe(fill("{count} نتائج", { count: (3).toLocaleString("ar") }));
  const de = (await loadStrings("de")) as Strings;
  expect(countText(de, 12345)).toBe("12.345 Ergebnisse");
});

test.each([
  ["de", "de"],
  ["de-AT", "de"],
  ["pt-BR", "pt"],
  ["PT_br", "pt"],
  ["zh-Hant-TW", "zh"],
  ["nl", "en"],
  ["arn", "en"],
  ["", "en"],
  ["constructor", "en"],
  ["__proto__", "en"],
  ["_", "en"],
])("a page in %j is searched in %s", (tag, language) => {
  expect(interfaceLanguage(tag)).toBe(language);
});

test("English is not loaded: it is there", async () => {
  expect(await loadStrings("en")).toEqual({});
});
