import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../cli/command.ts';
import { EXIT, KomainuError, type ExitCode } from '../cli/errors.ts';

interface Options {
  readonly variant?: string;
  readonly serve?: boolean;
}

/** Drills hold attack code, so they are no part of what ships: they live beside the packages in a checkout. */
const DRILLS = join(import.meta.dirname, '../../../../drills');

/** A drill is a program of its own; what ships never imports one. */
export const drill: Run<Options> = async (options, { out }, [name]) => {
  const known = existsSync(DRILLS)
    ? readdirSync(DRILLS).filter((one) =>
        ['run.ts', 'README.md'].every((file) => existsSync(join(DRILLS, one, file))),
      )
    : [];
  if (name === undefined) {
    out.result({ drills: known });
    for (const one of known) out.line(one);
    return EXIT.ok;
  }
  if (!known.includes(name))
    throw new KomainuError('usage', {
      en: `there is no drill "${name}"; there are: ${known.join(', ') || 'none here (drills are in the repository, not in the package)'}`,
      ja: `訓練「${name}」はありません（${known.join('、') || '訓練はリポジトリにのみ含まれます'}）`,
    });
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(DRILLS, name, 'run.ts'),
      ...(options.variant ? ['--variant', options.variant] : []),
      ...(options.serve ? ['--serve'] : []),
      '--lang',
      out.language,
      ...(out.json ? ['--json'] : []),
    ],
    { stdio: 'inherit' },
  );
  // Ctrl-C reaches the child with the terminal's process group; this process waits for it to clean up.
  const pass = () => child.kill('SIGTERM');
  process.on('SIGTERM', pass);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGTERM', pass);
  return (code ?? EXIT.failed) as ExitCode;
};
