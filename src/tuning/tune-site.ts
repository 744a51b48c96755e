import { SearchError } from "../core/errors.ts";
import type { TuneOptions, TuneReport } from "./types.ts";

/**
 * Adapt a static model to a site: from its texts alone, as every index does, then by training on what its headings and
 * links, and the author's own queries, say about its pages. A fifth of the queries is kept from training to judge by. A
 * model that does worse on these by words and meaning than the base model does, adapted to the texts, or clearly worse
 * by meaning alone, is not written.
 *
 * Deterministic from the seed. Takes about a quarter of a minute for 300 pages on two cores, and half a gigabyte of memory.
 *
 * @throws SearchError `too-few-pairs` for a site with fewer than 50 usable queries; `not-found`, `no-pages`,
 *   `queries-invalid`, `bad-option` for what cannot be read; `aborted`.
 */
export async function tuneSite(options: TuneOptions): Promise<TuneReport> {
  try {
    // The trainer is loaded by those who train alone.
    const { SiteTuning } = await import("./site-tuning.ts");
    return await SiteTuning.run(options);
  } catch (error) {
    throw SearchError.from(error);
  }
}
