import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface Started {
  readonly child: ChildProcess;
  /** The first line of stdout the caller waited for. */
  readonly ready: unknown;
  /** Ends it: SIGTERM, and SIGKILL to those that do not listen. Resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface StartOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Everything the process prints, for whoever must find out what went wrong. */
  readonly log: string;
  /** Recognises the line that says it is ready. */
  readonly ready: (line: string) => unknown;
  readonly seconds?: number;
}

/** Node flags that run the sources as they are. */
export const NODE_FLAGS = ['--conditions=source', '--disable-warning=ExperimentalWarning'];

/** What this process started and has not ended; none of it outlives us, however we leave. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a Node program of the repository and waits until it says that it is ready. */
export async function start(options: StartOptions): Promise<Started> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = createWriteStream(options.log, { flags: 'a' });
  const child = spawn(process.execPath, [...NODE_FLAGS, ...options.args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await gone;
    clearTimeout(force);
  };
  child.stderr.pipe(log, { end: false });
  const lines = createInterface({ input: child.stdout });
  const tail: string[] = [];
  try {
    const ready = await new Promise<unknown>((resolve, reject) => {
      const failed = (why: string) =>
        reject(new Error(`${options.name}: ${why}; see ${options.log}\n${tail.join('\n')}`));
      const late = setTimeout(
        () => failed(`not ready after ${options.seconds ?? 60} s`),
        (options.seconds ?? 60) * 1000,
      );
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        failed(`ended (${code ?? signal}) before it was ready`);
      });
      child.stderr.on('data', (chunk: Buffer) => tail.push(chunk.toString().trimEnd()) > 12 && tail.shift());
      lines.on('line', (line) => {
        log.write(`${line}\n`);
        const found = options.ready(line);
        if (found === undefined) return;
        clearTimeout(late);
        resolve(found);
      });
    });
    return { child, ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The JSON object on a line that has `ready: true`; undefined for every other line. */
export function readyJson(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return value['ready'] === true ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Asks again every 50 ms until it is true. @throws after `seconds`. */
export async function untilTrue(ask: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`did not come true within ${seconds} s: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
