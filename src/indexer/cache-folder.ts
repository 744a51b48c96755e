import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where build tools keep what may be thrown away: in `node_modules` if there is one, else in the user's cache folder. */
export function cacheFolder(): string {
  const local = join(process.cwd(), "node_modules");
  const base = existsSync(local)
    ? join(local, ".cache")
    : join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"));
  return join(base, "semantic-search-element");
}
