import { escapeHtml } from "./escape.js";

const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/;
const NUMBER = /\b\d[\d._]*(?:px|rem|em|ms|s|%)?\b/;
const KEYWORDS =
  /\b(?:as|async|await|break|case|class|const|continue|default|else|export|extends|false|for|from|function|if|import|interface|let|new|null|of|readonly|return|satisfies|throw|true|try|catch|type|typeof|undefined)\b/;

/** What to colour per language, tried in this order at every place. */
const RULES = {
  ts: { comment: /\/\/.*|\/\*[\s\S]*?\*\//, string: STRING, keyword: KEYWORDS, number: NUMBER },
  json: { property: /"(?:\\.|[^"\\])*"(?=\s*:)/, string: STRING, keyword: /\b(?:true|false|null)\b/, number: NUMBER },
  html: { comment: /<!--[\s\S]*?-->/, tag: /<\/?[\w-]+|\/?>/, string: STRING, property: /[\w:-]+(?==)/ },
  css: { comment: /\/\*[\s\S]*?\*\//, property: /--[\w-]+|[\w-]+(?=\s*:[^:\w])/, string: STRING, number: NUMBER },
  sh: {
    comment: /(?<=^|\s)#.*/m,
    string: STRING,
    keyword: /^(?:npm|npx|node|semantic-search)\b/m,
    property: /(?<=\s)--?[\w-]+/,
  },
  yaml: { comment: /(?<=^|\s)#.*/m, property: /[\w-]+(?=:)/, string: STRING, number: NUMBER },
};
const ALIASES = {
  js: "ts",
  jsx: "ts",
  tsx: "ts",
  typescript: "ts",
  javascript: "ts",
  bash: "sh",
  shell: "sh",
  yml: "yaml",
  xml: "html",
};

/**
 * Code as HTML with `<span class="hl-…">` around comments, strings, keywords and the like.
 * A few regular expressions, enough for the short examples of a documentation site.
 *
 * @param {string} code
 * @param {string} language
 */
export function highlight(code, language) {
  const rules = RULES[ALIASES[language] ?? language];
  if (!rules) return escapeHtml(code);
  const pattern = new RegExp(
    Object.entries(rules)
      .map(([name, { source }]) => `(?<${name}>${source})`)
      .join("|"),
    "gm",
  );
  let html = "";
  let at = 0;
  for (const match of code.matchAll(pattern)) {
    const [name] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    html += `${escapeHtml(code.slice(at, match.index))}<span class="hl-${name}">${escapeHtml(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(at));
}
