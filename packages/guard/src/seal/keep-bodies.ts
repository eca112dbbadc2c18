import type { Blobs, FilePath } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import { observe } from '../disk/observe.ts';
import { each } from '../scan/survey.ts';
import type { Entry } from './manifest.ts';

const PUTS = 16;

/** Puts the bytes of sealed files into the store, from a directory (a real path) that holds them. */
export async function keepBodies(
  dir: string,
  files: readonly Entry[],
  { blobs, maxStored = 64 << 20 }: { readonly blobs: Blobs | null; readonly maxStored?: number },
): Promise<{ readonly unstored: readonly FilePath[]; readonly gaps: readonly Gap[] }> {
  if (blobs === null) return { unstored: [], gaps: [] };
  const unstored: FilePath[] = [];
  const gaps: Gap[] = [];
  await each(files, PUTS, async ([path, state]) => {
    if (state.size > maxStored) unstored.push(path);
    else if (state.hash !== null && !(await blobs.has(state.hash))) {
      const seen = observe(dir, path, { hash: true, keep: (hash) => hash === state.hash });
      // What is stored must be what is sealed, or the seal would promise bytes it does not have.
      if (seen.kind === 'seen' && seen.bytes !== null) await blobs.put(seen.bytes);
      else
        gaps.push({
          path,
          detail: seen.kind === 'unreadable' ? seen.detail : 'changed while it was being sealed',
        });
    }
  });
  return { unstored, gaps };
}
