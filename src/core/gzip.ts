import { SearchError } from "./errors.ts";

/** Gzip with the platform's own stream; the same input gives the same bytes on one platform. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return pump(bytes, new CompressionStream("gzip"));
}

/**
 * Undo {@link gzip}. Bytes that do not begin with the gzip signature come back as they are: some servers send
 * a gzip file with `Content-Encoding: gzip`, and the browser has then unpacked it already.
 *
 * @param file Names the bytes in errors.
 * @throws SearchError `file-invalid` when the stream is cut off or its CRC-32 does not match.
 */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await pump(bytes, new DecompressionStream("gzip"));
  } catch (cause) {
    throw new SearchError("file-invalid", `${file} is damaged or was not received whole (${bytes.length} bytes).`, {
      remedy: "Reload the page; if it happens again, build the index again and deploy the whole folder.",
      file,
      cause,
    });
  }
}

/** Written straight to the stream: through a `Blob`, which lives in another process, a file takes Chromium 1 ms more. */
async function pump(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  const written = Promise.all([writer.write(bytes as Uint8Array<ArrayBuffer>), writer.close()]);
  const [read] = await Promise.all([new Response(stream.readable).arrayBuffer(), written]);
  return new Uint8Array(read);
}
