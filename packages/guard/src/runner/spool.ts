import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobRef, type Blobs, type FilePath, GuardActs, GuardReport } from '@komainu/model';
import { GuardError } from '../error.ts';
import { refOf } from '../seal/open-seal.ts';
import { syncDirectory, writeDurably } from '../seal/store-seal.ts';

/** A report, or what was done about one, waiting for the server. */
export interface SpoolItem {
  readonly sequence: number;
  readonly report: GuardReport | GuardActs;
}

export const isActs = (report: GuardReport | GuardActs): report is GuardActs => 'acts' in report;

/** Reports for which it is not told what was done, if anything. */
export function withoutActs(items: readonly SpoolItem[]): readonly SpoolItem[] {
  const told = new Set(items.map(({ report }) => (isActs(report) ? report.about : null)));
  return items.filter(({ report }) => !isActs(report) && !told.has(report.id));
}

/** The paths that were put as they are sealed. */
export const putRight = ({ acts }: GuardActs): readonly FilePath[] =>
  acts.flatMap((act) => (act.kind === 'restored' || act.kind === 'quarantined' ? [act.path] : []));

/** The bodies it speaks of that the server should have. */
export const bodiesOf = (report: GuardReport | GuardActs): readonly BlobRef[] =>
  (isActs(report)
    ? report.acts.map((act) =>
        act.kind === 'restored' ? act.replaced : act.kind === 'quarantined' ? act.body : null,
      )
    : report.changes.flatMap(({ bodyBefore, bodyAfter }) => [bodyBefore, bodyAfter])
  ).filter((ref) => ref !== null);

/**
 * Reports on their way to the server, on disk: what is in here survives a crash and is delivered, in order. Each is
 * one file with the bytes it speaks of, so that noticing costs two fsyncs and forgetting is one unlink:
 * a line of JSON `{report, bodies: [[ref, size]…]}`, then the bodies.
 */
export interface Spool {
  /** New bytes are held in memory until the report that names them is added; sealed ones are where they were. */
  blobs(sealed: Blobs): Blobs;
  /** Durable when it resolves. @throws GuardError `spool` when it is full; the system's own errors */
  add(report: GuardReport | GuardActs): Promise<SpoolItem>;
  next(): SpoolItem | undefined;
  pending(): readonly SpoolItem[];
  /** Bytes that came with the report; null when they did not. */
  body(item: SpoolItem, ref: BlobRef): Promise<Uint8Array | null>;
  /** The server has it. */
  done(item: SpoolItem): Promise<void>;
  /** The server will never take it: put aside, in `refused/`. */
  refuse(item: SpoolItem): Promise<void>;
  /** Numbers go on above this one. */
  startAbove(sequence: number): void;
}

type Bodies = readonly (readonly [BlobRef, number])[];
interface Stored extends SpoolItem {
  readonly bodies: Bodies;
  /** Where the bodies begin, and how big the file is. */
  readonly offset: number;
  readonly size: number;
}

/** Bytes whose report never came (it was dropped or failed) give way to newer ones. */
const MAX_HELD = 128 << 20;
const nameOf = (sequence: number) => `${String(sequence).padStart(12, '0')}.report`;

