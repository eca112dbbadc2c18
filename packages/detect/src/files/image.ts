/** What the bytes of a file that calls itself an image turn out to be. */
export type ImageShape =
  | { readonly kind: 'image'; readonly format: string }
  /** A whole image and then something else. */
  | { readonly kind: 'trailing'; readonly format: string; readonly end: number }
  /** Begins as one and ends too soon: an upload under way, or a mask. */
  | { readonly kind: 'truncated'; readonly format: string }
  /** No known beginning, or the structure breaks inside. */
  | { readonly kind: 'none' };

/** Where an image ends, by its own structure: the offset; `short` when the bytes end first; `broken` when it is none. */
type End = number | 'short' | 'broken';

interface Format {
  readonly name: string;
  readonly begins: (bytes: Buffer) => boolean;
  readonly end: (bytes: Buffer) => End;
}

const starts =
  (...magic: readonly string[]) =>
  (bytes: Buffer): boolean =>
    magic.some((one) => bytes.toString('latin1', 0, one.length) === one);

const FORMATS: readonly Format[] = [
  { name: 'PNG', begins: starts('\x89PNG\r\n\x1a\n'), end: pngEnd },
  { name: 'JPEG', begins: starts('\xff\xd8\xff'), end: jpegEnd },
  { name: 'GIF', begins: starts('GIF87a', 'GIF89a'), end: gifEnd },
  {
    name: 'WebP',
    begins: (bytes) => starts('RIFF')(bytes) && bytes.toString('latin1', 8, 12) === 'WEBP',
    end: webpEnd,
  },
  {
    name: 'BMP',
    begins: (bytes) => starts('BM')(bytes) && bytes.length >= 26 && bytes.readUInt32LE(6) === 0,
    end: (bytes) => within(bytes, bytes.readUInt32LE(2)),
  },
  { name: 'AVIF', begins: (bytes) => bytes.toString('latin1', 4, 8) === 'ftyp', end: boxesEnd },
  { name: 'ICO', begins: starts('\0\0\x01\0', '\0\0\x02\0'), end: iconEnd },
  // Offsets point anywhere in a TIFF, so it has no end that could be passed.
  { name: 'TIFF', begins: starts('II*\0', 'MM\0*'), end: (bytes) => bytes.length },
  { name: 'SVG', begins: isSvg, end: svgEnd },
];

export function imageShape(data: Uint8Array): ImageShape {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const format = FORMATS.find((one) => one.begins(bytes));
  if (format === undefined) return { kind: 'none' };
  const end = format.end(bytes);
  if (end === 'broken') return { kind: 'none' };
  const { name } = format;
  // Loot that follows a borrowed header reads as text where pixels would not.
  if (end === 'short')
    return printable(bytes.subarray(-96)) ? { kind: 'none' } : { kind: 'truncated', format: name };
  return harmless(bytes.subarray(end))
    ? { kind: 'image', format: name }
    : { kind: 'trailing', format: name, end };
}

const within = (bytes: Buffer, end: number): End =>
  end < 12 ? 'broken' : end > bytes.length ? 'short' : end;

const printable = (bytes: Buffer): boolean =>
  bytes.length >= 64 &&
  bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 10 || byte === 13 || byte === 9);

/** What cameras and editors put behind an image: padding, further JPEGs (multi-picture), a motion photo's video, Samsung's trailer. */
function harmless(rest: Buffer): boolean {
  if (rest.every((byte) => byte === 0 || byte === 10 || byte === 13 || byte === 32 || byte === 0xff))
    return true;
  if (starts('\xff\xd8\xff')(rest)) {
    const end = jpegEnd(rest);
    return typeof end === 'number' && harmless(rest.subarray(end));
  }
  if (rest.toString('latin1', 4, 8) === 'ftyp') return boxesEnd(rest) === rest.length;
  return rest.length < 16 * 1024 * 1024 && rest.toString('latin1', rest.length - 4) === 'SEFT';
}

function pngEnd(bytes: Buffer): End {
  let at = 8;
  let pixels = false;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type) || (at === 8 && (type !== 'IHDR' || length !== 13))) return 'broken';
    at += 12 + length;
    pixels ||= type === 'IDAT' && length > 0;
    if (type === 'IEND') return length === 0 && pixels ? at : 'broken';
  }
  return 'short';
}

