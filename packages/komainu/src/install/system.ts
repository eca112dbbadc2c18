import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Text } from '@komainu/model';
import { KomainuError } from '../cli/errors.ts';

/** One thing the installation does to this machine. */
export interface Step {
  /** What it is, in a line. */
  readonly what: Text;
  readonly run: () => void;
}

/** Runs a program with fixed arguments. @throws KomainuError with what it said */
export function program(argv: readonly [string, ...string[]]): void {
  const [name, ...args] = argv;
  const { status, stderr, error } = spawnSync(name, args, { encoding: 'utf8' });
  if (status === 0) return;
  const said = error?.message ?? stderr.trim();
  throw new KomainuError('io', {
    en: `${argv.join(' ')}: ${said}`,
    ja: `${argv.join(' ')} が失敗しました: ${said}`,
  });
}

/** @throws KomainuError where the machine is not run by systemd, or not by this user. */
export function needSystemd(runtime = '/run/systemd/system', uid = process.getuid?.()): void {
  if (!existsSync(runtime))
    throw new KomainuError('unavailable', {
      en: 'this machine is not run by systemd (a container, perhaps). Run "komainu guard" under whatever keeps programs running here; --print shows what systemd would be told.',
      ja: 'このマシンでは systemd が動いていません（コンテナなど）。別の方法で komainu guard を常駐させてください。--print で systemd 用の設定を表示できます。',
    });
  if (uid !== 0)
    throw new KomainuError('usage', {
      en: 'installing needs root: run it with sudo. --dry-run and --print do not.',
      ja: 'インストールには root 権限が必要です。sudo を付けて実行してください（--dry-run と --print は不要です）。',
    });
}
