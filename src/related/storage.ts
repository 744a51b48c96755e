import { writeStored } from "../ui/stored.ts";

/** Under which key a site's reading list is stored. @param indexUrl Absolute URL of its `index.json`. */
export function storageKey(indexUrl: string): string {
  return `semantic-related ${indexUrl}`;
}

/** Forget what was read on a site. */
export function forgetVisits(indexUrl: string): void {
  writeStored(storageKey(indexUrl));
}
