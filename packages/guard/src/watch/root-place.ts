import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Where a configured root really is, and the names whose change may move it. */
export interface RootPlace {
  readonly real: string;
  /** Directory and name: of the root itself and, when it is a link (`current` of a deploy tool), of the link. */
  readonly gates: readonly (readonly [string, string])[];
}

/** Null while there is no such directory. */
export function findRoot(dir: string): RootPlace | null {
  try {
    const real = realpathSync(dir);
    const gate = [dirname(real), basename(real)] as const;
    return { real, gates: real === dir ? [gate] : [gate, [dirname(dir), basename(dir)]] };
  } catch {
    return null;
  }
}
