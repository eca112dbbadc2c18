import { isUtf8 } from 'node:buffer';
import type { FilePath } from '@komainu/model';

/**
 * Names on Linux are bytes. A `FilePath` is one text for every name: UTF-8 as it is, `\\` for a backslash, `\n` for
 * a newline, `\xHH` for every byte that is not UTF-8 or that would act on a terminal.
 */

// Control characters, the backslash, and the replacement character a lossy decoder would have left.
// oxlint-disable-next-line no-control-regex
const NEEDS_ESCAPE = /[\u0000-\u001f\u007f\\]/;
const BACKSLASH = 0x5c;
const hex = (byte: number) => `\\x${byte.toString(16).padStart(2, '0')}`;

/** Length of the UTF-8 sequence that starts at `at`, or 0 where the byte belongs to none. */
function sequence(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return length > 0 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}

/** The text of a name, or of a path or a link's target, given as bytes. */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    const plain = bytes.toString('utf8');
    if (!NEEDS_ESCAPE.test(plain)) return plain;
  }
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const length = sequence(bytes, at);
    if (byte === BACKSLASH) out += '\\\\';
    else if (byte === 0x0a) out += '\\n';
    else if (length === 0 || byte < 0x20 || byte === 0x7f) out += hex(byte);
    else out += bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return out;
}

/** The bytes a text stands for; the inverse of {@link textOfBytes}. An unknown escape stands for itself. */
export function bytesOfText(text: string): Buffer {
  if (!text.includes('\\')) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  let rest = 0;
  for (const match of text.matchAll(/\\(\\|n|x[0-9a-f]{2})/g)) {
    parts.push(Buffer.from(text.slice(rest, match.index), 'utf8'));
    const code = match[1] ?? '';
    parts.push(
      Buffer.of(code === '\\' ? BACKSLASH : code === 'n' ? 0x0a : Number.parseInt(code.slice(1), 16)),
    );
    rest = match.index + match[0].length;
  }
  parts.push(Buffer.from(text.slice(rest), 'utf8'));
  return Buffer.concat(parts);
}

/** The root itself, as a FilePath. */
export const ROOT = '.';

/** The FilePath of a name in a directory. */
export const child = (directory: FilePath, name: string): FilePath =>
  directory === ROOT ? name : `${directory}/${name}`;

export const parentOf = (path: FilePath): FilePath => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? ROOT : path.slice(0, slash);
};

export const nameOf = (path: FilePath): string => path.slice(path.lastIndexOf('/') + 1);

/** What the system calls the path: a string where that is exact, bytes where it is not. `root` is absolute. */
export function systemPath(root: string, path: FilePath): string | Buffer {
  if (path === ROOT) return root;
  const joined = root === '/' ? `/${path}` : `${root}/${path}`;
  if (!path.includes('\\')) return joined;
  return Buffer.concat([Buffer.from(root === '/' ? '/' : `${root}/`), bytesOfText(path)]);
}
