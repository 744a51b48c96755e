import type { QueryShape } from "../core/search.ts";

/** Words that open a question in the languages whose analyzers stem. */
const QUESTION =
  /^(?:how|what|why|when|where|which|who|can|could|does|do|is|are|should|comment|pourquoi|quand|quel(?:le)?s?|où|wie|was|warum|wann|wo|welche[rsn]?|cómo|como|qué|cuándo|dónde|perché|quando|dove|por que|как|что|почему|где)(?!\p{L})/iu;
const QUESTION_MARK = /[?？]\s*$/u;

/**
 * One name as code writes it: capitals inside, digits beside letters, or signs between: `useState`, `E404`, `v-model`,
 * `--base`, `import.meta.env`, `foo()`, `<script>`, `@scope/name`.
 */
const IDENTIFIER =
  /^(?=\S*[\p{L}\p{N}])(?:\S*(?:\p{Ll}\p{Lu}|\p{L}\p{N}|[_/\\#$@<>()[\]{}=`]|\p{L}[-.:]+[\p{L}\p{N}])|-)\S*$/u;

/** Between quotation marks, straight or curly, or guillemets. */
export const QUOTED = /["“”„]([^"“”„]+)["“”]|«([^«»]+)»/gu;

/**
 * The shape of a query without regard to quotation marks.
 * @param words Number of words that say something.
 */
export function shapeOf(query: string, words: number): QueryShape {
  const text = query.trim();
  if (IDENTIFIER.test(text)) return "identifier";
  if (words <= 1) return "word";
  if (words === 2) return "pair";
  return QUESTION.test(text) || QUESTION_MARK.test(text) ? "question" : "words";
}

/** What stands between quotation marks. */
export function phrasesOf(query: string): string[] {
  return Array.from(query.matchAll(QUOTED), ([, straight, guillemets]) => (straight ?? guillemets ?? "").trim()).filter(
    (phrase) => /[\p{L}\p{N}]/u.test(phrase),
  );
}
