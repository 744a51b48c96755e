import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer as createHttp } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const CHUNK_BYTES = 4096;

/** How files of types that hosts compress are sent. */
export const ENCODINGS = ["br", "gzip", "none"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A visitor's connection. */
export interface Network {
  readonly name: string;
  /** Of the body bytes of all answers together. */
  readonly bytesPerSecond: number;
  /** From a request to the first byte of its answer. */
  readonly latencyMs: number;
}

/** A file that was asked for. */
export interface SentFile {
  /** From the server's root, without a leading slash. */
  readonly path: string;
  /** Body bytes on the wire. */
  readonly bytes: number;
}

/** A body as it goes over the wire; undefined for a missing file. */
interface Body {
  readonly type: string;
  readonly content: Buffer;
  readonly encoding?: Encoding;
}

/**
 * A static host at the other end of a slow line. All answers share the line, whatever connection they come over, so
 * that what a worker asks for is slowed as well as what the page does.
 *
 * Speaks HTTP/2 where `openssl` makes it a certificate, as real hosts do; else HTTP/1.1, which has six files on
 * their way at a time. Setting up the connection costs nothing here.
 */
export class ScaleServer {
  /** Every file asked for since {@link forget}. */
  sent: SentFile[] = [];
  /** No limits while undefined. */
  network: Network | undefined;
  readonly protocol: "HTTP/2" | "HTTP/1.1";
  readonly #dir: string;
  readonly #pages: Readonly<Record<string, string>>;
  readonly #encoding: Encoding;
  readonly #bodies = new Map<string, Promise<Body | undefined>>();
  readonly #server: Server;
  #lineFreeAt = 0;

  private constructor(
    { dir, pages, encoding }: ScaleServerOptions,
    certificate: { readonly key: string; readonly cert: string } | undefined,
  ) {
    this.#dir = dir;
    this.#pages = pages;
    this.#encoding = encoding;
    this.protocol = certificate ? "HTTP/2" : "HTTP/1.1";
    const serve = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
      // A page that is closed meanwhile takes no more.
      this.#serve(request, response).catch((error: Error) => response.destroy(error));
    };
    // What is used of either protocol's requests and answers is the same.
    this.#server = certificate
      ? createSecureServer(certificate, serve)
      : createHttp(serve as unknown as Parameters<typeof createHttp>[0]);
  }

  static async start(options: ScaleServerOptions): Promise<ScaleServer> {
    const server = new ScaleServer(options, await makeCertificate().catch(() => undefined));
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** With a trailing slash. */
  get url(): string {
    const scheme = this.protocol === "HTTP/2" ? "https" : "http";
    return `${scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Forget what was sent so far. */
  forget(): void {
    this.sent = [];
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname)).slice(1);
    const body = await this.#body(path);
    if (!this.#pages[path]) this.sent.push({ path, bytes: body?.content.length ?? 0 });
    if (this.network) await wait(this.network.latencyMs);
    response.writeHead(body ? 200 : 404, {
      "content-type": body?.type ?? "text/plain",
      "content-length": body?.content.length ?? 0,
      ...(body?.encoding && { "content-encoding": body.encoding }),
    });
    await this.#send(body?.content ?? Buffer.alloc(0), response);
  }

  async #send(content: Buffer, response: Http2ServerResponse): Promise<void> {
    const size = this.network ? CHUNK_BYTES : content.length;
    for (let at = 0; at < content.length && !response.destroyed; at += size) {
      const chunk = content.subarray(at, at + size);
      await this.#takeLine(chunk.length);
      response.write(chunk);
    }
    response.end();
  }

  /** Chunks of all answers go over the line one after another. */
  async #takeLine(bytes: number): Promise<void> {
    if (!this.network) return;
    const now = performance.now();
    this.#lineFreeAt = Math.max(now, this.#lineFreeAt) + (bytes / this.network.bytesPerSecond) * 1000;
    await wait(this.#lineFreeAt - now);
  }

  #body(path: string): Promise<Body | undefined> {
    const body = this.#bodies.get(path) ?? this.#readBody(path);
    this.#bodies.set(path, body);
    return body;
  }

  async #readBody(path: string): Promise<Body | undefined> {
    const page = this.#pages[path];
    const content = page ? Buffer.from(page) : await readFile(join(this.#dir, path)).catch(() => undefined);
    const type = TYPES[page ? ".html" : extname(path)] ?? "application/octet-stream";
    return content && { type, ...encode(content, type, this.#encoding) };
  }
}

/** Options of {@link ScaleServer.start}. */
export interface ScaleServerOptions {
  readonly dir: string;
  /** HTML of pages that are not in `dir`, and are not counted, by their paths. */
  readonly pages: Readonly<Record<string, string>>;
  readonly encoding: Encoding;
}

/** Static hosts compress text and leave unknown types as they are. */
export function encode(content: Buffer, type: string, encoding: Encoding): Omit<Body, "type"> {
  if (encoding === "none" || !/text|javascript|json|wasm/.test(type)) return { content };
  const brotli = () => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  return { encoding, content: encoding === "br" ? brotli() : gzipSync(content, { level: 6 }) };
}

async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const { stdout } = await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"],
    ...["-subj", "/CN=localhost", "-keyout", "-", "-out", "-"],
  ]);
  const part = (name: string) =>
    new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----`).exec(stdout)?.[0] ?? "";
  return { key: part("PRIVATE KEY"), cert: part("CERTIFICATE") };
}

/** Timers are no finer than a millisecond: what is shorter is made up for by the next wait. */
async function wait(ms: number): Promise<void> {
  if (ms >= 1) await new Promise((resolve) => setTimeout(resolve, ms));
}
