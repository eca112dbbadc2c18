import type { Text } from '@komainu/model';

/** A value as the database holds it: text as UTF-8, numbers as decimal text, the rest as its own bytes. */
export interface Cell {
  readonly type: 'text' | 'number' | 'binary';
  readonly bytes: Buffer;
}
export type Row = readonly (Cell | null)[];

/** What a database's SQL has of its own. Names are checked before they come here. */
interface Dialect {
  readonly table: (name: string) => string;
  readonly column: (name: string) => string;
  /** The value itself, whole and without conversion. */
  readonly exact: (column: string) => string;
  /** Of the value in bytes. */
  readonly length: (column: string) => string;
  /** Stands for the `at`-th parameter (from 0). */
  readonly parameter: (at: number, cell: Cell) => string;
}

interface TableShape {
  /** False: a view, which may compute anything it likes. */
  readonly isTable: boolean;
  readonly columns: ReadonlyMap<string, { readonly nullable: boolean }>;
  /** Sets of columns that are unique together. */
  readonly unique: readonly (readonly string[])[];
}

/** Code a database runs by itself. */
export interface Program {
  readonly kind: 'trigger' | 'procedure' | 'function' | 'event' | 'view';
  readonly name: string;
  readonly definition: string;
}

/** A database, open for reading only. Every call has a time limit and throws the driver's own errors. */
export interface Database {
  readonly dialect: Dialect;
  query(sql: string, parameters?: readonly Cell[]): Promise<readonly Row[]>;
  /** Null: there is no such table, or it may not be seen. */
  shape(table: string): Promise<TableShape | null>;
  /** @throws when they may not be seen */
  programs(): Promise<readonly Program[]>;
  /** What the account could do beyond reading. */
  weaknesses(tables: readonly string[]): Promise<readonly Text[]>;
  close(): Promise<void>;
}

export type OpenDatabase = () => Promise<Database>;

/** No statement may run longer: a watch must never be a burden to the shop. */
export const STATEMENT_MS = 10_000;

export const textOf = (cell: Cell | null | undefined): string => cell?.bytes.toString('utf8') ?? '';
export const cellOf = (text: string): Cell => ({ type: 'text', bytes: Buffer.from(text, 'utf8') });
