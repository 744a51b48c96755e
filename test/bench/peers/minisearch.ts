import MiniSearch, { type SearchOptions } from "minisearch";
import { bestPages, type PageSection, pageSections } from "./page-sections.ts";
import type { Peer } from "./peer.ts";

/** VitePress 1.6.4, `localSearchPlugin.ts`. */
export const VITEPRESS_INDEX = { fields: ["title", "titles", "text"], storeFields: ["title", "titles"] } as const;

/** VitePress 1.6.4, `VPLocalSearchBox.vue`. */
export const VITEPRESS_SEARCH = {
  fuzzy: 0.2,
  prefix: true,
  boost: { title: 4, text: 2, titles: 1 },
} as const satisfies SearchOptions;

/** MiniSearch as VitePress's local search uses it: a document per section. */
export const minisearch: Peer = {
  name: "MiniSearch",
  package: "minisearch",
  settings: "as VitePress: a document per section, fields title, titles, text, boosted 4, 1, 2; prefixes; fuzzy 0.2",
  open: async (pages) => {
    const sections = pageSections(pages);
    const index = new MiniSearch<PageSection>({
      fields: [...VITEPRESS_INDEX.fields],
      storeFields: [...VITEPRESS_INDEX.storeFields],
      searchOptions: VITEPRESS_SEARCH,
    });
    index.addAll(sections);
    return {
      rank: async (query) => bestPages(index.search(query).map(({ id }) => sections[id] as PageSection)),
      close: async () => {},
    };
  },
};
