import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"] as const;

/** What keeps a headless Chromium quiet, and running as root. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
] as const;

/** Path of the Chromium to test with: `CHROMIUM_PATH`, else the first of {@link NAMES} on the PATH. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env.CHROMIUM_PATH ?? "", ...candidates].find(isExecutable);
}

/** {@link findChromium}, or an error that says what to install. */
export function requireChromium(): string {
  const path = findChromium();
  if (path) return path;
  throw new Error(
    `No Chromium found: looked for ${NAMES.join(", ")} on the PATH, and at CHROMIUM_PATH. ` +
      "Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to an executable.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}
