import { z } from 'zod';
import { RootId } from './ids.ts';

/** A table's or column's name, a table's prefix: what needs no escaping anywhere. */
const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, 'use a plain name: letters, digits and "_" (at most 63)');

/**
 * How a table is watched. `sealed`: every change is told. `no-exec`: read whole, told where a value may hold code.
 * `visitor`: what visitors type (orders, members, reviews): never sealed; new and changed rows are looked through.
 */
export const TableWatch = z.enum(['sealed', 'no-exec', 'visitor']);
export type TableWatch = z.infer<typeof TableWatch>;

/** Columns of a table in which code can live. */
export const WatchedTable = z
  .strictObject({
    table: name,
    watch: TableWatch,
    /** Columns that name a row; they must be unique together and never NULL. */
    key: z.array(name).min(1).readonly(),
    columns: z.array(name).min(1).readonly(),
    /** A column that only grows when a row changes, or is new: its time of change. Left out: the table is read whole. */
    since: name.optional(),
    /** Only rows whose column has one of these values. */
    only: z
      .strictObject({ column: name, values: z.array(z.string()).min(1).readonly() })
      .readonly()
      .optional(),
  })
  .refine((table) => table.watch !== 'visitor' || table.since !== undefined || table.key.length === 1, {
    error: 'name the column by which new rows are known (since)',
  })
  .readonly();
export type WatchedTable = z.infer<typeof WatchedTable>;

/** What of a database is watched; sealed with it, so that leaving a table out needs a new seal. */
export const DatabasePlan = z
  .strictObject({
    tables: z.array(WatchedTable).min(1).readonly(),
    /** First match wins over the table's own; `glob` is of `table/key/column`. */
    policies: z
      .array(
        z.strictObject({ glob: z.string(), policy: z.enum(['sealed', 'no-exec', 'ignored']) }).readonly(),
      )
      .readonly()
      .default([]),
  })
  .readonly();
export type DatabasePlan = z.infer<typeof DatabasePlan>;

export const DatabasePlatform = z.enum(['ec-cube-4', 'ec-cube-2', 'woocommerce', 'magento-2', 'vendure']);
export type DatabasePlatform = z.infer<typeof DatabasePlatform>;

const watched = {
  /** Unique among the shop's roots too: reports and seals carry it. */
  id: RootId,
  /** Whose tables these are; its known places of code are watched. */
  platform: DatabasePlatform.optional(),
  /** In front of the platform's table names. */
  prefix: z.union([name, z.literal('')]).optional(),
  /** Watched besides. */
  tables: z.array(WatchedTable).readonly().default([]),
  policies: DatabasePlan.unwrap().shape.policies,
  everySeconds: z.number().min(1).default(60),
};
const remote = {
  host: z.string().default('127.0.0.1'),
  port: z.int().min(1).max(65535).optional(),
  /** A Unix socket (PostgreSQL: its directory) instead of host and port. */
  socket: z.string().optional(),
  user: z.string().min(1),
  /** Name of the environment variable that holds the password; left out: none is sent. */
  passwordEnv: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/)
    .optional(),
  database: z.string().min(1),
  /** Encrypted, and the server's certificate checked. */
  tls: z.boolean().default(false),
};

/** A database of the shop whose content is watched, read-only. Secrets are named, never written down. */
export const DatabaseConfig = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('sqlite'),
        ...watched,
        /** Absolute, or relative to the configuration. */
        file: z.string().min(1),
      })
      .readonly(),
    z.strictObject({ kind: z.literal('mysql'), ...watched, ...remote }).readonly(),
    z
      .strictObject({ kind: z.literal('postgres'), ...watched, ...remote, schema: name.default('public') })
      .readonly(),
  ])
  .refine((one) => one.platform !== undefined || one.tables.length > 0, {
    error: 'name the platform, or tables to watch',
  });
export type DatabaseConfig = z.infer<typeof DatabaseConfig>;
