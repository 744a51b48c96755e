/** Answers of a made-up documentation site, for the gallery and the tests of the element. */

export function excerpt(marked) {
  const marks = [];
  let text = "";
  for (const [, before = "", mark] of marked.matchAll(/([^[]*)(?:\[([^\]]*)\])?/g)) {
    text += before;
    if (mark) marks.push([text.length, text.length + mark.length]);
    text += mark ?? "";
  }
  return { text, marks };
}

export function section(url, heading, marked, more = {}) {
  const anchor = url.split("#")[1] ?? "";
  return { anchor, heading, ancestors: [], url, score: 1, match: "words", excerpt: excerpt(marked), ...more };
}

export function page(title, trail, sections) {
  const [path = ""] = (sections[0]?.url ?? "/empty/").split("#");
  const anchor = sections[0]?.anchor ?? "";
  return { url: path, anchor, path, title, trail, language: "en", meta: {}, score: 1, sections };
}

export function answer(query, hits, more = {}) {
  const plain = { mode: "hybrid", partial: false, facets: {}, warnings: [], elapsedMs: 3 };
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

export const DOCS_HITS = [deploying, history, incidents, glossary];

export const KEYWORD_HITS = [
  history,
  glossary,
  { ...deploying, sections: [{ ...deploying.sections[1], match: "words" }] },
];

export const MEANING_HITS = [incidents, { ...deploying, sections: deploying.sections.slice(0, 1) }];

const longTitle =
  "Configuring continuous deployment pipelines for multi-region, multi-tenant installations behind a corporate proxy with custom certificate authorities";

export const LONG_HITS = [
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

export const DEEP_HITS = [
  page(
    "Retention of audit logs",
    ["Administration", "Self-hosted", "Security", "Auditing", "Storage", "Retention"],
    [
      section(
        "/admin/audit/retention/#legal-hold",
        "Legal hold",
        "A legal hold stops the [clean-up] of every log that it names, whatever its retention says.",
        { ancestors: ["Policies", "Exceptions", "Per tenant", "Overrides"], match: "both" },
      ),
    ],
  ),
];

export const ARABIC_HITS = [
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

const japanese = (hit) => ({ ...hit, language: "ja" });

export const JAPANESE_HITS = [
  page(
    "本番環境へのデプロイ",
    ["ガイド", "運用"],
    [
      section(
        "/ja/deploy/#rollback",
        "リリースを元に戻す",
        "[デプロイの後で問題が起きたら、エイリアスを一つ前のビルドに切り替えます。]閲覧中の人には影響しません。",
        { match: "meaning" },
      ),
      section(
        "/ja/deploy/#health",
        "ヘルスチェック",
        "[deploy] コマンドは、すべてのインスタンスが応答するまで待ちます。",
        { match: "both" },
      ),
    ],
  ),
  page(
    "変更履歴",
    ["リファレンス"],
    [section("/ja/history/#undo", "history undo", "直前の変更を[元に戻す]コマンドです。")],
  ),
].map(japanese);

const near = (path, trail, title, score) => ({ path, trail, title, score });

export const NEAR_TO_DEPLOYING = [
  near("rollback/", "Operations", "Rolling back a release", 0.82),
  near("previews/", "Guide", "A preview for every pull request", 0.74),
  near(
    "checks/",
    "Operations",
    "Health checks that tell a slow start from a broken one, and what to do about either",
    0.71,
  ),
  near("secrets/", "Reference", "Secrets", 0.6),
];

export const NEAR_TO_INCIDENTS = [
  near("on-call/", "Handbook", "Being on call", 0.9),
  near("rollback/", "Operations", "Rolling back a release", 0.8),
];
