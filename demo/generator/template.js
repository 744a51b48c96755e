import { escapeHtml } from "./escape.js";

const SITE_TITLE = "semantic-search-element";
const ICONS = {
  menu: '<path d="M4 7h16M4 12h16M4 17h16"/>',
  theme: '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>',
};

/**
 * A whole page. No inline scripts or styles: it runs under the policy that `serve --csp` sends.
 *
 * @param {import("./navigation.js").Page} page
 * @param {import("./navigation.js").Navigation} navigation
 */
export function renderPage(page, navigation) {
  return page.slug ? renderArticle(page, navigation) : renderHome(page, navigation);
}

/** What hosts show for an address without a page. @param {import("./navigation.js").Navigation} navigation */
export function renderNotFound(navigation) {
  return renderDocument({
    navigation,
    title: "Page not found",
    description: "There is no such page.",
    className: "not-found",
    robots: "noindex",
    body: `<main id="content" class="prose">
<h1>Page not found</h1>
<p>Nothing stands at this address. Search for it above, or begin at the <a href="${navigation.base}">home page</a>.</p>
</main>`,
  });
}

function renderHome(page, navigation) {
  const { hero, features, examples } = page.data;
  return renderDocument({
    navigation,
    title: `${SITE_TITLE}: ${page.title}`,
    description: page.description,
    className: "home",
    withSearch: false,
    body: `<main id="content">
<section class="hero">
<h1>${escapeHtml(hero.title)}</h1>
<p class="lead">${escapeHtml(hero.lead)}</p>
<div class="try" data-search-ignore>
<semantic-search inline src="${indexUrl(navigation)}" placeholder="${escapeHtml(hero.placeholder)}">
<div slot="idle" class="idle">
<p>Ask in your own words. For example:</p>
<ul class="examples">
${examples.map((query) => `<li><a href="?q=${encodeURIComponent(query)}">${escapeHtml(query)}</a></li>`).join("\n")}
</ul>
</div>
</semantic-search>
</div>
<p class="actions"><a class="button primary" href="${navigation.base}start/">Get started</a> <a class="button" href="${navigation.base}how-it-works/">How it works</a></p>
</section>
<section class="features">
${features.map((feature) => renderFeature(feature, navigation)).join("\n")}
</section>
<section class="prose home-body">
${page.html}
</section>
</main>`,
  });
}

function renderFeature({ title, text, page }, { base }) {
  return `<article class="feature"><h2><a href="${base}${page}/">${escapeHtml(title)}</a></h2><p>${escapeHtml(text)}</p></article>`;
}

function renderArticle(page, navigation) {
  return renderDocument({
    navigation,
    current: page,
    title: `${page.title} · ${SITE_TITLE}`,
    description: page.description,
    className: "article",
    body: `<div class="layout">
${renderSidebar(page, navigation)}
<main id="content">
<article>
${renderBreadcrumb(page)}
<div class="prose">
<h1>${escapeHtml(page.title)}</h1>
<p class="lead">${escapeHtml(page.description)}</p>
${page.html}
</div>
</article>
${renderPager(page, navigation)}
</main>
${renderContents(page)}
</div>`,
  });
}

function renderDocument({ navigation, current, title, description, className, body, robots, withSearch = true }) {
  const { base } = navigation;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}">
${robots ? `<meta name="robots" content="${robots}">\n` : ""}<meta name="color-scheme" content="light dark">
<link rel="icon" href="${base}assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${base}assets/site.css">
<script src="${base}assets/theme.js"></script>
<script type="module" src="${base}assets/site.js"></script>
<script type="module" src="${base}semantic-search/element.js"></script>
</head>
<body class="${className}">
<a class="skip" href="#content">Skip to the content</a>
<header class="site-header">
${current ? renderMenu(current, navigation) : ""}
<a class="brand" href="${base}" aria-label="${SITE_TITLE}, home page"><img src="${base}assets/icon.svg" alt="" width="28" height="28"><span>${SITE_TITLE}</span></a>
<div class="header-search">${withSearch ? `<semantic-search src="${indexUrl(navigation)}"></semantic-search>` : ""}</div>
<nav class="header-links" aria-label="Main"><a href="${base}start/">Docs</a> <a href="${base}element/">Element</a> <a href="${base}cli/">CLI</a></nav>
<button class="icon-button theme-toggle" type="button" aria-label="Switch between light and dark">${icon("theme")}</button>
</header>
${body}
<footer class="site-footer"><p>MIT licence. This site is searched by the element that it documents: nothing you type leaves your browser.</p></footer>
</body>
</html>
`;
}

/** The sidebar again, for narrow screens: opens without a script. */
function renderMenu(page, navigation) {
  return `<details class="menu"><summary class="icon-button" aria-label="Pages">${icon("menu")}</summary>
${renderGroups(page, navigation)}
</details>`;
}

function renderSidebar(page, navigation) {
  return `<div class="sidebar">\n${renderGroups(page, navigation)}\n</div>`;
}

function renderGroups(current, { groups }) {
  const link = (page) =>
    `<li><a href="${page.url}"${page === current ? ' aria-current="page"' : ""}>${escapeHtml(page.title)}</a></li>`;
  const group = ({ title, pages }) => `<p>${escapeHtml(title)}</p>\n<ul>\n${pages.map(link).join("\n")}\n</ul>`;
  return `<nav class="page-links" aria-label="Pages">\n${groups.map(group).join("\n")}\n</nav>`;
}

function renderBreadcrumb(page) {
  return `<nav class="breadcrumb" aria-label="Breadcrumb"><ol>
<li>${escapeHtml(page.group)}</li>
<li aria-current="page">${escapeHtml(page.title)}</li>
</ol></nav>`;
}

function renderContents({ headings }) {
  const entries = headings.filter(({ level }) => level === 2 || level === 3);
  if (entries.length < 2) return "";
  const links = entries.map(
    ({ id, text, level }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<div class="contents"><nav aria-label="On this page">\n<p>On this page</p>\n<ul>\n${links.join("\n")}\n</ul>\n</nav></div>`;
}

function renderPager(page, { pages }) {
  const at = pages.indexOf(page);
  const link = (target, label, rel) =>
    target?.slug
      ? `<a class="${rel}" rel="${rel}" href="${target.url}"><small>${label}</small><span>${escapeHtml(target.title)}</span></a>`
      : "";
  return `<nav class="pager" aria-label="Next and previous page">${link(pages[at - 1], "Previous", "prev")}${link(pages[at + 1], "Next", "next")}</nav>`;
}

function indexUrl({ base }) {
  return `${base}semantic-search/index.json`;
}

function icon(name) {
  return `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">${ICONS[name]}</svg>`;
}
