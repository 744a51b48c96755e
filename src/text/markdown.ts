import GithubSlugger from "github-slugger";
import { Marked, type Tokens } from "marked";
import { parse as parseYaml } from "yaml";
import type { PageDocument } from "../core/document.ts";
import { SearchError } from "../core/errors.ts";
import { type ExtractOptions, extractPage, type SkippedDocument } from "./extract.ts";

/**
 * A Markdown or MDX file as a page, with GitHub's flavour and its heading ids (`{#custom-id}` wins). Frontmatter gives
 * `title`, `description`, `lang` or `language`, `image`, `author`, `date`, `tags` (a filter) and `permalink` or an
 * absolute `slug`; `search: false`, `search: { exclude: true }` and `draft: true` leave the page out. Imports, exports,
 * tags and comments of MDX are dropped, what stands between the tags is kept.
 *
 * @throws SearchError `page-invalid` for frontmatter that is not YAML.
 */
export function extractMarkdown(source: string, options: ExtractOptions): PageDocument | SkippedDocument {
  const { data, body } = splitFrontmatter(source);
  if (isExcluded(data)) return { skip: "excluded", detail: "Its frontmatter keeps it out of the search." };
  const html = pageHtml(data, renderMarkdown(body));
  return extractPage(html, { ...options, path: permalinkOf(data) ?? options.path });
}

/** Markdown as HTML, headings with ids. */
export function renderMarkdown(markdown: string): string {
  const slugger = new GithubSlugger();
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading): string {
        const inner = this.parser.parseInline(tokens);
        const [, text = inner, custom] = /^([\s\S]*?)\s*\\?\{\s*#([\w:.-]+)\s*\}\s*$/.exec(inner) ?? [];
        const id = custom ?? slugger.slug(plainText(text));
        return `<h${depth} id="${escapeHtml(id)}">${text}</h${depth}>\n`;
      },
    },
  });
  return marked.parse(withoutJsx(markdown), { async: false });
}

type Frontmatter = Readonly<Record<string, unknown>>;

const FRONTMATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m;

function splitFrontmatter(source: string): { readonly data: Frontmatter; readonly body: string } {
  const match = FRONTMATTER.exec(source);
  if (match?.index !== 0) return { data: {}, body: source };
  return { data: parseFrontmatter(match[1] ?? ""), body: source.slice(match[0].length) };
}

function parseFrontmatter(yaml: string): Frontmatter {
  try {
    const data: unknown = parseYaml(yaml);
    return isObject(data) ? data : {};
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : "";
    throw new SearchError("page-invalid", `The frontmatter is not YAML: ${reason}`, { cause });
  }
}

function isObject(value: unknown): value is Frontmatter {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isExcluded({ search, draft }: Frontmatter): boolean {
  return search === false || draft === true || (isObject(search) && search.exclude === true);
}

/** A path that the frontmatter sets, relative to the site's root. */
function permalinkOf({ permalink, slug }: Frontmatter): string | undefined {
  const path = [permalink, slug].find((each): each is string => typeof each === "string" && each.startsWith("/"));
  return path?.replace(/^\/+/, "").replace(/(^|\/)index\.html$/, "$1");
}

/** A page around rendered Markdown, so that one extractor serves both. */
function pageHtml(data: Frontmatter, content: string): string {
  const lang = textOf(data.lang) || textOf(data.language);
  const metas = [
    meta("description", textOf(data.description)),
    meta("og:image", textOf(data.image)),
    meta("author", textOf(data.author)),
    meta("date", textOf(data.date)),
    ...listOf(data.tags).map((tag) => `<meta data-search-filter="tags" content="${escapeHtml(tag)}">`),
  ];
  const title = escapeHtml(textOf(data.title));
  const override = title && `<meta data-search-meta="title" content="${title}">`;
  return `<html${lang && ` lang="${escapeHtml(lang)}"`}><head>${override}${metas.join("")}</head><body><main>${content}</main></body></html>`;
}

function meta(name: string, content: string): string {
  return content && `<meta name="${name}" content="${escapeHtml(content)}">`;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(textOf).filter(Boolean);
}

/** Text as HTML that shows it. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function plainText(html: string): string {
  return html.replace(/<[^>]*>/g, "").replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "");
}

/** What `marked` escapes. */
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

const FENCE = /^\s*(`{3,}|~{3,})/;
/** A line that is code of the page, not text: an import, an export, or nothing but component tags, shortcodes, comments. */
const CODE_LINE =
  /^\s*(import\s.*from\s*['"].*|import\s+['"].*|export\s+(const|let|var|default|function|\{).*|(<\/?[A-Z][\w.]*(\s[^<>]*)?\/?>\s*)+|(\{\/\*.*\*\/\}\s*)+|(\{%.*%\}\s*)+)$/;
const CONTAINER = /^\s*:{3,}\s*(?:[\w-]+\s*)?(?:\{[^}]*\}|\[(.*)\]|(.*))?\s*$/;

/** Markdown without MDX code and without the fences of `:::tip` boxes, whose titles stay. Code blocks are not touched. */
function withoutJsx(markdown: string): string {
  let fence = "";
  return markdown
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1] ?? "";
      if (fence) {
        if (mark.startsWith(fence)) fence = "";
        return line;
      }
      fence = mark;
      return mark ? line : textLine(line);
    })
    .join("\n");
}

function textLine(line: string): string {
  if (CODE_LINE.test(line)) return "";
  const container = CONTAINER.exec(line);
  return container ? (container[1] ?? container[2] ?? "") : line;
}
