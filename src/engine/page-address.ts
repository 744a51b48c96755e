import { SearchError } from "../core/errors.ts";
import { decodePath, pageKey } from "../text/extract-paths.ts";

/** Where the site is: `siteRoot` of the manifest, and the URL of `index.json` that it may be relative to. */
export interface SiteAddress {
  readonly siteRoot: string;
  readonly indexUrl: string | undefined;
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
  const base = root.pathname.replace(/\/?$/, "/");
  // The home page may be asked for without the slash that ends the root's path.
  const path = `${pathname}/`.startsWith(base) ? pathname.slice(base.length) : undefined;
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
    const withoutQuery = path.replace(/\?.*/s, "");
    this.#byKey ??= new Map(this.#paths.map((own, page) => [pageKey(own), page] as const).reverse());
    return this.at(path) ?? this.at(decodePath(withoutQuery)) ?? this.#byKey.get(pageKey(withoutQuery));
  }
}
