#!/usr/bin/env node
import type { NodeApi } from "./cli/api.ts";
import { main } from "./cli/main.ts";
import { processIo } from "./cli/process-io.ts";

process.exitCode = await main(process.argv.slice(2), {
  io: processIo(),
  api: async () => (await import("./node.ts")) satisfies NodeApi,
});
