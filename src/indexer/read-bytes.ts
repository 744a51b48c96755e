import { isUtf8 } from "node:buffer";
import sniffEncoding from "html-encoding-sniffer";
import { SearchError } from "../core/errors.ts";

/** A share of undecodable characters that no page survives. */
const MAX_UNDECODABLE = 0.01;

/**
 * A text file as a string, in the encoding of its byte-order mark, of its `<meta charset>`, else UTF-8 when the bytes
 * are that, else windows-1252: what a browser would do, but for the assumption of UTF-8.
 *
 * @throws SearchError `page-invalid` for binary and undecodable bytes.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = sniffEncoding(bytes, { defaultEncoding: isUtf8(bytes) ? "UTF-8" : "windows-1252" });
  const decoded = decoderFor(encoding).decode(bytes);
  const text = encoding === "windows-1252" ? decoded.replace(C1, fromWindows1252) : decoded;
  if (text.includes("\0")) throw invalid("It is a binary file: it holds zero bytes.");
  const broken = text.split("\uFFFD").length - 1;
  if (broken > 10 && broken > MAX_UNDECODABLE * text.length) {
    throw invalid(`${broken} characters are not ${encoding}.`, "Save the file as UTF-8, or correct its `charset`.");
  }
  return text;
}

/** What windows-1252 has in place of the control characters of Latin-1; Node 20 decodes the one as the other. */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const C1 = /[\x80-\x9f]/g;

function fromWindows1252(control: string): string {
  return WINDOWS_1252[control.charCodeAt(0) - 0x80] ?? control;
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    throw invalid(`Its encoding "${encoding}" is not known.`, "Save the file as UTF-8.", cause);
  }
}

function invalid(message: string, remedy?: string, cause?: unknown): SearchError {
  return new SearchError("page-invalid", message, { remedy, cause });
}
