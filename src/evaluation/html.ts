/** Markup that is safe to put into a document as it is. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template: text and numbers are escaped, markup is not, nothing is left out. */
export type Content = string | number | Markup | readonly Content[] | null | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters but those of white space, and signs that turn the direction of the text after them. */
const INVISIBLE = /(?![\t\n\r])\p{Cc}|\p{Bidi_Control}|\p{Noncharacter_Code_Point}/gu;

/** A template of markup. Everything put into it is escaped for elements and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { markup: String.raw({ raw: strings }, ...values.map(render)) };
}

/** Text for elements and quoted attributes, without characters that change how others are shown. */
export function escapeHtml(text: string): string {
  return text.replace(INVISIBLE, "\uFFFD").replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return "markup" in value ? value.markup : value.map(render).join("");
}
