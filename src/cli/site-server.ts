import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import sirv from "sirv";
import { SearchError } from "../core/errors.ts";

/** The strictest policy that the element works under; documented for site authors as it stands here. */
export const STRICT_CSP =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; " +
  "worker-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'";

/** How many ports are tried before giving up. */
const PORT_ATTEMPTS = 20;

/** Options of {@link startSiteServer}. */
export interface SiteServerOptions {
  readonly dir: string;
  /** The first port tried; 0 for any. */
  readonly port: number;
  readonly host: string;
  /** Send {@link STRICT_CSP} with everything. Default false. */
  readonly csp?: boolean | undefined;
  /** Closes the server. */
  readonly signal: AbortSignal;
}

/** A server that listens. */
export interface SiteServer {
  readonly url: string;
  /** Resolves when the server has been closed by the signal. */
  readonly closed: Promise<void>;
}

/**
 * Serve a folder as static hosts do: `index.html` in folders, `.html` left out, `404.html` for what is missing.
 * Files are read anew for every request and never cached without asking again.
 *
 * @throws SearchError `network` when no port is free or the address cannot be used.
 */
export async function startSiteServer({
  dir,
  port,
  host,
  csp = false,
  signal,
}: SiteServerOptions): Promise<SiteServer> {
  const serveFile = sirv(dir, {
    dev: true,
    etag: true,
    onNoMatch: (_request, response) => sendNotFound(response, dir),
  });
  const server = createServer((request, response) => {
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (csp) response.setHeader("Content-Security-Policy", STRICT_CSP);
    if (!redirectToFolder(request, response, dir)) serveFile(request, response);
  });
  await listen(server, { port, host });
  const { port: actualPort } = server.address() as AddressInfo;
  return { url: `http://${urlHost(host)}:${actualPort}/`, closed: closeOn(signal, server) };
}

/** Try one port after the other. */
async function listen(server: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      server.listen({ port: port && port + attempt, host });
      await once(server, "listening");
      return;
    } catch (cause) {
      const busy = (cause as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!busy || attempt + 1 >= PORT_ATTEMPTS || port + attempt >= 65_535) throw cannotListen({ cause, host, port });
    }
  }
}

function cannotListen({ cause, host, port }: { cause: unknown; host: string; port: number }): SearchError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SearchError("network", `Cannot listen on ${host}, port ${port} and the next: ${reason}.`, {
    remedy: "Choose another port with --port, or another address with --host.",
    cause,
  });
}

async function closeOn(signal: AbortSignal, server: Server): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  server.close();
  server.closeAllConnections();
}

/** Send `/guide` to `/guide/` where that is a folder with a page, so that its relative links hold. */
function redirectToFolder({ url = "/" }: IncomingMessage, response: ServerResponse, dir: string): boolean {
  const [path = "/", query] = url.split("?", 2);
  if (path.endsWith("/") || !existsSync(join(dir, normalize(`/${decode(path)}`), "index.html"))) return false;
  // A path that begins with two slashes would lead to another host.
  const target = `${path.replace(/^[/\\]+/, "/")}/${query === undefined ? "" : `?${query}`}`;
  response.writeHead(302, { Location: target, "Cache-Control": "no-cache" }).end();
  return true;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function sendNotFound(response: ServerResponse, dir: string): void {
  const page = join(dir, "404.html");
  response.statusCode = 404;
  response.setHeader("Cache-Control", "no-cache");
  if (!existsSync(page)) {
    response.setHeader("Content-Type", "text/plain;charset=utf-8");
    response.end("404: there is no such page.\n");
    return;
  }
  response.setHeader("Content-Type", "text/html;charset=utf-8");
  pipeline(createReadStream(page), response).catch(() => response.destroy());
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
