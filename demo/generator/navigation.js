import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { renderMarkdown } from "./markdown.js";

/** The sidebar: groups in order, pages in order. Every file of the content folder must be named here. */
const GROUPS = [
  { title: "Introduction", files: ["start", "how-it-works", "comparison"] },
  { title: "Build the index", files: ["indexing", "markup", "models", "adapting", "curation", "cli"] },
  { title: "Search in the page", files: ["element", "frameworks", "theming", "events", "related", "tuning"] },
  { title: "Run it", files: ["privacy", "offline", "troubleshooting"] },
  { title: "Reference", files: ["api", "file-format", "evaluation"] },
];
const HOME = "home";

/**
 * @typedef {object} Page
 * @property {string} slug Folder of the page, empty for the home page.
 * @property {string} url With the base, ending in a slash.
 * @property {string} title
 * @property {string} description
 * @property {string} group Title of the sidebar group, empty for the home page.
 * @property {string} html Rendered body.
 * @property {readonly {id: string, text: string, level: number}[]} headings
 * @property {Record<string, any>} data Front matter.
 *
 * @typedef {object} Navigation
 * @property {string} base Path of the site's root, with slashes at both ends.
 * @property {Page} home
 * @property {readonly {title: string, pages: readonly Page[]}[]} groups
 * @property {readonly Page[]} pages The home page and all others in reading order.
 */

/**
 * Read and render every page.
 * @param {{contentDir: string, base: string}} options
 * @returns {Promise<Navigation>}
 */
export async function readNavigation({ contentDir, base }) {
  await checkFiles(contentDir);
  const read = (file, group) =>
    readPage({ path: join(contentDir, `${file}.md`), slug: file === HOME ? "" : file, group, base });
  const home = await read(HOME, "");
  const groups = await Promise.all(
    GROUPS.map(async ({ title, files }) => ({
      title,
      pages: await Promise.all(files.map((file) => read(file, title))),
    })),
  );
  return { base, home, groups, pages: [home, ...groups.flatMap((group) => group.pages)] };
}

async function readPage({ path, slug, group, base }) {
  const source = await readFile(path, "utf8");
  const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source) ?? [];
  if (head === undefined) throw new Error(`${path} does not begin with front matter`);
  const data = parseYaml(head);
  const linkTo = (target) => pageUrl(target === HOME ? "" : target, base);
  const { html, headings } = renderMarkdown(body, { linkTo });
  return {
    slug,
    url: pageUrl(slug, base),
    title: data.title,
    description: data.description,
    group,
    html,
    headings,
    data,
  };
}

function pageUrl(slug, base) {
  return slug ? `${base}${slug}/` : base;
}

/** A page that no group names could not be reached; a name without a page would be a dead link. */
async function checkFiles(contentDir) {
  const present = (await readdir(contentDir)).filter((name) => name.endsWith(".md")).map((name) => name.slice(0, -3));
  const named = [HOME, ...GROUPS.flatMap((group) => group.files)];
  const missing = named.filter((name) => !present.includes(name));
  const unnamed = present.filter((name) => !named.includes(name));
  if (missing.length) throw new Error(`Pages without a file in content/: ${missing.join(", ")}`);
  if (unnamed.length) throw new Error(`Files that no group of the sidebar names: ${unnamed.join(", ")}`);
}
