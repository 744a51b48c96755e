import type { Excerpt, PageHit, SearchResults, SectionHit } from "../../src/core/search.ts";

/** An excerpt written with its marks in brackets: `a [marked] word`. */
export function excerpt(marked: string): Excerpt {
  const marks: [number, number][] = [];
  let text = "";
  for (const [, before = "", mark] of marked.matchAll(/([^[]*)(?:\[([^\]]*)\])?/g)) {
    text += before;
    if (mark) marks.push([text.length, text.length + mark.length]);
    text += mark ?? "";
  }
  return { text, marks };
}

/** A section hit; what is not given is plain. */
export function section(url: string, heading: string, marked: string, more: Partial<SectionHit> = {}): SectionHit {
  const anchor = url.split("#")[1] ?? "";
  return { anchor, heading, ancestors: [], url, score: 1, match: "words", excerpt: excerpt(marked), ...more };
}

/** A page hit with its sections. */
export function page(title: string, trail: readonly string[], sections: readonly SectionHit[]): PageHit {
  const [path = ""] = (sections[0]?.url ?? "/empty/").split("#");
  const anchor = sections[0]?.anchor ?? "";
  return { url: path, anchor, path, title, trail, language: "en", meta: {}, score: 1, sections };
}

/** An answer made of these pages. */
export function answer(query: string, hits: readonly PageHit[], more: Partial<SearchResults> = {}): SearchResults {
  const plain = { mode: "hybrid", partial: false, facets: {}, warnings: [], elapsedMs: 3 } as const;
  return { query, hits, total: hits.length, ...plain, ...more };
}

const deploying = page(
  "Deploying to production",
  ["Guide", "Operations"],
  [
    section(
      "/guide/deploy/#rolling-back",
      "Rolling back a release",
      "[If something goes wrong after a deploy, switch the alias back to the build before it.] Visitors who are in the middle of a page keep the files they started with.",
      { match: "meaning" },
    ),
    section(
      "/guide/deploy/#health-checks",
      "Health checks",
      "The [deploy] command waits until every instance answers its health check, and [undoes] the release when one does not.",
      { match: "both" },
    ),
  ],
);

const history = page(
  "Version history",
  ["Reference", "Command line"],
  [
    section(
      "/reference/history/#undo",
      "history undo",
      "[Undo] the last change to a project. With --dry-run it only prints what it would [undo].",
      { ancestors: ["Commands"] },
    ),
  ],
);

const glossary = page(
  "Glossary",
  [],
  [
    section(
      "/glossary/",
      "Glossary",
      "…every build has a number; the number of the [deploy] that is live is the alias…",
    ),
  ],
);

const incidents = page(
  "When things break",
  ["Handbook"],
  [
    section(
      "/handbook/incidents/#first",
      "The first ten minutes",
      "[Put back what worked yesterday; find out why later.] Then tell the others.",
      {
        match: "meaning",
      },
    ),
    section(
      "/handbook/incidents/#after",
      "Afterwards",
      "Write down what happened while you still remember the order of events.",
      {
        match: "meaning",
      },
    ),
  ],
);

/** What a docs site might answer to “undo a deploy”. */
export const DOCS_HITS: readonly PageHit[] = [deploying, history, incidents, glossary];

/** The same by words only, in another order. */
export const KEYWORD_HITS: readonly PageHit[] = [history, glossary, deploying];

const longTitle =
  "Configuring continuous deployment pipelines for multi-region, multi-tenant installations behind a corporate proxy with custom certificate authorities";

/** Titles, words and trails that don't fit. */
export const LONG_HITS: readonly PageHit[] = [
  page(
    longTitle,
    ["Administration", "Self-hosted installations", "Networking", "Certificates and proxies", "Advanced"],
    [
      section(
        "/long/#a",
        `${longTitle} (continued)`,
        `Set [${"NODE_EXTRA_CA_CERTS_".repeat(8)}] before the first run. ${"It goes on and on. ".repeat(20)}`,
        {
          ancestors: ["Certificates", "Behind a proxy that terminates TLS"],
          match: "both",
        },
      ),
      section("/long/#b", "Short", "A [short] one."),
    ],
  ),
  page(
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2),
    [],
    [section("/word/#a", "x", "One [word].")],
  ),
];

/** Right-to-left pages among others. */
export const ARABIC_HITS: readonly PageHit[] = [
  {
    ...page(
      "النشر في بيئة الإنتاج",
      ["الدليل", "العمليات"],
      [
        section(
          "/ar/deploy/#back",
          "التراجع عن إصدار",
          "[إذا حدث خطأ بعد النشر، أعد الاسم المستعار إلى الإصدار السابق.] يحتفظ الزوار بملفاتهم.",
          {
            match: "meaning",
          },
        ),
        section("/ar/deploy/#check", "فحوص السلامة", "ينتظر أمر [deploy] حتى تستجيب كل نسخة.", { match: "both" }),
      ],
    ),
    language: "ar",
  },
  ...KEYWORD_HITS.slice(0, 1),
];
