import { type FilePath, type FileState, instant, type WatchedTable } from '@komainu/model';
import { textOfBytes } from '../disk/names.ts';
import { refOf } from '../seal/open-seal.ts';
import type { Cell, Program } from './connection.ts';

/** The sealed plan itself: what was to be watched when the seal was made. */
export const PLAN_PATH = '@plan';

/** A key as text. Neither a table's nor a column's name holds `/` or `@`, so the key between them may. */
const keyText = (key: readonly Cell[]): string =>
  key.map(({ bytes }) => textOfBytes(bytes).replaceAll(',', String.raw`\x2c`)).join(',');

/** `table/key/column`: a value's path below its database. */
export const valuePath = ({ table }: WatchedTable, key: readonly Cell[], column: string): FilePath =>
  `${table}/${keyText(key)}/${column}`;

/** `@trigger/name`: a program's path. */
export const programPath = ({ kind, name }: Pick<Program, 'kind' | 'name'>): FilePath =>
  `@${kind}/${textOfBytes(Buffer.from(name))}`;

/** A value's state: type and bytes are all there is to it; NULL has none, as a file that is not there. */
export function stateOfCell({ type, bytes }: Cell): FileState {
  const at = instant();
  return {
    type,
    size: bytes.length,
    mode: 0,
    uid: 0,
    gid: 0,
    mtime: at,
    ctime: at,
    hash: refOf(bytes),
    link: null,
  };
}
