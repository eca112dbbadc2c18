import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Creates the file with these bytes and waits until the disk has them. */
export async function writeDurably(path: string, bytes: Uint8Array, mode = 0o644): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts `bytes` in the place of whatever is at `path`: the old or the new, never a part. */
export async function replaceDurably(
  dir: string,
  name: string,
  bytes: Uint8Array,
  mode = 0o600,
): Promise<void> {
  const temporary = join(dir, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    await writeDurably(temporary, bytes, mode);
    await rename(temporary, join(dir, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dir);
}

/** A link that appears, or changes its target, in one step. */
async function replaceLink(dir: string, name: string, target: string): Promise<void> {
  const temporary = join(dir, `.${name}.${randomBytes(6).toString('hex')}`);
  await symlink(target, temporary);
  await rename(temporary, join(dir, name));
}

/** The highest release number ever used in a seal directory: also one that was stored but never put in force. */
export async function highestRelease(out: string): Promise<number> {
  const names = await readdir(join(out, 'releases')).catch(() => []);
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

/** Writes a release's files, durably, where nothing counts them yet. Gives the directory, for {@link putInForce}. */
export async function stageSeal(out: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const staged = join(out, 'releases', `.staged.${randomBytes(6).toString('hex')}`);
  await mkdir(staged, { recursive: true, mode: 0o755 });
  try {
    for (const [file, bytes] of Object.entries(files)) await writeDurably(join(staged, file), bytes);
    await syncDirectory(staged);
    return staged;
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Puts a staged release in force. Each lives in a directory of its own, `releases/<number>`; one rename of the link
 * `current` changes all files at once, so that no crash leaves a RELEASE beside another's MANIFEST. The names in the
 * seal directory itself are links through `current`, for standard tools.
 */
export async function putInForce(out: string, staged: string, release: number): Promise<void> {
  const name = String(release).padStart(6, '0');
  const target = join(out, 'releases', name);
  const files = await readdir(staged);
  try {
    // Left by a crash before it was in force: a number that is in force is never used again.
    await rm(target, { recursive: true, force: true });
    await rename(staged, target);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
  await syncDirectory(join(out, 'releases'));
  await replaceLink(out, 'current', join('releases', name));
  for (const file of files)
    if ((await lstat(join(out, file)).catch(() => null)) === null)
      await replaceLink(out, file, join('current', file));
  await syncDirectory(out);
}
