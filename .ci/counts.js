/** Prints what vitest's JSON report counted, as `N passed, N failed`; a file that failed to load counts as one failed. */
import { existsSync, readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
const files = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).testResults : [];
const statuses = files.flatMap(({ assertionResults, status }) =>
  assertionResults.length > 0 ? assertionResults.map((test) => test.status) : [status],
);
const count = (...names) => statuses.filter((status) => names.includes(status)).length;
console.log(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped", "pending", "todo")} skipped`);
