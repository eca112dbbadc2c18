import { readFileSync } from 'node:fs';
import type { FileWriter } from '@komainu/model';
import { textOfBytes } from '../../disk/names.ts';

const MOST = 200;
/** A number is soon another process's; within a burst it is the same one's. */
const FRESH_MS = 500;
const REMEMBERED = 256;

/**
 * Says who a process is. To be asked at once: when it has ended nobody knows any more. What it says of itself (its
 * command) is its own choice, and therefore cut and escaped.
 */
export function makeWriters(): (pid: number) => FileWriter | null {
  const known = new Map<number, { readonly at: number; readonly who: FileWriter }>();
  const names = new Map<number, string | null>();
  return (pid) => {
    if (pid <= 0) return null;
    const before = known.get(pid);
    const now = Date.now();
    if (before && now - before.at < FRESH_MS) return before.who;
    const who = whoIs(pid, names);
    if (known.size >= REMEMBERED) known.clear();
    known.set(pid, { at: now, who });
    return who;
  };
}

function whoIs(pid: number, names: Map<number, string | null>): FileWriter {
  try {
    const uid = Number(
      /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? Number.NaN,
    );
    const line = readFileSync(`/proc/${pid}/cmdline`);
    const words = line.at(-1) === 0 ? line.subarray(0, -1) : line;
    const command = textOfBytes(
      words.subarray(0, 4 * MOST).map((byte) => (byte === 0 ? 0x20 : byte)) as Buffer,
    );
    if (!Number.isInteger(uid)) return { pid, uid: null, user: null, command: null };
    if (!names.has(uid)) names.set(uid, userName(uid));
    return { pid, uid, user: names.get(uid) ?? null, command: command.slice(0, MOST) };
  } catch {
    // Ended already; its number is still worth something beside the system's own log.
    return { pid, uid: null, user: null, command: null };
  }
}

function userName(uid: number): string | null {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === `${uid}`);
    return line?.split(':')[0] ?? null;
  } catch {
    return null;
  }
}
