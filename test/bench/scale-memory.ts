import type { CDPSession, Page } from "playwright";

/** Bytes of a page and of the workers it started. */
export interface PageMemory {
  readonly page: number;
  readonly workers: number;
}

/**
 * Follow the workers that a page starts. Returns what collects garbage and adds up what is left: JavaScript heap,
 * array buffers, and WebAssembly memory.
 */
export async function watchMemory(page: Page): Promise<() => Promise<PageMemory>> {
  const own = await page.context().newCDPSession(page);
  const sessions: string[] = [];
  own.on("Target.attachedToTarget", ({ sessionId }) => sessions.push(sessionId));
  // Not flattened: Playwright has no sessions of a page's workers.
  await own.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return async () => {
    let workers = 0;
    for (const sessionId of sessions) workers += await measureMemory(workerLine(own, sessionId));
    return { page: await measureMemory((method, params) => own.send(method as never, params as never)), workers };
  };
}

/** Sends a command of the DevTools protocol to one page or worker. */
type Send = (method: string, params?: object) => Promise<unknown>;

/** Answer of `Runtime.getHeapUsage`; older browsers leave the buffers out. */
interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

async function measureMemory(send: Send): Promise<number> {
  await send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = (await send("Runtime.getHeapUsage")) as HeapUsage;
  return usedSize + backingStorageSize + (await wasmBytes(send));
}

/** Every memory there is, found by its prototype: the heap's usage leaves them out. */
async function wasmBytes(send: Send): Promise<number> {
  const prototype = (await send("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" })) as {
    readonly result: { readonly objectId: string };
  };
  const memories = (await send("Runtime.queryObjects", { prototypeObjectId: prototype.result.objectId })) as {
    readonly objects: { readonly objectId: string };
  };
  const { result } = (await send("Runtime.callFunctionOn", {
    objectId: memories.objects.objectId,
    functionDeclaration: "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }",
    returnByValue: true,
  })) as { readonly result: { readonly value: number } };
  return result.value;
}

/** A worker's line through its page's. */
function workerLine(own: CDPSession, sessionId: string): Send {
  let lastId = 0;
  const waiting = new Map<number, PromiseWithResolvers>();
  own.on("Target.receivedMessageFromTarget", (event) => {
    if (event.sessionId !== sessionId) return;
    const { id = 0, result, error } = JSON.parse(event.message) as { id?: number; result?: unknown; error?: unknown };
    if (error) waiting.get(id)?.reject(new Error(JSON.stringify(error)));
    else waiting.get(id)?.resolve(result);
  });
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      const message = JSON.stringify({ id, method, params });
      own.send("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
    });
}

interface PromiseWithResolvers {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}
