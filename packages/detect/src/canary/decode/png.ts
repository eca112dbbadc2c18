import { inflateSync } from 'node:zlib';
import { toBuffer } from '../bytes.ts';
import { inflated } from './compressed.ts';

const SIGNATURE = '\x89PNG\r\n\x1a\n';
const MAX_CHUNKS = 2000;
/** In one text. */
const MAX_PICTURES = 8;
/** Bytes of a pixel by colour type, at eight bits a channel. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** What can be written into a picture with a canvas: its pixels, their filters undone, and its texts. */
export function png(text: string): readonly string[] {
  const out: string[] = [];
  const bytes = toBuffer(text);
  let at = text.indexOf(SIGNATURE);
  for (let count = 0; at >= 0 && count < MAX_PICTURES; count++, at = text.indexOf(SIGNATURE, at + 8))
    out.push(...picture(text, bytes, at + 8));
  return out;
}

function picture(text: string, bytes: Buffer, from: number): readonly string[] {
  const texts: string[] = [];
  const data: string[] = [];
  let width = 0;
  let channels = 4;
  let depth = 8;
  let at = from;
  for (let count = 0; at + 8 <= bytes.length && count < MAX_CHUNKS; count++) {
    const length = bytes.readUInt32BE(at);
    const type = text.slice(at + 4, at + 8);
    const body = text.slice(at + 8, at + 8 + length);
    if (type === 'IHDR' && body.length >= 10) {
      width = bytes.readUInt32BE(at + 8);
      depth = bytes[at + 16] ?? 8;
      channels = CHANNELS[bytes[at + 17] ?? 6] ?? 4;
    } else if (type === 'IDAT') data.push(body);
    else if (/^[a-z]?[zi]TXt$/.test(type)) texts.push(...packed(body));
    else if (type === 'IEND') break;
    at += 12 + length;
  }
  // Filters work on bytes, whatever the depth.
  const unit = Math.max(1, (channels * depth) >> 3);
  const row = Math.ceil((width * channels * depth) / 8);
  const pixels = inflated(data.join(''), inflateSync).map((raw) => unfiltered(raw, row, unit));
  return [...texts, ...pixels, ...pixels.flatMap((raw) => (unit === 4 ? [opaque(raw)] : []))];
}

/** `keyword \0 flags… zlib`: the compressed part begins where zlib's mark is. */
function packed(body: string): readonly string[] {
  const at = body.indexOf('\x78');
  return at < 0 ? [] : inflated(body.slice(at), inflateSync);
}

/** Colours without the fourth channel, which is full wherever a canvas was drawn on. */
const opaque = (raw: string): string => raw.replace(/([^]{3})[^]/g, '$1');

/** PNG, clause 9: each row has a byte that says how it was predicted from its neighbours. */
function unfiltered(raw: string, row: number, unit: number): string {
  if (row <= 0 || row > raw.length) return raw;
  const bytes = toBuffer(raw);
  const rows = Math.floor(bytes.length / (row + 1));
  const out = Buffer.alloc(rows * row);
  for (let y = 0; y < rows; y++) {
    const filter = bytes[y * (row + 1)] ?? 0;
    if (filter === 0) {
      bytes.copy(out, y * row, y * (row + 1) + 1, (y + 1) * (row + 1));
      continue;
    }
    for (let x = 0; x < row; x++) {
      const left = x >= unit ? (out[y * row + x - unit] ?? 0) : 0;
      const up = y > 0 ? (out[(y - 1) * row + x] ?? 0) : 0;
      const corner = y > 0 && x >= unit ? (out[(y - 1) * row + x - unit] ?? 0) : 0;
      out[y * row + x] = (bytes[y * (row + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return out.toString('latin1');
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
