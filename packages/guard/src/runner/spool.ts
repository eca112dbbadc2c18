import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobRef, type Blobs, canonicalBytes, GuardReport } from '@komainu/model';
import { GuardError } from '../error.ts';
import { refOf } from '../seal/open-seal.ts';
import { syncDirectory, writeDurably } from '../seal/store-seal.ts';

export interface SpoolItem {
  readonly sequence: number;
  readonly report: GuardReport;
}

/**
 * Reports on their way to the server, with the bytes they speak of, on disk: what is in here survives a crash and is
 * delivered, in order. Bytes are kept until the last report that names them has been delivered.
 */
export interface Spool {
  /** Takes new bytes into the spool; reads also those the seal's store has. */
  blobs(sealed: Blobs): Blobs;
  /** Durable when it resolves. */
  add(report: GuardReport): Promise<SpoolItem>;
  next(): SpoolItem | undefined;
  pending(): readonly SpoolItem[];
  /** Bytes in the spool, null where it has none of that name. */
  body(ref: BlobRef): Promise<Uint8Array | null>;
  /** The server has it. */
  done(item: SpoolItem): Promise<void>;
  /** The server will never take it: put aside, in `refused/`, with its bytes. */
  refuse(item: SpoolItem): Promise<void>;
  /** Numbers go on above this one. */
  startAbove(sequence: number): void;
}

const nameOf = (sequence: number) => `${String(sequence).padStart(12, '0')}.json`;
const hexOf = (ref: BlobRef) => ref.slice('sha256:'.length);
const refsOf = (report: GuardReport): BlobRef[] => [
  ...new Set(report.changes.flatMap(({ bodyAfter }) => (bodyAfter === null ? [] : [bodyAfter]))),
];

/** @throws GuardError `spool` when the directory cannot be used. */
export async function openSpool({
  dir,
  maxBytes = 1 << 30,
}: {
  readonly dir: string;
  /** Of bodies; beyond it reports go without new bytes. Default 1 GiB. */
  readonly maxBytes?: number;
}): Promise<Spool> {
  const [items, bodies, refused] = [join(dir, 'reports'), join(dir, 'bodies'), join(dir, 'refused')];
  for (const one of [items, bodies, refused]) await mkdir(one, { recursive: true, mode: 0o700 });
  const queue = await load(items, refused);
  const uses = new Map<BlobRef, number>();
  const sizes = new Map<BlobRef, number>();
  let total = 0;
  let last = queue.at(-1)?.sequence ?? 0;
  let temporary = 0;

  const use = (ref: BlobRef, by: number) => uses.set(ref, (uses.get(ref) ?? 0) + by);
  for (const { report } of queue) for (const ref of refsOf(report)) use(ref, 1);
  for (const name of await readdir(bodies)) {
    const ref = `sha256:${name}` as BlobRef;
    // Kept for a report that was never written: the change will be found again.
    if (!uses.has(ref)) await rm(join(bodies, name), { force: true });
    else total += sizes.set(ref, (await stat(join(bodies, name))).size).get(ref) ?? 0;
  }

  async function release(ref: BlobRef): Promise<void> {
    use(ref, -1);
    if ((uses.get(ref) ?? 0) > 0) return;
    uses.delete(ref);
    total -= sizes.get(ref) ?? 0;
    if (sizes.delete(ref)) await rm(join(bodies, hexOf(ref)), { force: true });
  }

  async function put(bytes: Uint8Array): Promise<BlobRef> {
    const ref = refOf(bytes);
    // Held from now until the report that names it is written, however many deliveries end meanwhile.
    use(ref, 1);
    if (sizes.has(ref)) return ref;
    if (total + bytes.length > maxBytes) {
      await release(ref);
      throw new GuardError('spool', `the spool is full (${maxBytes} bytes) and the server away`);
    }
    const file = join(bodies, `.${temporary++}`);
    await rm(file, { force: true });
    await writeDurably(file, bytes, 0o600);
    await rename(file, join(bodies, hexOf(ref)));
    if (!sizes.has(ref)) total += bytes.length;
    sizes.set(ref, bytes.length);
    return ref;
  }

  const body = async (ref: BlobRef): Promise<Uint8Array | null> =>
    sizes.has(ref) ? readFile(join(bodies, hexOf(ref))) : null;

  return {
    blobs: (sealed) => ({
      put,
      get: async (ref) => (await body(ref)) ?? sealed.get(ref),
      has: async (ref) => sizes.has(ref) || sealed.has(ref),
    }),
    async add(report) {
      const sequence = ++last;
      await syncDirectory(bodies);
      const file = join(items, nameOf(sequence));
      await writeDurably(`${file}.part`, canonicalBytes(report), 0o600);
      await rename(`${file}.part`, file);
      await syncDirectory(items);
      const item = { sequence, report };
      queue.push(item);
      return item;
    },
    next: () => queue[0],
    pending: () => queue,
    body,
    async done({ sequence, report }) {
      await rm(join(items, nameOf(sequence)), { force: true });
      queue.splice(
        queue.findIndex((item) => item.sequence === sequence),
        1,
      );
      for (const ref of refsOf(report)) await release(ref);
    },
    async refuse({ sequence }) {
      await rename(join(items, nameOf(sequence)), join(refused, nameOf(sequence)));
      queue.splice(
        queue.findIndex((item) => item.sequence === sequence),
        1,
      );
    },
    startAbove: (sequence) => {
      last = Math.max(last, sequence);
    },
  };
}

/** The reports in order; one that cannot be read (a disk's fault, not a crash's) is put aside, not passed over. */
async function load(items: string, refused: string): Promise<SpoolItem[]> {
  const queue: SpoolItem[] = [];
  for (const name of (await readdir(items)).sort()) {
    if (name.endsWith('.part')) {
      await rm(join(items, name), { force: true });
      continue;
    }
    const bytes = await readFile(join(items, name), 'utf8');
    try {
      queue.push({ sequence: Number.parseInt(name, 10), report: GuardReport.parse(JSON.parse(bytes)) });
    } catch {
      await rename(join(items, name), join(refused, name));
    }
  }
  return queue;
}

/** For the count of heartbeats and the like: appends a line and waits until the disk has it. */
export async function appendDurably(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(line);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
