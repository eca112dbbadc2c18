import type { FilePath, FileState } from '@komainu/model';
import { observe } from '../disk/observe.ts';

/** A batch of paths to look at; `hash[i]` says whether the bytes of path `i` matter. */
export interface Batch {
  readonly dir: string;
  readonly paths: readonly FilePath[];
  readonly hash: readonly boolean[];
}

/** One per path: its state, why it could not be read, or null where it was gone. */
export type BatchResult = readonly (FileState | string | null)[];

export const observeBatch = ({ dir, paths, hash }: Batch): BatchResult =>
  paths.map((path, at) => {
    const seen = observe(dir, path, { hash: hash[at] === true });
    return seen.kind === 'seen' ? seen.state : seen.kind === 'gone' ? null : seen.detail;
  });
