/** The worker's entry: answers the page's calls with an engine over the index that the page names. */
import { serveBackend } from "./backend/worker-host.ts";
import { openEngine } from "./engine/open-engine.ts";

serveBackend(self, openEngine);
