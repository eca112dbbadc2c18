import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerError } from '../error.ts';

const FILE = 'admin.token';
const SHAPE = /^kmn_[A-Za-z0-9_-]{43}$/;

export interface AdminToken {
  readonly token: string;
  /** In constant time. */
  matches(untrusted: string): boolean;
}

/** Reads the admin token, or makes it at the first start; only its owner may read it. @throws ServerError `token` */
export async function openToken(dataDir: string): Promise<AdminToken> {
  const path = join(dataDir, FILE);
  const token = (await create(path)) ?? (await load(path));
  const hash = digest(token);
  return { token, matches: (untrusted) => timingSafeEqual(digest(untrusted), hash) };
}

/** Equal lengths whatever came in, and nothing of the token's own bytes is compared. */
export const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

async function create(path: string): Promise<string | null> {
  const token = `kmn_${randomBytes(32).toString('base64url')}`;
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    await file.writeFile(`${token}\n`);
    await file.sync();
    return token;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function load(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { mode, uid } = await file.stat();
    if ((mode & 0o077) !== 0 || (process.getuid !== undefined && uid !== process.getuid()))
      throw new ServerError(
        'token',
        `Others can read ${path}. Delete it to get a new token, or run: chmod 600 ${path}`,
        `${path} がほかの利用者にも読める状態です。削除して作り直すか、chmod 600 ${path} を実行してください。`,
      );
    const token = (await file.readFile('utf8')).trim();
    if (SHAPE.test(token)) return token;
  } finally {
    await file.close();
  }
  // A server that was killed while it made the file leaves it empty; nobody can know that token.
  if ((await readFile(path, 'utf8')).trim() === '') {
    await rm(path);
    const made = await create(path);
    if (made !== null) return made;
  }
  throw new ServerError(
    'token',
    `${path} does not hold a token of ours. Delete it to get a new one.`,
    `${path} の内容がトークンではありません。削除すると新しく作られます。`,
  );
}
