import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A model as the made-up hub has it. */
export interface HubModel {
  readonly commit: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Names of the files in large file storage, which another server sends. */
  readonly large?: readonly string[];
  /** The only token that may read it. */
  readonly token?: string;
  readonly gated?: boolean;
}

/** What goes wrong with one answer. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Break the connection after so many bytes of content. */
  readonly dropAfter?: number;
  /** Change a byte of the content. */
  readonly corrupt?: boolean;
  /** Send nothing more after so many bytes, until the client goes. */
  readonly stallAfter?: number;
}

/** A request that was made. */
export interface Seen {
  readonly server: "hub" | "storage";
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** A hub that runs. */
export interface Hub {
  readonly endpoint: string;
  /** In order; tests may empty it. */
  readonly seen: Seen[];
  readonly models: Record<string, HubModel>;
  /** Whether listings have sizes and hashes, as those of some mirrors do not. */
  details: boolean;
  /** ETags as `W/"…"`. */
  weakEtags: boolean;
  /** What goes wrong with the next requests for a path that ends so. */
  fail(ending: string, ...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** Speaks as much of the Hugging Face hub's protocol as a download meets, on two origins as the hub does. */
export async function startHub(models: Record<string, HubModel>): Promise<Hub> {
  const seen: Seen[] = [];
  const faults: { readonly ending: string; readonly fault: Fault }[] = [];
  const stored = new Map<string, Uint8Array>();
  const settings = { details: true, weakEtags: false };

  const takeFault = (path: string): Fault => {
    const at = faults.findIndex(({ ending }) => path.endsWith(ending));
    return at < 0 ? {} : (faults.splice(at, 1)[0]?.fault ?? {});
  };
  const etagOf = (hash: string) => `${settings.weakEtags ? "W/" : ""}"${hash}"`;

  const storage = createServer((request, response) => {
    const path = pathOf(request);
    seen.push({ server: "storage", path, headers: request.headers });
    const content = stored.get(path.split("/")[1] ?? "");
    if (!content) return end(response, 404);
    send(request, response, { content, etag: etagOf(`s3-${sha256(content)}`), fault: takeFault(path) });
  });
  const storageUrl = await listen(storage);

  const hub = createServer((request, response) => {
    const path = pathOf(request);
    seen.push({ server: "hub", path, headers: request.headers });
    const listing = /^\/api\/models\/(.+?)\/revision\/([^/]+)$/.exec(path);
    const file = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const [, id = "", revision = "", name = ""] = listing ?? file ?? [];
    const model = models[id];
    const sent = request.headers.authorization;
    if (!model || (model.token && !sent)) return end(response, 401, { "X-Error-Code": "RepoNotFound" });
    if (model.token && sent !== `Bearer ${model.token}`) return end(response, 403);
    if (!["main", "refs/pr/1", model.commit].includes(decodeURIComponent(revision))) {
      return end(response, 404, { "X-Error-Code": "RevisionNotFound" });
    }
    const fault = takeFault(path);
    if (listing) {
      if (fault.status) return end(response, fault.status, fault.headers);
      const siblings = Object.keys(model.files).map((each) => siblingOf(model, each, settings.details));
      response.setHeader("Content-Type", "application/json");
      return response.end(JSON.stringify({ id, sha: model.commit, siblings }));
    }
    if (model.gated) {
      return end(response, 403, { "X-Error-Code": "GatedRepo", "X-Error-Message": "Access to it is restricted." });
    }
    const content = model.files[decodeURIComponent(name)];
    if (!content) return end(response, 404, { "X-Error-Code": "EntryNotFound" });
    response.setHeader("X-Repo-Commit", model.commit);
    if (!model.large?.includes(name))
      return send(request, response, { content, etag: etagOf(gitSha1(content)), fault });
    if (fault.status) return end(response, fault.status, fault.headers);
    stored.set(sha256(content), content);
    end(response, 302, {
      Location: `${storageUrl}/${sha256(content)}/${name}?signature=1`,
      "X-Linked-Etag": `"${sha256(content)}"`,
      "X-Linked-Size": String(content.length),
    });
  });
  const endpoint = await listen(hub);

  return Object.assign(settings, {
    endpoint,
    seen,
    models,
    fail: (ending: string, ...more: readonly Fault[]) => {
      faults.push(...more.map((fault) => ({ ending, fault })));
    },
    close: async () => {
      await Promise.all([hub, storage].map(stop));
    },
  });
}

function siblingOf(model: HubModel, name: string, details: boolean) {
  const content = model.files[name] as Uint8Array;
  const size = content.length;
  if (!details) return { rfilename: name };
  return model.large?.includes(name)
    ? { rfilename: name, size, blobId: "0".repeat(40), lfs: { sha256: sha256(content), size, pointerSize: 130 } }
    : { rfilename: name, size, blobId: gitSha1(content) };
}

interface Answer {
  readonly content: Uint8Array;
  readonly etag: string;
  readonly fault: Fault;
}

/** A file or the rest of it (RFC 9110, ranges and If-Range). */
function send(request: IncomingMessage, response: ServerResponse, { content, etag, fault }: Answer): ServerResponse {
  if (fault.status) return end(response, fault.status, fault.headers);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const condition = request.headers["if-range"];
  const partial = from > 0 && (condition === undefined || condition === etag);
  if (partial && from >= content.length) return end(response, 416, { "Content-Range": `bytes */${content.length}` });
  const body = Buffer.from(partial ? content.subarray(from) : content);
  if (fault.corrupt) body[0] = (body[0] ?? 0) ^ 1;
  response.writeHead(partial ? 206 : 200, {
    ETag: etag,
    "Content-Length": body.length,
    ...(partial && { "Content-Range": `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  const cut = fault.dropAfter ?? fault.stallAfter;
  if (cut === undefined) return response.end(body);
  response.write(body.subarray(0, cut), () => {
    // Give what was written the time to arrive.
    if (fault.dropAfter !== undefined) setTimeout(() => response.destroy(), 20);
  });
  return response;
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): ServerResponse {
  return response.writeHead(status, headers).end();
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? "/", "http://any").pathname;
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** As `git hash-object` does. */
export function gitSha1(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
