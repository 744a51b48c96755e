import type { Strings } from "./strings.ts";

/** Puts values in the place of their `{names}`. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** A text with something that is not text in the place of its one `{name}`. */
export function fillWith(template: string, content: unknown): readonly unknown[] {
  const [before, after] = template.split(/\{\w+\}/);
  return [before, content, after];
}

/** A count in words, in the plural form that the language has for it. */
export function countText({ count, locale }: Pick<Strings, "count" | "locale">, n: number): string {
  const form = count[new Intl.PluralRules(locale).select(n)] ?? count.other;
  return fill(form, { count: n.toLocaleString(locale) });
}
