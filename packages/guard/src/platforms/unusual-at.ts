import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { type FilePath, type PathPolicy, type Text, text } from '@komainu/model';
import { parentOf, systemPath } from '../disk/names.ts';
import { CODE_WITHIN, EXECUTABLE_NAMES, LEFT_BEHIND } from './unusual.ts';

/** Of the beginning and of the end: code is hidden in a picture's comments, or appended to it. */
const READ = 16 << 10;
let buffer: Buffer | undefined;

/** Why a person should look at the path before it is sealed, or null. */
export function unusualAt(dir: string, path: FilePath, stat: Stats, policy: PathPolicy): Text | null {
  const left = LEFT_BEHIND.find(({ pattern }) => pattern.test(path));
  if (left) return left.why;
  if (stat.isSymbolicLink()) return leaves(dir, path) ? OUTSIDE : null;
  if (!stat.isFile() && !stat.isDirectory()) return DEVICE;
  if (stat.isFile() && (stat.mode & 0o6000) !== 0) return SETUID;
  if (path.includes('\\x')) return NAME;
  if (policy !== 'no-exec' || !stat.isFile()) return null;
  const named = EXECUTABLE_NAMES.find(({ pattern }) => pattern.test(path));
  return named?.why ?? (holdsCode(dir, path) ? CODE_WITHIN.why : null);
}

const OUTSIDE = text(
  'a link that leaves the root: what it leads to is not sealed',
  'ルートの外を指すリンク（リンク先は封印されません）',
);
const DEVICE = text(
  'neither file, directory nor link',
  'ファイル、ディレクトリー、リンクのいずれでもないもの',
);
const SETUID = text("runs with its owner's rights (setuid)", '所有者の権限で動くプログラム（setuid）');
const NAME = text('a name with bytes that are no text', '文字として読めない名前');

function leaves(dir: string, path: FilePath): boolean {
  const parent = systemPath(dir, parentOf(path));
  const target = resolve(parent.toString(), readlinkSync(systemPath(dir, path)));
  return target !== dir && !target.startsWith(`${dir}/`);
}

function holdsCode(dir: string, path: FilePath): boolean {
  buffer ??= Buffer.allocUnsafeSlow(2 * READ);
  const fd = openSync(
    systemPath(dir, path),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const { size } = fstatSync(fd);
    let read = readSync(fd, buffer, 0, Math.min(size, 2 * READ), 0);
    if (size > 2 * READ) read = READ + readSync(fd, buffer, READ, READ, size - READ);
    return CODE_WITHIN.pattern.test(buffer.toString('latin1', 0, read));
  } finally {
    closeSync(fd);
  }
}
