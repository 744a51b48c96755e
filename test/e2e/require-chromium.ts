import { requireChromium } from "./chromium.ts";

/** Global set-up of the browser project: says what is missing before anything tries to start it. */
export default function setup(): void {
  requireChromium();
}
