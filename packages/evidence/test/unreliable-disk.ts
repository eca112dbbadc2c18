import { dirname } from 'node:path/posix';
import type { LedgerFiles } from '../src/index.ts';

interface Inode {
  data: Uint8Array;
  /** What is on the platter; undefined until the first sync. */
  safe: Uint8Array | undefined;
}
type Node = Inode | 'folder';
type Names = ReadonlyMap<string, Node>;

/** The plug is out: no call returns any more. */
export class PowerCut extends Error {}

/**
 * A disk that keeps only what it was told to keep. Bytes are safe after the file's sync, names after their folder's;
 * of everything else a power cut leaves, name by name, whatever the dice say, also half of it or garbage.
 */
export class UnreliableDisk {
  private readonly names = new Map<string, Node>();
  private readonly safeNames = new Map<string, Names>();
  private callsLeft: number;
  calls = 0;

  constructor(callsLeft = Number.POSITIVE_INFINITY, content: Names = new Map()) {
    this.callsLeft = callsLeft;
    for (const [path, node] of content) this.names.set(path, node);
    for (const [path, node] of [['.', 'folder'] as const, ...this.names])
      if (node === 'folder') this.safeNames.set(path, this.childrenOf(path));
  }

  private childrenOf(folder: string): Names {
    return new Map([...this.names].filter(([path]) => path !== folder && dirname(path) === folder));
  }

  /** What a machine finds when it starts again. */
  afterPowerCut(dice: (limit: number) => number): UnreliableDisk {
    const found = new Map<string, Node>();
    const visit = (folder: string): void => {
      const safe = this.safeNames.get(folder) ?? new Map<string, Node>();
      const now = this.childrenOf(folder);
      for (const path of new Set([...safe.keys(), ...now.keys()])) {
        const [before, after] = [safe.get(path), now.get(path)];
        const node = before === after || dice(2) === 0 ? before : after;
        if (node === undefined) continue;
        found.set(path, node === 'folder' ? node : settle(node, dice));
        if (node === 'folder') visit(path);
      }
    };
    visit('.');
    return new UnreliableDisk(Number.POSITIVE_INFINITY, found);
  }

  cutAfter(calls: number): this {
    this.callsLeft = this.calls + calls;
    return this;
  }

  private async step(): Promise<void> {
    await Promise.resolve();
    if (this.calls >= this.callsLeft) throw new PowerCut('power cut');
    this.calls += 1;
  }

  private file(path: string): Inode {
    const node = this.names.get(path);
    if (node === undefined || node === 'folder') throw Object.assign(new Error(path), { code: 'ENOENT' });
    return node;
  }

  readonly files: LedgerFiles = {
    read: async (path, maxBytes) => {
      await this.step();
      return Uint8Array.from(this.file(path).data.subarray(0, maxBytes + 1));
    },
    write: async (path, bytes) => {
      await this.step();
      if (this.names.get(dirname(path)) !== 'folder' && dirname(path) !== '.')
        throw new Error(`no folder for ${path}`);
      const inode: Inode = { data: Uint8Array.from(bytes), safe: undefined };
      this.names.set(path, inode);
      return {
        sync: async () => {
          await this.step();
          inode.safe = inode.data;
        },
        close: () => Promise.resolve(),
      };
    },
    rename: async (from, to) => {
      await this.step();
      this.names.set(to, this.file(from));
      this.names.delete(from);
    },
    remove: async (path) => {
      await this.step();
      this.file(path);
      this.names.delete(path);
    },
    makeDirectory: async (path) => {
      await this.step();
      if (this.names.has(path)) return false;
      this.names.set(path, 'folder');
      return true;
    },
    removeDirectory: async (path) => {
      await this.step();
      if (this.childrenOf(path).size > 0) throw Object.assign(new Error(path), { code: 'ENOTEMPTY' });
      this.names.delete(path);
    },
    syncDirectory: async (path) => {
      await this.step();
      this.safeNames.set(path, this.childrenOf(path));
    },
    list: async (path) => {
      await this.step();
      return [...this.names]
        .flatMap(([name, node]) => (node !== 'folder' && name.startsWith(`${path}/`) ? [name] : []))
        .sort();
    },
    lock: () => Promise.resolve(() => Promise.resolve()),
  };
}

function settle({ data, safe }: Inode, dice: (limit: number) => number): Inode {
  if (safe === data) return { data, safe };
  const torn = [
    safe ?? new Uint8Array(0),
    data,
    data.subarray(0, dice(data.length + 1)),
    new Uint8Array(data.length),
    data.map((byte) => (dice(3) === 0 ? dice(256) : byte)),
  ][dice(5)];
  return { data: torn ?? data, safe: torn ?? data };
}
