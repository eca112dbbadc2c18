import type { FilePath, FileState } from '@komainu/model';
import { bytesOfText, parentOf, ROOT } from '../disk/names.ts';
import type { Policies } from '../disk/policy.ts';
import type { Entry } from './manifest.ts';

const PLAIN = /[A-Za-z0-9_.,/+@%~-]/;

/** Text as mtree(5) reads it back, byte for byte: a backslash and three octal digits for whatever is not plain. */
function vis(bytes: Buffer): string {
  let out = '';
  for (const byte of bytes) {
    const c = String.fromCharCode(byte);
    out += PLAIN.test(c) ? c : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return out;
}

/** Once decoded, a name with `*`, `?` or `[` is a pattern to mtree (its own listings forget that): said literally. */
const literal = (name: string) => (/[*?[]/.test(name) ? name.replaceAll(/[*?[\\]/g, String.raw`\$&`) : name);

function nameOf(path: FilePath): string {
  if (path === ROOT) return '.';
  const names = bytesOfText(path).toString('latin1').split('/');
  return `./${vis(Buffer.from(names.map(literal).join('/'), 'latin1'))}`;
}

const typeOf = ({ type }: FileState) => (type === 'directory' ? 'dir' : type);

function keywords(state: FileState): string {
  const words = [`type=${typeOf(state)}`, `uid=${state.uid}`, `gid=${state.gid}`];
  // A link's own mode means nothing.
  if (state.type !== 'link') words.push(`mode=${state.mode.toString(8).padStart(4, '0')}`);
  if (state.type === 'file')
    words.push(`size=${state.size}`, `sha256=${state.hash?.slice('sha256:'.length)}`);
  if (state.link !== null) words.push(`link=${vis(bytesOfText(state.link))}`);
  if (state.device !== undefined) words.push(`device=${state.device}`);
  return words.join(' ');
}

/**
 * MANIFEST.mtree: what is sealed, with type, owner, mode, link, size and SHA-256. Paths of other policies may come and
 * go: they are `optional`, and what lies below a directory that holds nothing sealed is passed over (`ignore`).
 */
export function mtreeOf(sorted: readonly Entry[], policies: Policies): Buffer {
  const known = new Map(sorted);
  const holdsSealed = new Set<FilePath>();
  for (const [path] of sorted)
    if (policies.of(path) === 'sealed')
      for (let at = parentOf(path); !holdsSealed.has(at); at = parentOf(at)) holdsSealed.add(at);

  const lines = ['#mtree v2.0'];
  for (const [path, state] of withParents(sorted, known, holdsSealed)) {
    const sealed = policies.of(path) === 'sealed';
    const words = state && sealed ? keywords(state) : `type=${state ? typeOf(state) : 'dir'} optional`;
    const open = (state?.type ?? 'directory') === 'directory' && !holdsSealed.has(path);
    lines.push(`${nameOf(path)} ${words}${open && loose(path, policies) ? ' ignore' : ''}`);
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

/** Whether what comes to lie in the directory is not sealed; a name no file can have stands for all. */
const loose = (directory: FilePath, policies: Policies) => policies.of(`${directory}/\0`) !== 'sealed';

/** mtree wants a line for each directory on the way, also where it is not of the seal itself. */
function withParents(
  sorted: readonly Entry[],
  known: ReadonlyMap<FilePath, FileState>,
  holdsSealed: ReadonlySet<FilePath>,
): readonly (readonly [FilePath, FileState | null])[] {
  const missing = [...holdsSealed].filter((path) => !known.has(path));
  if (missing.length === 0) return sorted;
  const depth = (path: FilePath) => path.split('/').length;
  return [...missing.map((path) => [path, null] as const), ...sorted].sort(
    ([a], [b]) => Number(b === ROOT) - Number(a === ROOT) || depth(a) - depth(b),
  );
}
