import { EXIT } from "./exit.ts";
import type { CliIo } from "./io.ts";

/**
 * The running process as a {@link CliIo}. The first Ctrl+C (or SIGTERM) aborts the signal, so that a command can
 * clean up; the second ends the process at once. A reader that goes away (`| head`) ends it silently.
 */
export function processIo(): CliIo {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.stdout.on("error", endOnBrokenPipe);
  const { stdout, stderr, env } = process;
  return { stdout, stderr, env, cwd: process.cwd(), signal: controller.signal };
}

function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
}
