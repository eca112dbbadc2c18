import { type FileChange, isDatabaseValue } from '@komainu/model';

/** Whether a change is one of a database's value. */
export const isRow = ({ before, after }: Pick<FileChange, 'before' | 'after'>): boolean =>
  isDatabaseValue(after ?? before);

const PROGRAM = /^@(trigger|procedure|function|event|view)\/(.+)$/s;
export type ProgramKind = 'trigger' | 'procedure' | 'function' | 'event' | 'view';

/** The program a path names; null for a value of a table. */
export function programOf(path: string): { readonly kind: ProgramKind; readonly name: string } | null {
  const [, kind, name = ''] = PROGRAM.exec(path) ?? [];
  return kind === undefined ? null : { kind: kind as ProgramKind, name };
}
