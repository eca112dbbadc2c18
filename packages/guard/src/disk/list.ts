import { type Dirent, readdirSync } from 'node:fs';
import type { FilePath } from '@komainu/model';
import { codeOf, sayError } from '../error.ts';
import { child, systemPath, textOfBytes } from './names.ts';

interface Name {
  readonly path: FilePath;
  readonly directory: boolean;
  /** A regular file. */
  readonly file: boolean;
}

export type Listing =
  | { readonly kind: 'listed'; readonly names: readonly Name[] }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly detail: string };

// oxlint-disable-next-line no-control-regex
const SUSPECT = /[\u0000-\u001f\u007f\\\uFFFD]/;

/** The names in a directory, byte-exact, in no order. */
export function list(root: string, directory: FilePath): Listing {
  const where = systemPath(root, directory);
  try {
    const entries = readdirSync(where, { withFileTypes: true });
    // U+FFFD is what Node makes of bytes that are no UTF-8; such a name would then be "not found", and a file
    // that hides behind it unseen. So the rare directory that shows one is read again as bytes.
    if (entries.some((entry) => SUSPECT.test(entry.name)))
      return {
        kind: 'listed',
        names: readdirSync(where, { withFileTypes: true, encoding: 'buffer' }).map(
          (entry: Dirent<Buffer>) => ({
            path: child(directory, textOfBytes(entry.name)),
            directory: entry.isDirectory(),
            file: entry.isFile(),
          }),
        ),
      };
    return {
      kind: 'listed',
      names: entries.map((entry) => ({
        path: child(directory, entry.name),
        directory: entry.isDirectory(),
        file: entry.isFile(),
      })),
    };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'gone' };
    return { kind: 'unreadable', detail: sayError(error) };
  }
}
