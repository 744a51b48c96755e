import { flexsearch } from "./flexsearch.ts";
import { minisearch } from "./minisearch.ts";
import { orama } from "./orama.ts";
import { pagefind } from "./pagefind.ts";
import type { Peer } from "./peer.ts";

/** Those measured beside this package, in the order of the table. */
export const PEERS: readonly Peer[] = [minisearch, orama, flexsearch, pagefind];
