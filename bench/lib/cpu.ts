import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds so far of a process and all its descendants, also those already reaped by it. */
export function cpuOf(root: number): number {
  const children = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name in parentheses may hold spaces; fields are counted from behind it.
      const rest = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const pid = Number(name);
      children.set(rest[1] ?? 0, [...(children.get(rest[1] ?? 0) ?? []), pid]);
      ticks.set(
        pid,
        [11, 12, 13, 14].reduce((sum, at) => sum + (rest[at] ?? 0), 0),
      );
    } catch {
      // Gone in between.
    }
  }
  const sum = (pid: number): number =>
    (ticks.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root) / 100;
}
