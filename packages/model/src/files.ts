import { z } from 'zod';
import { BlobRef, GuardianId, GuardKey, Instant, ReportId, RootId, ShopId } from './ids.ts';
import { PathPolicy, ResponseRule } from './shop.ts';
import { Text } from './text.ts';

/**
 * A path below a root, `/`-separated. Names are bytes on Linux: bytes that are not UTF-8 are written `\xHH`,
 * a backslash `\\`, a newline `\n`, so that every name has one text and can be shown safely.
 */
export const FilePath = z.string().min(1);
export type FilePath = z.infer<typeof FilePath>;

/** What a database holds under a path `table/key/column`; its bytes are the value itself, text as UTF-8. */
const DATABASE_VALUES = ['text', 'number', 'binary'] as const;

export const FileState = z
  .strictObject({
    type: z.enum(['file', 'directory', 'link', 'fifo', 'socket', 'char', 'block', ...DATABASE_VALUES]),
    /** Bytes. */
    size: z.int().nonnegative(),
    /** Permission bits with setuid, setgid and sticky, 0o7777. */
    mode: z.int().nonnegative(),
    uid: z.int().nonnegative(),
    gid: z.int().nonnegative(),
    /** Of a database's value: when it was read; see {@link isDatabaseValue}. */
    mtime: Instant,
    ctime: Instant,
    /** Of a regular file's or a database value's bytes; of a link's target text; null for the rest. */
    hash: BlobRef.nullable(),
    /** A link's target, escaped as a path is. */
    link: z.string().nullable(),
    /** Of a device: its number, as mtree writes it (`0x103`). */
    device: z.string().optional(),
  })
  .readonly();
export type FileState = z.infer<typeof FileState>;

/** A value of a database: it has no owner and no mode, and nobody knows when it was written. */
export const isDatabaseValue = (state: FileState | null): boolean =>
  state !== null && DATABASE_VALUES.some((type) => type === state.type);

/** The process the kernel names with a change; what it says of itself (`command`) is its own choice. */
export const FileWriter = z
  .strictObject({
    pid: z.int().nonnegative(),
    /** Null where the process had ended before it could be looked at. */
    uid: z.int().nonnegative().nullable(),
    /** The name of `uid`; null where it has none. */
    user: z.string().nullable(),
    /** Its command line, escaped as a path is and cut. */
    command: z.string().nullable(),
  })
  .readonly();
export type FileWriter = z.infer<typeof FileWriter>;

/** One difference between a seal and the disk. */
export const FileChange = z
  .strictObject({
    kind: z.enum(['added', 'changed', 'removed', 'renamed', 'metadata']),
    path: FilePath,
    /** For `renamed`: the sealed path. */
    from: FilePath.nullable(),
    policy: PathPolicy,
    before: FileState.nullable(),
    after: FileState.nullable(),
    /** Bytes kept in the blob store; null where there are none or they were too many to keep (see `before`/`after`). */
    bodyBefore: BlobRef.nullable(),
    bodyAfter: BlobRef.nullable(),
    /** When the guard saw it. The kernel's own time of the write is `after.ctime`. */
    noticedAt: Instant,
    /** Who made it; left out where that is not known: the kernel tells only some guards, and nobody of the past. */
    who: FileWriter.optional(),
  })
  .readonly();
export type FileChange = z.infer<typeof FileChange>;

/** What a guard tells the server; the id makes delivery exactly-once. */
export const GuardReport = z
  .strictObject({
    id: ReportId,
    guard: GuardianId,
    shop: ShopId,
    root: RootId,
    seal: BlobRef,
    at: Instant,
    changes: z.array(FileChange).readonly(),
    /** What the guard could not read or lost: unreadable files, overflow. Never silence. */
    gaps: z.array(z.strictObject({ path: FilePath.nullable(), detail: z.string() }).readonly()).readonly(),
  })
  .readonly();
export type GuardReport = z.infer<typeof GuardReport>;

/** One thing a guard did by itself, or could not do. */
export const GuardAct = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('restored'),
      path: FilePath,
      /** The sealed bytes, now in place; null for a directory. */
      to: BlobRef.nullable(),
      /** What was there, kept first; null where there was nothing. */
      replaced: BlobRef.nullable(),
      was: FileState.nullable(),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('quarantined'),
      path: FilePath,
      body: BlobRef.nullable(),
      was: FileState.nullable(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal('halted'), by: z.string() }).readonly(),
  z
    .strictObject({
      kind: z.literal('failed'),
      act: z.enum(['restore', 'quarantine', 'halt']),
      path: FilePath.nullable(),
      reason: Text,
    })
    .readonly(),
  /** The guard puts nothing back any more: at this path (a fight), or anywhere under the root (what looks like a deploy). */
  z
    .strictObject({
      kind: z.literal('stood-down'),
      looksLike: z.enum(['fight', 'deploy']),
      path: FilePath.nullable(),
      reason: Text,
    })
    .readonly(),
  z.strictObject({ kind: z.literal('stands-again'), by: z.string() }).readonly(),
]);
export type GuardAct = z.infer<typeof GuardAct>;

/** What a guard did about a report, told like a report and delivered exactly once. */
export const GuardActs = z
  .strictObject({
    id: ReportId,
    guard: GuardianId,
    shop: ShopId,
    root: RootId,
    seal: BlobRef,
    at: Instant,
    /** The report that told of the change; null for what a person did at the guard. */
    about: ReportId.nullable(),
    acts: z.array(GuardAct).min(1).readonly(),
  })
  .readonly();
export type GuardActs = z.infer<typeof GuardActs>;

/** The signed statement of what a root holds. */
export const Seal = z
  .strictObject({
    version: z.literal(1),
    shop: ShopId,
    root: RootId,
    /** Counts up; a lower one is refused. */
    release: z.int().positive(),
    createdAt: Instant,
    createdBy: z.string(),
    /** From then on the seal is told as outdated: somebody may be keeping newer ones back. Null: never. */
    expires: Instant.nullable(),
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    /** SHA-256 of MANIFEST (`sha256sum` text) and of ENTRIES (canonical JSON of every path's FileState). */
    manifest: BlobRef,
    entries: BlobRef,
    /** SHA-256 of MANIFEST.mtree, the mtree(5) text of what is sealed. */
    mtree: BlobRef,
    /** SHA-256 of DBMANIFEST, lines for the sealed rows of the shop's database; null where none is sealed. */
    database: BlobRef.nullable(),
    policies: z.array(z.strictObject({ glob: z.string(), policy: PathPolicy }).readonly()).readonly(),
    /** What the guard does by itself; left out: it tells only. */
    responses: z.array(ResponseRule).readonly().optional(),
    /** SHA-256 of the previous RELEASE; null for the first. */
    previous: BlobRef.nullable(),
  })
  .readonly();
export type Seal = z.infer<typeof Seal>;

/** "I am alive", counted so that a replay or a gap shows. */
export const Heartbeat = z
  .strictObject({
    guardian: GuardianId,
    kind: z.enum(['probe', 'guard']),
    shop: ShopId,
    count: z.int().nonnegative(),
    at: Instant,
    /** Roots watched, pages checked. */
    watching: z.array(z.string()).readonly(),
    /** A guard's own key, made at its first start. */
    key: GuardKey.optional(),
    /** Ed25519 over the canonical JSON of everything above, base64: the token alone must not be enough to seem alive. */
    signature: z.string().max(100).optional(),
  })
  .readonly();
export type Heartbeat = z.infer<typeof Heartbeat>;
