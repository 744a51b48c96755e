import { SearchError } from "../core/errors.ts";

/** UTF-16 code units of a server's own words that are quoted. */
const MAX_QUOTE = 300;

/**
 * The vectors of an answer to `POST /v1/embeddings`, in the order of the texts: by their `index`, or as they stand if they
 * have none.
 *
 * @param options.count How many texts there were.
 * @throws SearchError `network` for anything but that many vectors.
 */
export function readVectors(
  answer: string,
  { count, url }: { readonly count: number; readonly url: string },
): readonly ArrayLike<number>[] {
  const vectors = new Array<ArrayLike<number> | undefined>(count).fill(undefined);
  for (const [place, { index = place, embedding }] of entriesOf(answer).entries()) {
    if (index in vectors && vectors[index] === undefined) vectors[index] = toNumbers(embedding);
  }
  if (vectors.every((vector) => vector !== undefined)) return vectors;
  throw new SearchError("network", `${url} did not answer with ${count} vectors.`, {
    remedy: "Check the address: the server must speak OpenAI's embeddings API.",
    file: url,
  });
}

/**
 * What a server says of an error: OpenAI and Ollama as `{error: {message}}`, Text Embeddings Inference as `{error: "…"}`;
 * anything else as it is.
 */
export function serverWords(answer: string): string {
  let words: unknown = answer;
  try {
    const { error, message, detail } = JSON.parse(answer);
    words = error?.message ?? error ?? message ?? detail ?? answer;
  } catch {
    // Not JSON: quoted as it is.
  }
  return (typeof words === "string" ? words : JSON.stringify(words)).trim().slice(0, MAX_QUOTE);
}

/** Empty for an answer that is no list of vectors. */
function entriesOf(answer: string): readonly { readonly index?: number; readonly embedding?: unknown }[] {
  try {
    const { data } = JSON.parse(answer);
    return Array.isArray(data) ? data.map((entry) => ({ ...entry })) : [];
  } catch {
    return [];
  }
}

/** A list of numbers, or little-endian float32 in base64, which some servers send whatever they are asked for. */
function toNumbers(embedding: unknown): ArrayLike<number> | undefined {
  const numbers = typeof embedding === "string" ? decodeBase64(embedding) : embedding;
  const isVector = Array.isArray(numbers) || numbers instanceof Float32Array;
  return isVector && numbers.length > 0 && numbers.every((value) => Number.isFinite(value)) ? numbers : undefined;
}

function decodeBase64(text: string): Float32Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  } catch {
    return undefined;
  }
}
