import type { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { SearchError } from "../core/errors.ts";
import type { OnnxFeeds, OnnxModel, OnnxOutput } from "./onnx-session.ts";

/** What is the same in all packages of ONNX Runtime. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: "int64", data: BigInt64Array, dims: readonly number[]) => Tensor;
}

/** One session of one of ONNX Runtime's packages, in numbers and names. */
export class OrtSession {
  readonly #ort: Ort;
  readonly #session: InferenceSession;

  private constructor(ort: Ort, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  /** @throws SearchError `file-invalid` for a model that the runtime cannot load. */
  static async open(
    ort: Ort,
    { graph, data }: OnnxModel,
    options: InferenceSession.SessionOptions,
  ): Promise<OrtSession> {
    const externalData = Array.from(data, ([path, bytes]) => ({ path, data: bytes }));
    try {
      // Warnings of the optimiser are nothing that a visitor can act on.
      const settings = { logSeverityLevel: 3, ...options, ...(externalData.length > 0 && { externalData }) } as const;
      return new OrtSession(ort, await ort.InferenceSession.create(graph, settings));
    } catch (cause) {
      throw new SearchError("file-invalid", `ONNX Runtime cannot load the model: ${reasonOf(cause)}`, {
        remedy: "Check that the file is complete and has its weights (*.onnx_data) beside it, or choose another dtype.",
        cause,
      });
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /** @throws SearchError `model-mismatch` when the model does not take the inputs, or gives something else than numbers. */
  async run(feeds: OnnxFeeds, output: string): Promise<OnnxOutput> {
    const { Tensor } = this.#ort;
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, dims }]) => [name, new Tensor("int64", data, dims)]),
    );
    const results = await this.#session.run(tensors, [output]).catch((cause: unknown) => {
      throw new SearchError("model-mismatch", `ONNX Runtime cannot run the model: ${reasonOf(cause)}`, { cause });
    });
    const tensor = results[output] as Tensor;
    return { dims: tensor.dims, data: toFloats(tensor) };
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

/** What went wrong, of whatever was thrown, in one line. */
export function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.split("\n", 1)[0] ?? "";
}

function toFloats({ type, data }: Tensor): Float32Array {
  if (type === "float32") return data as Float32Array;
  if (type !== "float16") {
    throw new SearchError("model-mismatch", `The model gives ${type}, where float32 or float16 is expected.`);
  }
  // Platforms without `Float16Array` get the bits.
  return data instanceof Uint16Array ? Float32Array.from(data, fromHalf) : Float32Array.from(data as Iterable<number>);
}

/** The number that some bits stand for in half precision (IEEE 754). */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
