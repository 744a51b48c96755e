import { RELATED_STATES, STATES } from "../assets/gallery/states.js";
import { escapeHtml } from "./escape.js";

const SITE_TITLE = "semantic-search-element";
/** What can be chosen in the gallery, by the name in its address; the first is the default. */
const GALLERY_CHOICES = {
  theme: { label: "Theme", options: { auto: "As the browser", light: "Light", dark: "Dark" } },
  look: { label: "Look", options: { default: "Default", dense: "Dense docs", blog: "Friendly blog" } },
  dir: { label: "Direction", options: { ltr: "Left to right", rtl: "Right to left" } },
  lang: {
    label: "Language",
    options: {
      en: "English",
      ar: "العربية",
      de: "Deutsch",
      es: "Español",
      fr: "Français",
      ja: "日本語",
      ko: "한국어",
      pt: "Português",
      zh: "中文",
    },
  },
};
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

/** Every state of the elements; not a page of the documentation. @param {import("./navigation.js").Navigation} navigation */
export function renderGallery(navigation) {
  const { base } = navigation;
  return renderDocument({
    navigation,
    title: `Gallery · ${SITE_TITLE}`,
    description: "Every state of the elements, in every look.",
    className: "gallery",
    robots: "noindex",
    withSearch: false,
    head: `<link rel="stylesheet" href="${base}assets/gallery/gallery.css">
<link rel="stylesheet" href="${base}assets/looks/default.css" id="look">
<script type="module" src="${base}assets/gallery/gallery.js"></script>
`,
    body: `<main id="content">
<div class="prose">
<h1>Gallery</h1>
<p class="lead">Every state of the elements, held still. Type into any of them: the answer stays the same.</p>
</div>
<form class="controls" aria-label="How the element is shown">
${Object.entries(GALLERY_CHOICES).map(renderChoice).join("\n")}
</form>
<div class="cells">
${Object.entries(STATES).map(renderCell).join("\n")}
${Object.entries(RELATED_STATES).map(renderRelatedCell).join("\n")}
</div>
${renderStage()}
</main>`,
  });
}

function renderChoice([name, { label, options }]) {
  const entries = Object.entries(options).map(([value, text]) => `<option value="${value}">${text}</option>`);
  return `<label>${label} <select name="${name}">${entries.join("")}</select></label>`;
}

function renderCell([name, { title, closed, dir }]) {
  return `<section class="cell">
<header><h2>${escapeHtml(title)}</h2>
<nav aria-label="${escapeHtml(title)}, alone"><a href="?state=${name}">Dialog</a><a href="?state=${name}&amp;inline">Inline</a></nav></header>
<semantic-search data-state="${name}" query-param=""${closed ? "" : ` inline label="${escapeHtml(title)}"`}${dir ? ` dir="${dir}"` : ""}></semantic-search>
</section>`;
}

function renderRelatedCell([name, { title }]) {
  return `<section class="cell">
<header><h2>${escapeHtml(title)}</h2>
<nav aria-label="${escapeHtml(title)}, alone"><a href="?state=${name}">Alone</a></nav></header>
<semantic-related data-state="${name}"></semantic-related>
</section>`;
}

/** What one state alone stands on: a page as it might be anywhere. */
function renderStage() {
  return `<template id="stage">
<header class="stage-header"><strong>Acme Docs</strong><nav aria-label="Main"><span>Guide</span><span>Reference</span><span>Handbook</span></nav><div class="stage-trigger"></div></header>
<main>
<h2 aria-level="1">Deploying to production</h2>
<div class="stage-inline"></div>
<p>A deploy is a build with an address of its own. Once its health checks answer, the alias of the site moves over to it, and the next visitor gets the new pages. Whoever is in the middle of a page keeps the files they started with.</p>
<p>Nothing is ever overwritten: the builds of the last thirty days stay where they are, and each of them can become the live one again within a second.</p>
<p>Large sites deploy in parts. The parts that did not change are not sent again, so that a corrected typo is live before the kettle boils.</p>
</main>
</template>`;
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
    head: page.data.script
      ? `<script type="module" src="${navigation.base}assets/${page.data.script}"></script>\n`
      : "",
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
<semantic-related src="${indexUrl(navigation)}"></semantic-related>
</main>
${renderContents(page)}
</div>`,
  });
}

function renderDocument(page) {
  const { navigation, current, title, description, className, body, robots, head = "", withSearch = true } = page;
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
${current ? `<script type="module" src="${base}semantic-search/related.js"></script>\n` : ""}${head}</head>
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
