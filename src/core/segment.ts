/** Scripts that write without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** `Intl.Segmenter` takes quadratic time, so that it is given this many characters at a time. */
const STRETCH = /.{1,1000}/gsu;

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** A part of a run of letters. */
export interface Segment {
  readonly segment: string;
  /** Where it begins in the run, in UTF-16 code units. */
  readonly index: number;
}

/** The words of a run of letters and digits: itself, unless its script writes without spaces. */
export function segmentRun(run: string): Segment[] {
  if (!UNSPACED.test(run)) return [{ segment: run, index: 0 }];
  return Array.from(run.matchAll(STRETCH)).flatMap(({ 0: stretch, index: start }) =>
    Array.from(segmenter.segment(stretch))
      .filter(({ isWordLike }) => isWordLike !== false)
      .map(({ segment, index }) => ({ segment, index: start + index })),
  );
}
