import { spawnSync } from 'node:child_process';

/** Whether an outside tool is here. One that is missing skips its tests aloud; with CI set that is a failure. */
export function hasTool(name: string): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  if (!found && process.env['CI']) throw new Error(`${name} is not installed (scripts/tools.sh installs it)`);
  if (!found) console.warn(`${name} is not installed: what it would check is skipped (scripts/tools.sh)`);
  return found;
}

/** Runs a tool and gives its exit status with what it said. */
export function run(cwd: string, command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}
