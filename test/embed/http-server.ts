import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that was made. */
export interface EmbeddingsRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { model: string; input: string[]; encoding_format: string; dimensions?: number };
}

/** How the next request is answered in place of the right way. */
export interface EmbeddingsFault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Break the connection. */
  readonly drop?: boolean;
}

/** A server of vectors that runs. */
export interface EmbeddingsServer {
  readonly url: string;
  readonly seen: EmbeddingsRequest[];
  readonly faults: EmbeddingsFault[];
  /** Most requests that were in the works at once. */
  mostAtOnce: number;
  /** The first answers wait for so many requests at once, five seconds at most. */
  waitsFor: number;
  /** What every answer looks like. */
  style: { base64?: boolean; reversed?: boolean; noIndex?: boolean };
  close(): Promise<void>;
}

/** Length of the vectors. */
export const DIMS = 6;

/** A vector of any length that depends on the text. */
export function vectorOf(text: string, dims = DIMS): number[] {
  return Array.from({ length: dims }, (_, d) => {
    let sum = d + 1;
    for (const character of text) sum = (sum * 33 + (character.codePointAt(0) as number)) % 1009;
    return Math.fround(sum / 100 - 5);
  });
}

/** Speaks OpenAI's embeddings API over {@link vectorOf}. */
export async function startEmbeddings(): Promise<EmbeddingsServer> {
  const state = { seen: [], faults: [], mostAtOnce: 0, waitsFor: 1, style: {} } as Pick<
    EmbeddingsServer,
    "seen" | "faults" | "mostAtOnce" | "waitsFor" | "style"
  >;
  let running = 0;
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as EmbeddingsRequest["body"];
    state.seen.push({ path: request.url ?? "", authorization: request.headers.authorization, body });
    state.mostAtOnce = Math.max(state.mostAtOnce, ++running);
    const latest = Date.now() + 5000;
    do await new Promise((resolve) => setTimeout(resolve, 10));
    while (state.mostAtOnce < state.waitsFor && Date.now() < latest);
    running--;
    const fault = state.faults.shift();
    if (fault?.drop) return request.socket.destroy();
    if (fault) {
      const content = typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body ?? {});
      return response.writeHead(fault.status ?? 200, fault.headers).end(content);
    }
    const { base64, reversed, noIndex } = state.style;
    const data = body.input.map((input, index) => {
      const vector = vectorOf(input, body.dimensions);
      const embedding = base64 ? Buffer.from(Float32Array.from(vector).buffer).toString("base64") : vector;
      return { object: "embedding", embedding, ...(!noIndex && { index }) };
    });
    response.setHeader("Content-Type", "application/json");
    return response.end(JSON.stringify({ object: "list", data: reversed ? data.reverse() : data, model: body.model }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

async function text(request: IncomingMessage): Promise<string> {
  let content = "";
  for await (const chunk of request.setEncoding("utf8")) content += chunk;
  return content;
}
