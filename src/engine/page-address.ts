import { SearchError } from "../core/errors.ts";
import { decodePath, pageKey } from "../text/extract-paths.ts";

/** Where the site is: `siteRoot` of the manifest, and the URL of `index.json` that it may be relative to. */
export interface SiteAddress {
  readonly siteRoot: string;
  readonly indexUrl: string | undefined;
}

/** Stands for a host that is not known: of a scheme whose paths are read like the web's, and which no page is fetched by. */
const NOWHERE = "ws://site.invalid/";

/**
 * Where a page is: an absolute URL, or a path from the site's root where neither that root nor the index has a URL that
 * paths can be relative to. Whatever a path is, it does not lead to another host.
 *
 * @param path Relative to the site's root, `%` and what else has a meaning in a URL escaped.
 */
export function pageUrl(path: string, { siteRoot, indexUrl }: SiteAddress): string {
  // By itself `a:b` would have a scheme, and `//a` a host.
  const below = `./${path}`;
  try {
    return new URL(below, new URL(siteRoot, indexUrl)).href;
  } catch {
    const { pathname, search } = new URL(below, NOWHERE);
    return pathname.replace(/^\/+/, "/") + search;
  }
}

/**
 * The path of a page within the site, with its query if it has one; undefined when the URL is that of another site. An
 * index that is opened without a URL takes any host for its own.
 *
 * @throws SearchError `bad-option` for what is not an absolute URL.
 */
export function pathWithin(url: string, { siteRoot, indexUrl }: SiteAddress): string | undefined {
  if (!URL.canParse(url)) {
    throw new SearchError("bad-option", `"${url}" is not an absolute URL.`, {
      remedy: "Pass the whole address of the page, such as location.href.",
    });
  }
  const { origin, pathname, search } = new URL(url);
  const isAbsolute = URL.canParse(siteRoot);
  const root = isAbsolute || indexUrl ? new URL(siteRoot, indexUrl) : new URL("/", url);
  // The home page may be asked for without the slash that ends the root's path.
  const path = `${pathname}/`.startsWith(root.pathname) ? pathname.slice(root.pathname.length) : undefined;
  return origin === root.origin && path !== undefined ? path + search : undefined;
}

/** Finds pages by the paths that hosts serve them at. */
export class PageAddresses {
  readonly #paths: readonly string[];
  /** Made when it is first needed. */
  #byKey: ReadonlyMap<string, number> | undefined;

  /** @param paths Of all pages, in order, as the index has them. */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Number of the page at exactly this path. */
  at(path: string): number | undefined {
    const page = this.#paths.indexOf(path);
    return page < 0 ? undefined : page;
  }

  /** Number of the page that a host serves at a path of a URL: `guide`, `guide/` and `guide/index.html` are one. */
  near(path: string): number | undefined {
    return this.#like(path) ?? this.#like(path.replace(/\?.*/s, ""));
  }

  #like(path: string): number | undefined {
    this.#byKey ??= new Map(this.#paths.map((own, page) => [pageKey(own), page] as const).reverse());
    return this.at(decodePath(path)) ?? this.#byKey.get(pageKey(path));
  }
}
