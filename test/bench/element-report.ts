/** What `bench:element` writes. */
export interface ElementResults {
  /** Version of the peer. */
  readonly pagefind: string;
  /** Between two keys. */
  readonly delayMs: number;
  readonly rows: readonly ElementRow[];
}

/** One interface on one site. */
export interface ElementRow {
  readonly site: string;
  readonly pages: number;
  readonly ui: string;
  readonly queries: number;
  readonly keystrokes: number;
  /** Keystrokes whose answer was on screen before the next one. */
  readonly answered: number;
  /** From the keystroke to a list that answers what was typed by then, or later. */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** A line per site and interface. */
export function elementTable({ rows }: ElementResults): string[][] {
  return [
    ["pages", "interface", "keystrokes", "answered before the next", "p50 ms", "p95 ms"],
    ...rows.map(({ pages, ui, keystrokes, answered, p50Ms, p95Ms }) => [
      pages.toLocaleString("en"),
      ui,
      String(keystrokes),
      `${Math.round((100 * answered) / keystrokes)} %`,
      String(Math.round(p50Ms)),
      String(Math.round(p95Ms)),
    ]),
  ];
}
