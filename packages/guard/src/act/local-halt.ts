import { spawn } from 'node:child_process';
import { closeSync, constants, fsyncSync, openSync, writeSync } from 'node:fs';
import { type GuardAct, instant, type LocalHalt, text } from '@komainu/model';
import { sayError } from '../error.ts';

type Outcome = Extract<GuardAct, { kind: 'halted' | 'failed' }>;

/** Of what the program said last, for the record. */
const MAX_SAID = 300;

const failed = (en: string, ja: string): Outcome => ({
  kind: 'failed',
  act: 'halt',
  path: null,
  reason: text(en, ja),
});

/**
 * Stops card payments with what is at hand on this machine. Idempotent by contract: it is called again after a crash.
 * The program gets fixed arguments, no shell, and none of the guard's environment: that holds the server's token.
 */
export const haltLocally = async (halt: LocalHalt): Promise<Outcome> =>
  halt.kind === 'file' ? putSwitch(halt.path) : runProgram(halt.argv, halt.seconds);

function putSwitch(path: string): Outcome {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
    try {
      writeSync(fd, `halted by komainu ${instant()}\n`, 0);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return { kind: 'halted', by: `file ${path}` };
  } catch (error) {
    return failed(
      `the halt's file ${path} could not be written: ${sayError(error)}`,
      `停止用のファイル ${path} を作成できませんでした: ${sayError(error)}`,
    );
  }
}

async function runProgram(argv: readonly string[], seconds: number): Promise<Outcome> {
  const [program = '', ...args] = argv;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = spawn(program, args, {
    shell: false,
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, so that what the program started ends with it.
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('latin1')).slice(-MAX_SAID);
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) endGroup(child.pid);
    resolve(
      failed(
        `${program} did not end within ${seconds} s and was ended`,
        `${program} が${seconds}秒以内に終わらなかったため、打ち切りました`,
      ),
    );
  }, seconds * 1_000);
  child.once('error', (error) =>
    resolve(
      failed(
        `${program} could not be run: ${sayError(error)}`,
        `${program} を実行できません: ${sayError(error)}`,
      ),
    ),
  );
  // Not `close`: something it left running may keep the pipe open.
  child.once('exit', (code, signal) => {
    const how = code === null ? `signal ${signal}` : `exit ${code}`;
    resolve(
      code === 0
        ? { kind: 'halted', by: `command ${program}` }
        : failed(
            `${program} failed (${how}): ${said.trim()}`,
            `${program} が失敗しました（${how}）: ${said.trim()}`,
          ),
    );
  });
  const outcome = await promise;
  clearTimeout(timer);
  child.stderr.destroy();
  child.unref();
  return outcome;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
