import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";

/** Sides of the squares whose mean colours are compared, in pixels of a reference. */
const SQUARE = 8;
/** By how much of these pixels anything may have moved: browsers round the place of a line of text to whole pixels. */
const SHIFTS = [-1, 0, 1];
/**
 * Most levels of 255 by which the mean colours of two squares may differ. Measured on pictures with the same fonts: letters
 * that are drawn otherwise (twice the pixels, no hinting) differ by up to 4; a missing icon, or a badge 12 pixels away, by
 * 12 and more.
 */
const TOLERANCE = 8;
const CHANNELS = 4;
const MAX_COLORS = 256;

/** RGBA pixels, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Where two pictures differ. */
export interface Difference {
  /** Squares that differ; all of them for pictures of different sizes. */
  readonly squares: number;
  /** The largest difference of a square, in levels of 255. */
  readonly levels: number;
  /** The second picture, pale, with the squares that differ in red. */
  readonly picture: Picture;
}

/** A PNG's pixels, each the mean of a square of `scale` × `scale`. */
export function readPicture(png: Uint8Array, scale = 1): Picture {
  return shrink(PNG.sync.read(Buffer.from(png)), scale);
}

/** Compares a picture with its reference by the mean colours of squares: where things are and what colour they have. */
export function comparePictures(expected: Picture, actual: Picture): Difference {
  const columns = Math.floor(actual.width / SQUARE);
  const rows = Math.floor(actual.height / SQUARE);
  const isSameSize = expected.width === actual.width && expected.height === actual.height;
  const levels = Array.from({ length: columns * rows }, (_, i) => {
    const at = { x: (i % columns) * SQUARE, y: Math.floor(i / columns) * SQUARE };
    return isSameSize ? distance(expected, actual, at) : 255;
  });
  const isDifferent = (x: number, y: number) =>
    (levels[Math.floor(y / SQUARE) * columns + Math.floor(x / SQUARE)] ?? 0) > TOLERANCE;
  return {
    squares: levels.filter((level) => level > TOLERANCE).length,
    levels: Math.max(...levels),
    picture: paint(actual, isDifferent),
  };
}

/**
 * A PNG of up to 256 colours: the most frequent ones, and for the others the nearest. Large areas keep their exact colour,
 * and the file is a third of what it is with all colours.
 */
export function encodePicture({ width, height, data }: Picture): Uint8Array {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const palette = frequentColors(pixels);
  const indices = new Map(palette.map((color, i) => [bucketOf(color), i]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let i = 0; i < pixels.length; i++) {
    const color = pixels[i] ?? 0;
    const index = indices.get(bucketOf(color)) ?? nearest(palette, color);
    indices.set(bucketOf(color), index);
    rows[i + Math.floor(i / width) + 1] = index;
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const colors = Buffer.from(palette.flatMap((color) => bytesOf(color).slice(0, 3)));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", colors),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** What is left over at the right and at the bottom is left out. */
function shrink({ width, height, data }: Picture, scale: number): Picture {
  if (scale === 1) return { width, height, data };
  const small = { width: Math.floor(width / scale), height: Math.floor(height / scale) };
  const means = new Uint8Array(small.width * small.height * CHANNELS);
  const row = new Uint32Array(small.width * CHANNELS);
  for (let y = 0; y < small.height; y++) {
    row.fill(0);
    for (let dy = 0; dy < scale; dy++) addRow(row, data, { start: (y * scale + dy) * width * CHANNELS, scale });
    for (let i = 0; i < row.length; i++) means[y * row.length + i] = Math.round((row[i] ?? 0) / scale ** 2);
  }
  return { ...small, data: means };
}

/** Adds every pixel of a row to the mean that it is part of. */
function addRow(row: Uint32Array, data: Uint8Array, { start, scale }: { start: number; scale: number }): void {
  for (let x = 0, at = start; x < row.length; x += CHANNELS) {
    for (let dx = 0; dx < scale; dx++, at += CHANNELS) {
      for (let channel = 0; channel < CHANNELS; channel++)
        row[x + channel] = (row[x + channel] ?? 0) + (data[at + channel] ?? 0);
    }
  }
}

/** How far the colour of a square is from those that the other picture has there, give or take a pixel; of the worst channel. */
function distance(expected: Picture, actual: Picture, { x, y }: Readonly<Record<"x" | "y", number>>): number {
  const colors = SHIFTS.flatMap((dy) => SHIFTS.map((dx) => meanColor(actual, x + dx, y + dy)));
  const distances = meanColor(expected, x, y).map((level, channel) => {
    const levels = colors.map((color) => color[channel] ?? 0);
    return Math.max(Math.min(...levels) - level, level - Math.max(...levels), 0);
  });
  return Math.round(Math.max(...distances));
}

/** Of the part of a square that lies in the picture: red, green and blue. */
function meanColor({ width, height, data }: Picture, left: number, top: number): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = Math.max(top, 0); y < Math.min(top + SQUARE, height); y++) {
    for (let x = Math.max(left, 0); x < Math.min(left + SQUARE, width); x++, count++) {
      const at = (y * width + x) * CHANNELS;
      for (let channel = 0; channel < 3; channel++) sums[channel] = (sums[channel] ?? 0) + (data[at + channel] ?? 0);
    }
  }
  return sums.map((sum) => sum / count);
}

function paint({ width, height, data }: Picture, isRed: (x: number, y: number) => boolean): Picture {
  const painted = new Uint8Array(data.length);
  for (let i = 0; i < width * height; i++) {
    const [red = 0, green = 0, blue = 0] = data.subarray(i * CHANNELS, i * CHANNELS + 3);
    const grey = 128 + (red + green + blue) / 6;
    painted.set(
      isRed(i % width, Math.floor(i / width)) ? [255, grey / 2, grey / 2, 255] : [grey, grey, grey, 255],
      i * 4,
    );
  }
  return { width, height, data: painted };
}

/** The most frequent colour of each of the most frequent buckets. */
function frequentColors(pixels: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1);
  const colors = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a - b);
  const first = new Map(colors.reverse().map((color) => [bucketOf(color), color]));
  return [...first.values()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a - b).slice(0, MAX_COLORS);
}

/** Colours that agree in the five leading bits of every channel are in one bucket. */
function bucketOf(color: number): number {
  return color & 0xf8f8f8;
}

function nearest(palette: readonly number[], color: number): number {
  const [red = 0, green = 0, blue = 0] = bytesOf(color);
  const distances = palette.map((other) => {
    const [r = 0, g = 0, b = 0] = bytesOf(other);
    return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
  });
  return distances.indexOf(Math.min(...distances));
}

/** Red, green, blue and opacity of a pixel that was read as a little-endian number. */
function bytesOf(color: number): number[] {
  return [color & 255, (color >> 8) & 255, (color >> 16) & 255, color >>> 24];
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
