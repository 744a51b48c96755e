import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PageDocument } from "../../../src/core/document.ts";
import type { Peer } from "./peer.ts";

/** The part of Pagefind's JS API that is used. */
interface PagefindApi {
  options(options: { basePath: string }): Promise<void>;
  search(query: string): Promise<{ results: { readonly id: string; data(): Promise<{ url: string }> }[] }>;
  destroy(): Promise<void>;
}

/** Pagefind with its default ranking. Every page is an HTML file; its JS API answers, with files in place of HTTP. */
export const pagefind: Peer = {
  name: "Pagefind",
  package: "pagefind",
  settings: "defaults; every page an HTML file with its headings; finds pages that hold all words of the query",
  open: async (pages, language) => {
    const folder = await mkdtemp(join(tmpdir(), "semantic-search-pagefind-"));
    const remove = () => rm(folder, { recursive: true, force: true });
    await writeIndex(pages, { language, folder }).catch(async (error) => {
      await remove();
      throw error;
    });
    const leave = pretendBrowser(folder, language);
    const api = (await import(pathToFileURL(join(folder, "pagefind/pagefind.js")).href)) as PagefindApi;
    await api.options({ basePath: "/pagefind/" });
    const paths = new Map<string, Promise<string>>();
    return {
      rank: async (query) => {
        const { results } = await api.search(query);
        return Promise.all(
          results.slice(0, 10).map(({ id, data }) => {
            const path = paths.get(id) ?? data().then(({ url }) => pages[Number(/\d+/.exec(url)?.[0])]?.path ?? "");
            paths.set(id, path);
            return path;
          }),
        );
      },
      close: async () => {
        await api.destroy();
        leave();
        await remove();
      },
    };
  },
};

/** Pages are known by their number, since not every identifier of a judged set is a URL. */
async function writeIndex(
  pages: readonly PageDocument[],
  { language, folder }: { readonly language: string; readonly folder: string },
): Promise<void> {
  const { createIndex, close } = await import("pagefind");
  const { index, errors } = await createIndex({});
  if (!index) throw new Error(`Pagefind does not start: ${errors.join("; ")}`);
  for (const [i, page] of pages.entries()) {
    const added = await index.addHTMLFile({ url: `/${i}/`, content: toHtml(page, language) });
    if (added.errors.length > 0) throw new Error(`Pagefind refuses ${page.path}: ${added.errors.join("; ")}`);
  }
  // Written here, since `writeFiles` may come back before all is on the disk.
  const { files } = await index.getFiles();
  await close();
  for (const { path, content } of files) {
    const file = join(folder, "pagefind", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

function toHtml({ title, sections }: PageDocument, language: string): string {
  const parts = sections.map(({ heading, level, anchor, blocks }) => {
    const name = `h${Math.max(2, level)}`;
    const head = heading ? `<${name} id="${escapeHtml(anchor)}">${escapeHtml(heading)}</${name}>` : "";
    return head + blocks.map(({ text }) => `<p>${escapeHtml(text)}</p>`).join("\n");
  });
  return (
    `<!doctype html><html lang="${language}"><head><title>${escapeHtml(title)}</title></head>` +
    `<body><main><h1>${escapeHtml(title)}</h1>\n${parts.join("\n")}</main></body></html>`
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The few globals that Pagefind's script asks of a page. Returns what takes them away again. */
function pretendBrowser(folder: string, language: string): () => void {
  const pretended: Record<string, unknown> = {
    document: { currentScript: null, querySelector: () => ({ getAttribute: () => language }) },
    window: { location: { origin: "http://localhost" } },
    fetch: async (url: string) => new Response(await readFile(join(folder, new URL(url, "http://localhost").pathname))),
  };
  const real = Object.entries(pretended).map(([name]) => [name, Reflect.get(globalThis, name)] as const);
  Object.assign(globalThis, pretended);
  return () => {
    for (const [name, value] of real) {
      if (value === undefined) Reflect.deleteProperty(globalThis, name);
      else Reflect.set(globalThis, name, value);
    }
  };
}
