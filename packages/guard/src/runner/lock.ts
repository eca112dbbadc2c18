import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, GuardError } from '../error.ts';

/**
 * One guard per data directory: two would number their spools alike. The lock names a process and when it started,
 * so that a dead guard's lock, whose number another process may have by now, is taken over.
 * @throws GuardError `spool`
 */
export function lockDirectory(dir: string): () => void {
  const file = join(dir, 'lock');
  const own = `${process.pid} ${startOf(process.pid)}`;
  for (let attempt = 0; ; attempt++)
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt > 2)
        throw new GuardError('spool', `cannot use ${dir}: ${codeOf(error)}`, { cause: error });
      const [pid = '', started = ''] = read(file).split(' ');
      if (/^\d+$/.test(pid) && started !== '' && startOf(Number(pid)) === started)
        throw new GuardError(
          'spool',
          `another guard (process ${pid}) uses ${dir}; end it first, or give this one its own directory`,
        );
      rmSync(file, { force: true });
    }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Clock ticks since boot at which the process started; empty when there is no such process. */
function startOf(pid: number): string {
  // The name, in parentheses, may itself hold anything; what follows the last parenthesis is plain.
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? '';
}
