import { readdirSync, readFileSync } from 'node:fs';

/** Of a process: clock ticks of its own, and of its children that it has waited for. */
interface Spent {
  readonly parent: number;
  readonly own: number;
  readonly waited: number;
}

function processes(): ReadonlyMap<number, Spent> {
  const all = new Map<number, Spent>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name in parentheses may hold spaces; fields are counted from behind it.
      const rest = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [parent = 0, user = 0, system = 0, childUser = 0, childSystem = 0] = [1, 11, 12, 13, 14].map(
        (at) => rest[at],
      );
      all.set(Number(name), { parent, own: user + system, waited: childUser + childSystem });
    } catch {
      // Gone in between.
    }
  }
  return all;
}

function tree(root: number, all: ReadonlyMap<number, Spent>): readonly number[] {
  const found = all.has(root) ? [root] : [];
  for (const pid of found) for (const [child, { parent }] of all) if (parent === pid) found.push(child);
  return found;
}

const TICKS = 100;

/** CPU seconds so far of a process and all its descendants, also those already waited for. */
export function cpuOf(root: number): number {
  const all = processes();
  return tree(root, all).reduce((sum, pid) => {
    const spent = all.get(pid);
    return sum + ((spent?.own ?? 0) + (spent?.waited ?? 0)) / TICKS;
  }, 0);
}

/** Parts of a program that drives a Chromium. */
export const PARTS = ['node', 'browser', 'pages', 'compositor', 'network'] as const;
export type Part = (typeof PARTS)[number];

/** CPU seconds so far of what runs, by part. A page's process is waited for by the zygote it came from. */
export function cpuByPart(root: number): Readonly<Record<Part, number>> {
  const all = processes();
  const sums = { node: 0, browser: 0, pages: 0, compositor: 0, network: 0 };
  for (const pid of tree(root, all)) {
    const spent = all.get(pid);
    if (spent === undefined) continue;
    const part = partOf(pid);
    sums[part] += (spent.own + (part === 'pages' ? spent.waited : 0)) / TICKS;
  }
  return sums;
}

function partOf(pid: number): Part {
  let line = '';
  try {
    line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Gone in between.
  }
  const type = /--type=([a-z-]+)/.exec(line)?.[1];
  if (type === 'zygote' || type === 'renderer') return 'pages';
  if (type === 'gpu-process') return 'compositor';
  if (type === 'utility') return 'network';
  return line.includes('--remote-debugging-port') ? 'browser' : 'node';
}
