import { createHash } from "node:crypto";
import type { Element } from "domhandler";
import { isTag } from "domhandler";
import { findAll, textContent } from "domutils";
import fc from "fast-check";
import { parseDocument } from "htmlparser2";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/evaluation/evaluate.ts";
import { escapeHtml, html } from "../../src/evaluation/html.ts";
import { reportHtml } from "../../src/evaluation/report-html.ts";
import { fakeBackend } from "./fake-backend.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\`</title></style>\u202Eevil\u0000`;
const ATTRIBUTES =
  /^(class|id|name|type|checked|lang|charset|content|http-equiv|scope|rowspan|colspan|aria-label|aria-hidden|role|fill|stroke|width|height|x|y|x1|x2|y1|y2|viewbox|preserveaspectratio)$/i;

describe("reportHtml", () => {
  it("needs no script, no request and no style but its own, which its policy names", async () => {
    const elements = read(await report());
    const names = new Set(elements.map(({ name }) => name));
    for (const name of ["script", "link", "img", "iframe", "a", "object"]) expect(names).not.toContain(name);
    const attributes = elements.flatMap(({ attribs }) => Object.keys(attribs));
    expect(attributes.filter((name) => !ATTRIBUTES.test(name))).toEqual([]);
    const [style] = elements.filter(({ name }) => name === "style");
    const policy = elements.find(({ attribs }) => attribs["http-equiv"])?.attribs.content;
    const hash = createHash("sha256")
      .update(textContent(style ?? []))
      .digest("base64");
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(textContent(style ?? [])).not.toMatch(/url\(|@import/);
  });

  it("shows everything hostile as text", async () => {
    const markup = await report({ query: HOSTILE, url: `${HOSTILE}gone`, path: `${HOSTILE}/`, title: HOSTILE });
    const plain = await report();
    const shape = (document: string) => read(document).map(({ name }) => name);
    expect(shape(markup).filter((name) => name !== "br")).toEqual(shape(plain).filter((name) => name !== "br"));
    expect(markup).not.toContain("<script");
    expect(markup).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
    expect(textContent(parseDocument(markup))).toContain("<script>alert(1)</script>");
  });

  it("quotes the figures", async () => {
    const text = textContent(parseDocument(await report({ minNdcg: 0.6 })));
    expect(text).toContain("Failed: nDCG@10 is 0.5000, below the 0.6 asked for.");
    expect(text).toContain("Fewer than ten queries cannot tell a difference.");
    expect(text).toContain("1 win above the line, 1 alike, 0 losses below it");
    expect(text).toMatch(/Right pages that are not in the index[\s\S]*\/gone/);
    expect(textContent(parseDocument(await report({ minNdcg: 0.5 })))).toContain("Passed: nDCG@10 is 0.5000");
  });

  it("has one heading of the first level, and a name for every chart that says something", async () => {
    const elements = read(await report());
    expect(elements.filter(({ name }) => name === "h1")).toHaveLength(1);
    for (const { attribs } of elements.filter(({ name }) => name === "svg")) {
      expect(attribs["aria-hidden"] ?? attribs["aria-label"]).toBeTruthy();
    }
  });

  it("leaves out what an index without vectors cannot have", async () => {
    const text = textContent(read(await report({ hasSpace: false })).filter(({ name }) => name === "main"));
    expect(text).not.toMatch(/Hybrid against|semantic|hybrid/);
  });

  it("keeps a chart of thousands of queries small", async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `q${i}`);
    const queries = names.map((query) => ({ query, pages: [{ url: "a/", grade: 1 }] }));
    const evaluation = await evaluateQuickly(queries);
    const bars = read(reportHtml(evaluation)).filter(({ attribs }) => attribs.class === "worse");
    expect(bars).toHaveLength(240);
  });
});

describe("html", () => {
  it("gives text back as it was, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        const [element] = read(markup);
        const visible = text.replace(/(?![\t\n\r])\p{Cc}|\p{Bidi_Control}|\p{Noncharacter_Code_Point}/gu, "\uFFFD");
        expect(textContent(element ?? [])).toBe(visible);
        expect(element?.attribs.title).toBe(visible);
      }),
    );
  });

  it("nests, joins, and leaves out nothing's", () => {
    expect(html`${[html`<b>${1}</b>`, "<"]}${null}${undefined}${false}${0}`.markup).toBe("<b>1</b>&lt;0");
    expect(escapeHtml(`&<>"'`)).toBe("&amp;&lt;&gt;&quot;&#39;");
  });
});

interface ReportInput {
  readonly query?: string;
  readonly url?: string;
  readonly path?: string;
  readonly title?: string;
  readonly minNdcg?: number;
  readonly hasSpace?: boolean;
}

/** The report on one query that is answered and one whose page is missing. */
async function report(input: ReportInput = {}): Promise<string> {
  const { query = "log in", url = "/gone", path = "a/", title = "dist", minNdcg, hasSpace } = input;
  const answers = { [query]: { keyword: ["x/"], semantic: [path], hybrid: [path] }, other: { hybrid: [path] } };
  const queries = [
    { query, pages: [{ url: path, grade: 1 }] },
    { query: "other", pages: [{ url, grade: 2, source: "q.tsv:2" }] },
  ];
  const backend = fakeBackend(answers, { hasSpace: hasSpace ?? true });
  return reportHtml(await evaluate(backend, queries, { paths: [path] }), { title, minNdcg });
}

async function evaluateQuickly(queries: Parameters<typeof evaluate>[1]) {
  const [first] = queries;
  const evaluation = await evaluate(fakeBackend({}), first ? [first] : [], { paths: ["a/"] });
  const [one] = evaluation.queries;
  return { ...evaluation, queries: one ? queries.map(({ query }) => ({ ...one, query })) : [] };
}

function read(markup: string): Element[] {
  return findAll(isTag, parseDocument(markup).children);
}
