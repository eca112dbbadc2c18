import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef, FilePath, RootId } from '@komainu/model';
import { digestsOf } from '../disk/difference.ts';
import { replaceDurably } from '../seal/store-seal.ts';
import { isActs, putRight, type SpoolItem } from './spool.ts';

/**
 * Which differences have been told, over restarts: the reason why a guard that is killed again and again tells each
 * one once. A journal of lines `{s, d: [[path, digest|null]…]}`; `s` is the number of the spooled report.
 */
export interface Told {
  readonly known: ReadonlyMap<FilePath, string>;
  /** The highest report it knows of. */
  readonly sequence: number;
  /** After the report is in the spool, and before it leaves it. */
  tell(item: SpoolItem): Promise<void>;
  settle(paths: readonly FilePath[]): Promise<void>;
}

type Line = { readonly s: number; readonly d: readonly (readonly [FilePath, string | null])[] };

/** One per root and seal; against a new seal every difference is a new one. */
export async function openTold(
  dir: string,
  root: RootId,
  seal: BlobRef,
  spooled: readonly SpoolItem[],
): Promise<Told> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const name = `${root}.${seal.slice('sha256:'.length, 'sha256:'.length + 16)}.jsonl`;
  const known = new Map<FilePath, string>();
  let sequence = 0;
  const apply = ({ s, d }: Line) => {
    sequence = Math.max(sequence, s);
    for (const [path, digest] of d) {
      if (digest === null) known.delete(path);
      else known.set(path, digest);
    }
  };
  for (const line of (await readFile(join(dir, name), 'utf8').catch(() => '')).split('\n')) {
    const parsed = parseLine(line);
    if (parsed) apply(parsed);
  }
  // Killed after the report was spooled and before it was noted here: the spool knows better.
  const missed = spooled.filter(
    ({ sequence: at, report }) => at > sequence && report.root === root && report.seal === seal,
  );
  for (const item of missed) apply(lineOf(item));
  await replaceDurably(dir, name, Buffer.from(`${JSON.stringify({ s: sequence, d: [...known] })}\n`));
  for (const other of await readdir(dir))
    if (other.startsWith(`${root}.`) && other !== name) await rm(join(dir, other), { force: true });

  let waiting: string[] = [];
  let next: Promise<void> | null = null;
  let under = Promise.resolve();
  /** Lines that come while others are being written go to the disk together. */
  const write = async (line: Line): Promise<void> => {
    apply(line);
    waiting.push(`${JSON.stringify(line)}\n`);
    next ??= after(under, async () => {
      const lines = waiting;
      waiting = [];
      under = next ?? under;
      next = null;
      await append(join(dir, name), lines.join(''));
    });
    return next;
  };
  return {
    known,
    get sequence() {
      return sequence;
    },
    tell: async (item) => {
      const line = lineOf(item);
      if (line.d.length > 0) await write(line);
    },
    settle: async (paths) => write({ s: sequence, d: paths.map((path) => [path, null]) }),
  };
}

const lineOf = ({ sequence, report }: SpoolItem): Line => ({
  s: sequence,
  d: isActs(report) ? putRight(report).map((path) => [path, null]) : report.changes.flatMap(digestsOf),
});

/** A line the last crash cut off was never relied on. */
function parseLine(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}

async function after(previous: Promise<void>, act: () => Promise<void>): Promise<void> {
  await previous.catch(() => undefined);
  await act();
}

/** On the disk when it resolves. */
async function append(file: string, text: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
