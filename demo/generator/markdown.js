import GithubSlugger from "github-slugger";
import { Marked } from "marked";
import { escapeHtml } from "./escape.js";
import { highlight } from "./highlight.js";

const CALLOUTS = { NOTE: "Note", TIP: "Tip", WARNING: "Warning" };

/**
 * Markdown as HTML, with ids on headings, highlighted code and GitHub's callouts (`> [!NOTE]`).
 * Links to `other.md#part` become links to that page.
 *
 * @param {string} source
 * @param {{linkTo: (page: string) => string}} options
 * @returns {{html: string, headings: {id: string, text: string, level: number}[]}}
 */
export function renderMarkdown(source, { linkTo }) {
  const slugger = new GithubSlugger();
  const headings = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const inner = this.parser.parseInline(tokens);
        const text = plainText(inner);
        const id = slugger.slug(text);
        headings.push({ id, text, level: depth });
        const label = escapeHtml(`Link to “${text}”`);
        return `<h${depth} id="${id}">${inner} <a class="anchor" href="#${id}" aria-label="${label}">#</a></h${depth}>\n`;
      },
      code({ text, lang }) {
        const language = (lang ?? "").split(/\s/)[0];
        const label = language ? ` data-language="${escapeHtml(language)}"` : "";
        return `<pre tabindex="0"${label}><code>${highlight(text, language)}</code></pre>\n`;
      },
      table(token) {
        const row = (cells, tag) =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>`;
        const body = token.rows.map((cells) => row(cells, "td")).join("\n");
        return `<div class="table" tabindex="0"><table>\n<thead>${row(token.header, "th")}</thead>\n<tbody>${body}</tbody>\n</table></div>\n`;
      },
      blockquote({ tokens }) {
        const inner = this.parser.parse(tokens);
        const [match, kind] = /^<p>\[!(NOTE|TIP|WARNING)\]\s*/.exec(inner) ?? [];
        if (!match) return `<blockquote>\n${inner}</blockquote>\n`;
        return `<aside class="callout ${kind.toLowerCase()}" role="note"><strong>${CALLOUTS[kind]}</strong>\n<p>${inner.slice(match.length)}</aside>\n`;
      },
    },
    walkTokens(token) {
      if (token.type === "link") token.href = resolveLink(token.href, linkTo);
    },
  });
  return { html: marked.parse(source), headings };
}

function resolveLink(href, linkTo) {
  const [, page, anchor = ""] = /^([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  return page ? `${linkTo(page)}${anchor}` : href;
}

/** The text of rendered inline Markdown. */
function plainText(html) {
  const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return html.replace(/<[^>]*>/g, "").replace(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole);
}