function jpegEnd(bytes: Buffer): End {
  let at = 2;
  let scans = 0;
  while (at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) return 'broken';
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) return scans > 0 ? at + 2 : 'broken';
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker < 0xc0) return 'broken';
    else {
      if (at + 4 > bytes.length) return 'short';
      at += 2 + bytes.readUInt16BE(at + 2);
      if (marker === 0xda) {
        scans++;
        at = scanEnd(bytes, at);
      }
    }
  }
  return 'short';
}

/** In a scan an FF is followed by 00 or by a restart marker; any other ends it. */
function scanEnd(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0) {
    const next = bytes[at + 1];
    if (next === undefined) return bytes.length;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

function gifEnd(bytes: Buffer): End {
  if (bytes.length < 13) return 'short';
  let at = 13 + table(bytes[10] ?? 0);
  let pictures = 0;
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) return pictures > 0 ? at + 1 : 'broken';
    if (block === 0x2c) {
      pictures++;
      at += 11 + table(bytes[at + 9] ?? 0);
    } else if (block === 0x21) at += 2;
    else return 'broken';
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    at += 1;
  }
  return 'short';
}

/** A RIFF of chunks, one of which holds pixels; text in a chunk of a program's own making is no metadata. */
function webpEnd(bytes: Buffer): End {
  const end = within(bytes, 8 + bytes.readUInt32LE(4));
  if (typeof end !== 'number') return end;
  let pixels = false;
  for (let at = 12; at + 8 <= end; ) {
    const type = bytes.toString('latin1', at, at + 4);
    const next = at + 8 + bytes.readUInt32LE(at + 4);
    if (next > end) return 'broken';
    pixels ||= /^(?:VP8[ L]|ANMF)$/.test(type);
    const known = /^(?:VP8[ LX]|ALPH|ANIM|ANMF|ICCP|EXIF|XMP )$/.test(type);
    if (!known && (!/^[\x20-\x7e]{4}$/.test(type) || printable(bytes.subarray(at + 8, next))))
      return 'broken';
    at = next + (next % 2);
  }
  return pixels ? end : 'broken';
}

function boxesEnd(bytes: Buffer): End {
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length || !/^[\x20-\x7e]{4}$/.test(bytes.toString('latin1', at + 4, at + 8)))
      return at === 0 ? 'broken' : at;
    const size = bytes.readUInt32BE(at);
    if (size === 0) return bytes.length; // To the end of the file, by ISO 14496-12.
    if (size === 1) {
      if (at + 16 > bytes.length) return 'short';
      const large = Number(bytes.readBigUInt64BE(at + 8));
      if (large < 16) return 'broken';
      at += large;
    } else if (size < 8) return at === 0 ? 'broken' : at;
    else at += size;
  }
  return at > bytes.length ? 'short' : at;
}

function iconEnd(bytes: Buffer): End {
  const count = bytes.length >= 6 ? bytes.readUInt16LE(4) : 0;
  if (count === 0 || 6 + 16 * count > bytes.length) return 'broken';
  let end = 0;
  for (let i = 0; i < count; i++)
    end = Math.max(end, bytes.readUInt32LE(6 + 16 * i + 8) + bytes.readUInt32LE(6 + 16 * i + 12));
  return within(bytes, end);
}

/** Declarations and comments may stand before the root; taken off one by one, since a pattern would backtrack without end. */
function isSvg(bytes: Buffer): boolean {
  let head = bytes
    .toString('utf8', 0, 4096)
    .replace(/^\ufeff/, '')
    .trimStart();
  for (;;) {
    const end = head.startsWith('<!--')
      ? '-->'
      : head.startsWith('<?')
        ? '?>'
        : /^<!DOCTYPE[^>]*\[/i.test(head)
          ? ']>'
          : '>';
    if (!/^<[!?]/.test(head)) return /^<svg[\s>/]/i.test(head);
    const at = head.indexOf(end);
    if (at < 0) return false;
    head = head.slice(at + end.length).trimStart();
  }
}

function svgEnd(bytes: Buffer): End {
  const text = bytes.toString('latin1');
  const end = text.lastIndexOf('</svg>');
  if (end >= 0) return end + 6;
  return /\/>\s*$/.test(text) ? bytes.length : 'short';
}

const IMAGE_NAME = /\.(?:png|apng|jpe?g|jpe|jfif|gif|webp|bmp|ico|cur|avif|heic|heif|svg|tiff?)$/i;
export const namedAsImage = (path: string): boolean => IMAGE_NAME.test(path);