/** @throws the system's errors when the directory cannot be used. */
export async function openSpool({
  dir,
  maxBytes = 1 << 30,
}: {
  readonly dir: string;
  /**
   * Beyond so many bytes reports go without new bodies; a quarter more, and none is taken: the oldest are kept, and what
   * differs is found and told again once there is room. Default 1 GiB.
   */
  readonly maxBytes?: number;
}): Promise<Spool> {
  const [items, refused] = [join(dir, 'reports'), join(dir, 'refused')];
  for (const one of [items, refused]) await mkdir(one, { recursive: true, mode: 0o700 });
  const queue = await load(items, refused);
  const held = new Map<BlobRef, Uint8Array>();
  let heldBytes = 0;
  let dropped = 0;
  let total = queue.reduce((sum, { size }) => sum + size, 0);
  let last = queue.at(-1)?.sequence ?? 0;

  function drop(ref: BlobRef): void {
    heldBytes -= held.get(ref)?.length ?? 0;
    held.delete(ref);
  }
  async function put(bytes: Uint8Array): Promise<BlobRef> {
    const ref = refOf(bytes);
    drop(ref);
    if (total + heldBytes + bytes.length > maxBytes)
      throw new GuardError('spool', `the spool is full (${maxBytes} bytes) while the server is away`);
    held.set(ref, bytes);
    heldBytes += bytes.length;
    for (const oldest of held.keys()) {
      if (heldBytes <= MAX_HELD) break;
      drop(oldest);
    }
    return ref;
  }
  const take = ({ sequence }: SpoolItem): Stored | undefined => {
    const at = queue.findIndex((item) => item.sequence === sequence);
    const [stored] = at < 0 ? [] : queue.splice(at, 1);
    total -= stored?.size ?? 0;
    return stored;
  };

  return {
    blobs: (sealed) => ({
      put,
      get: async (ref) => held.get(ref) ?? sealed.get(ref),
      has: async (ref) => held.has(ref) || sealed.has(ref),
    }),
    async add(report) {
      const sequence = ++last;
      const parts = [...new Set(bodiesOf(report))].flatMap((ref): [BlobRef, Uint8Array][] => {
        const bytes = held.get(ref);
        return bytes ? [[ref, bytes]] : [];
      });
      const bodies = parts.map(([ref, bytes]) => [ref, bytes.length] as const);
      const told = dropped > 0 && !isActs(report) ? withGap(report, dropped, maxBytes) : report;
      const head = Buffer.from(`${JSON.stringify({ report: told, bodies })}\n`);
      const size = bodies.reduce((sum, [, length]) => sum + length, head.length);
      // What was done is told in any case: it is little, and it cannot be found again.
      if (!isActs(told) && total + size > maxBytes * 1.25) {
        dropped += 1;
        throw new GuardError('spool', `the spool is full (${total} bytes) while the server is away`);
      }
      const file = join(items, nameOf(sequence));
      try {
        await writeDurably(`${file}.part`, Buffer.concat([head, ...parts.map(([, bytes]) => bytes)]), 0o600);
        await rename(`${file}.part`, file);
        await syncDirectory(items);
      } finally {
        await rm(`${file}.part`, { force: true });
      }
      dropped = isActs(told) ? dropped : 0;
      for (const [ref] of parts) drop(ref);
      const item: Stored = { sequence, report: told, bodies, offset: head.length, size };
      queue.push(item);
      total += size;
      return item;
    },
    next: () => queue[0],
    pending: () => queue,
    async body({ sequence }, wanted) {
      const stored = queue.find((item) => item.sequence === sequence);
      let at = stored?.offset ?? 0;
      for (const [ref, length] of stored?.bodies ?? []) {
        if (ref === wanted) return slice(join(items, nameOf(sequence)), at, length);
        at += length;
      }
      return null;
    },
    async done(item) {
      await rm(join(items, nameOf(item.sequence)), { force: true });
      take(item);
    },
    async refuse(item) {
      await rename(join(items, nameOf(item.sequence)), join(refused, nameOf(item.sequence)));
      take(item);
    },
    startAbove: (sequence) => {
      last = Math.max(last, sequence);
    },
  };
}

const withGap = (report: GuardReport, dropped: number, limit: number): GuardReport => ({
  ...report,
  gaps: [
    ...report.gaps,
    {
      path: null,
      detail: `${dropped} reports could not be kept while the spool was full (limit ${limit} bytes); what was there in between and is gone again was not told`,
    },
  ],
});

async function slice(file: string, at: number, length: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, at);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The reports in order. One that cannot be read (a disk's fault: a crash leaves only `.part`) is put aside, and kept. */
async function load(items: string, refused: string): Promise<Stored[]> {
  const queue: Stored[] = [];
  for (const name of (await readdir(items)).sort()) {
    const file = join(items, name);
    if (name.endsWith('.part')) {
      await rm(file, { force: true });
      continue;
    }
    const { size } = await stat(file);
    const bytes = await readFile(file);
    const end = bytes.indexOf(0x0a);
    try {
      const head = JSON.parse(bytes.toString('utf8', 0, end)) as { report: object; bodies: Bodies };
      const report = ('acts' in head.report ? GuardActs : GuardReport).parse(head.report);
      queue.push({ sequence: Number.parseInt(name, 10), report, bodies: head.bodies, offset: end + 1, size });
    } catch {
      await rename(file, join(refused, name));
    }
  }
  return queue;
}
