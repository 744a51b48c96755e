/** A sentence's place in its text, white space around it left out. */
export interface SentenceSpan {
  readonly start: number;
  /** First position after the sentence. */
  readonly end: number;
}

/**
 * The sentences of a text, in order; together they hold everything but white space. A line break always ends one.
 *
 * Boundaries are those of `Intl.Segmenter` (UAX #29), save three that it sets too early: behind an abbreviation or an
 * initial ("e.g. Vue", "D. Knuth"), inside of code ("use !important", "a ?? b") and behind a list's number ("1. Open").
 *
 * @param language BCP 47 tag; `und` and unknown ones use the root rules.
 */
export function splitSentences(text: string, language = "und"): SentenceSpan[] {
  const spans: SentenceSpan[] = [];
  let start = 0;
  for (const end of segmentEnds(text, segmenterFor(language))) {
    if (end < text.length && isFalseEnd(text.slice(start, end), text.slice(end, end + 2))) continue;
    pushTrimmed(text, start, end, spans);
    start = end;
  }
  return spans;
}

/** V8's segmenter takes quadratic time on long texts outside of Latin-1: it is given a window at a time. */
const WINDOW = 4096;
/** Text without any boundary is cut here. */
const MAX_WINDOW = 32_768;

function* segmentEnds(text: string, segmenter: Intl.Segmenter): Generator<number> {
  let start = 0;
  let size = WINDOW;
  while (start < text.length) {
    const window = text.slice(start, start + size);
    const isLast = start + size >= text.length || size >= MAX_WINDOW;
    let done = 0;
    for (const { index, segment } of segmenter.segment(window)) {
      const end = index + segment.length;
      // The last segment may go on behind the window.
      if (end === window.length && !isLast) break;
      yield start + end;
      done = end;
    }
    start += done;
    size = done === 0 ? size * 2 : WINDOW;
  }
}

function pushTrimmed(text: string, start: number, end: number, spans: SentenceSpan[]): void {
  const raw = text.slice(start, end);
  const from = start + raw.length - raw.trimStart().length;
  const to = start + raw.trimEnd().length;
  if (to > from) spans.push({ start: from, end: to });
}

/** Only the latest one is used in a row: a page has one language. */
const segmenters = new Map<string, Intl.Segmenter>();

function segmenterFor(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  const segmenter = newSegmenter(language);
  segmenters.set(language, segmenter);
  return segmenter;
}

function newSegmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: "sentence" });
  } catch {
    // A tag that is no BCP 47 tag: the root rules serve every language.
    return new Intl.Segmenter("und", { granularity: "sentence" });
  }
}

/** Written with a full stop in the middle of sentences, in the languages that the element speaks. */
const ABBREVIATIONS = new Set(
  `e.g i.e eg ie etc vs cf al ca approx resp incl excl est fig figs eq no nos vol ch sec pp p ed eds dept inc ltd corp
   mr mrs ms dr prof sr jr st jan feb mar apr jun jul aug sep sept oct nov dec a.k.a viz
   z.b d.h u.a u.ä bzw usw evtl ggf vgl nr bspw inkl abb sog
   p.ex c.-à-d env av apr m mme art
   p.ej ej sra sres ud uds pág núm aprox dra
   т.е т.д т.п т.к др см рис стр напр`.split(/\s+/),
);

const LAST_WORD = /([\p{L}\p{N}][\p{L}\p{N}.-]*)\.["'”’)\]]*\s+$/u;
const LINE_END = /[\n\r\u2028\u2029]\s*$/;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** @param sentence What is taken for a sentence. @param next The first signs behind it. */
function isFalseEnd(sentence: string, next: string): boolean {
  if (LINE_END.test(sentence)) return false;
  if (/[.?!]$/.test(sentence)) return !EAST_ASIAN.test(next);
  // An operator stands apart; French sets its marks apart too, but goes on with a capital.
  if (/\s[?!]+\s+$/.test(sentence)) return !/^[\p{Lu}\d]/u.test(next);
  const word = LAST_WORD.exec(sentence.slice(-40))?.[1];
  if (word === undefined) return false;
  if (/^\d{1,3}$/.test(word)) return sentence.trim().length === word.length + 1;
  return ABBREVIATIONS.has(word.toLowerCase()) ? !EAST_ASIAN.test(next) : /^\p{L}$/u.test(word);
}
