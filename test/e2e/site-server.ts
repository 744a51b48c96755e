import { readFile, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** The strictest policy that the element must work under, sent with every response: a worker takes its own. */
export const STRICT_CSP =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; " + "worker-src 'self'; img-src 'self'";

/** Added to a policy, forbids scripts and workers by plain text: only what these two policies of Trusted Types make. */
export const TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types lit-html semantic-search";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What a server answers with. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  /** `Content-Encoding`, for a body that is compressed for the way. */
  readonly encoding?: string;
}

/** Changes an answer on its way out: damage, or compression. */
export type Change = (answer: Answer) => Answer | Promise<Answer>;

/** One request and what it cost. */
export interface RequestRecord {
  /** Path from the server's root, without a leading slash and without a query. */
  readonly path: string;
  /** 0 for a request that got no answer. */
  readonly status: number;
  /** Bytes of the body as sent. */
  readonly bytes: number;
}

/** Options of {@link startSiteServer}. */
export interface SiteServerOptions {
  /** Every answer goes through it last. */
  readonly encode?: Change;
  /** Sent with every response. Default {@link STRICT_CSP}; empty for none. */
  readonly csp?: string;
}

/**
 * A static host for tests: keeps a record of its requests, can be told to damage what it sends, and can be
 * taken off the network.
 */
export class SiteServer {
  readonly requests: RequestRecord[] = [];
  readonly #dir: string;
  readonly #options: Required<SiteServerOptions>;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #reachable = true;
  #csp: string;
  #changes: { readonly path: RegExp; readonly change: Change }[] = [];

  private constructor(dir: string, { encode = (answer) => answer, csp = STRICT_CSP }: SiteServerOptions) {
    this.#dir = dir;
    this.#options = { encode, csp };
    this.#csp = csp;
  }

  /** Serve a folder on a free port of this machine. */
  static async start(dir: string, options: SiteServerOptions = {}): Promise<SiteServer> {
    const server = new SiteServer(dir, options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** With a trailing slash. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Change what is sent for paths that match, until {@link reset}. */
  change(path: RegExp, change: Change): void {
    this.#changes.push({ path, change });
  }

  /** Send another policy, until {@link reset}. */
  changePolicy(csp: string): void {
    this.#csp = csp;
  }

  /** Answer nothing more, until {@link reset}: every request fails as it does without a network. */
  disconnect(): void {
    this.#reachable = false;
    this.#server.closeAllConnections();
  }

  /** Be reachable, send everything as it is, and forget the requests so far. */
  reset(): void {
    this.#reachable = true;
    this.#changes = [];
    this.#csp = this.#options.csp;
    this.requests.length = 0;
  }

  /** Stop listening and cut every connection. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (!this.#reachable) return this.#refuse(path, request);
    let answer = await readAnswer(this.#dir, path);
    for (const { change } of this.#changes.filter((changed) => changed.path.test(path))) answer = await change(answer);
    answer = await this.#options.encode(answer);
    this.requests.push({ path, status: answer.status, bytes: answer.body.length });
    response.writeHead(answer.status, {
      "Content-Type": answer.type,
      "Content-Length": answer.body.length,
      ...(answer.encoding && { "Content-Encoding": answer.encoding }),
      ...(this.#csp && { "Content-Security-Policy": this.#csp }),
      "Cache-Control": path.endsWith(".bin") ? "max-age=31536000, immutable" : "no-cache",
      "X-Content-Type-Options": "nosniff",
    });
    response.end(answer.body);
  }

  #refuse(path: string, request: IncomingMessage): void {
    this.requests.push({ path, status: 0, bytes: 0 });
    request.socket.destroy();
  }
}

function pathOf(request: IncomingMessage): string {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  return normalize(decodeURIComponent(pathname)).slice(1);
}

async function readAnswer(dir: string, path: string): Promise<Answer> {
  const file = join(dir, path);
  const isFolder = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const name = isFolder ? join(file, "index.html") : file;
  const type = TYPES[extname(name)] ?? "application/octet-stream";
  return readFile(name).then(
    (body) => ({ status: 200, type, body }),
    () => htmlPage(404),
  );
}

/** What many hosts send for a missing file: an HTML page, some of them even with status 200. */
export function htmlPage(status: 200 | 404): Answer {
  const body = Buffer.from("<!doctype html><title>Not found</title><h1>There is no such page</h1>");
  return { status, type: "text/html; charset=utf-8", body };
}
