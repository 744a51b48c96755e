import { gunzipSync, gzipSync } from "node:zlib";
import { type Answer, type Change, htmlPage } from "./site-server.ts";

/** The file cut off in the middle. */
export const truncated: Change = (answer) => ({
  ...answer,
  body: answer.body.subarray(0, Math.floor(answer.body.length / 2)),
});

/** One bit changed, two thirds into the file. */
export const bitFlipped: Change = (answer) => {
  const body = Buffer.from(answer.body);
  const at = Math.floor((body.length * 2) / 3);
  body.writeUInt8(body.readUInt8(at) ^ 0b100, at);
  return { ...answer, body };
};

/** A 404 page in the file's place. */
export const missing: Change = () => htmlPage(404);

/** A page in the file's place with status 200, as single-page hosts send it. */
export const replacedByPage: Change = () => htmlPage(200);

/** Nothing was answered in time. */
export const unavailable: Change = () => ({ status: 503, type: "text/plain", body: Buffer.from("try later") });

/** A format version of the future: of `index.json`, or of a container. */
export const newerVersion: Change = (answer) =>
  answer.type === "application/json" ? newerManifest(answer) : newerContainer(answer);

function newerManifest(answer: Answer): Answer {
  const manifest = JSON.parse(answer.body.toString());
  return { ...answer, body: Buffer.from(JSON.stringify({ ...manifest, version: manifest.version + 1 })) };
}

/** See src/core/SPEC.md: the version is the u16 at byte 4. */
function newerContainer(answer: Answer): Answer {
  const isGzip = answer.body.readUInt16BE(0) === 0x1f8b;
  const bytes = isGzip ? gunzipSync(answer.body) : Buffer.from(answer.body);
  bytes.writeUInt16LE(bytes.readUInt16LE(4) + 1, 4);
  return { ...answer, body: isGzip ? gzipSync(bytes) : bytes };
}
