import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { type Artifact, type Failure, type GuardReport, text } from '@komainu/model';
import type { Bodies, OwnHit } from '../define.ts';

export interface OwnRulesOptions {
  /** Directory of `.yar` and `.yara` files, absolute. */
  readonly dir: string;
  /** A hit is an intrusion. */
  readonly grave: boolean;
  /** For one report. */
  readonly seconds: number;
  readonly megabytes: number;
  /** Where `yr` or `yara` is looked for. */
  readonly path: string;
}

/** The owner's YARA rules, applied by a process of their own with limits: rules are not ours, and neither are the bytes. */
export interface OwnRules {
  /** What they find in the bytes that changed; a failure where they could not be applied. Never rejects. */
  scan(report: GuardReport, bodies: Bodies): Promise<Artifact<readonly OwnHit[]>>;
}

const MAX_OUTPUT = 1024 * 1024;
const MAX_HITS = 200;

export function openOwnRules(options: OwnRulesOptions): OwnRules {
  // One at a time: a burst of reports must not become a burst of processes.
  let last: Promise<unknown> = Promise.resolve();
  return {
    scan(report, bodies) {
      const turn = last.then(() =>
        scanReport(options, report, bodies).catch((error: unknown) => failed(String(error))),
      );
      last = turn;
      return turn;
    },
  };
}

async function scanReport(
  options: OwnRulesOptions,
  { changes }: GuardReport,
  bodies: Bodies,
): Promise<Artifact<readonly OwnHit[]>> {
  const parts = changes.flatMap((change, index) => {
    const bytes = change.bodyAfter === null ? undefined : bodies(change.bodyAfter);
    return bytes === undefined ? [] : [{ index, change, bytes }];
  });
  const gaps = changes.flatMap(({ path, kind, after, bodyAfter }) =>
    after?.type === 'file' && kind !== 'metadata' && (bodyAfter === null || bodies(bodyAfter) === undefined)
      ? [notKept(path)]
      : [],
  );
  if (parts.length === 0) return { kind: 'observed', value: [], gaps };
  const tool = await findTool(options.path);
  if (tool === null) return failed('neither yr nor yara is on the PATH');
  const names = await readdir(options.dir).catch(() => []);
  const rules = names.filter((name) => /\.yara?$/i.test(name)).sort();
  if (rules.length === 0) return failed(`there are no .yar files in ${options.dir}`);
  const scratch = await mkdtemp(join(tmpdir(), 'komainu-yara-'));
  try {
    for (const { index, bytes } of parts)
      await writeFile(join(scratch, `${index}`), bytes, { mode: 0o600, flag: 'wx' });
    const files = rules.map((name) => join(options.dir, name));
    const ran = await run(tool, files, scratch, options);
    if (ran.kind === 'failed') return failed(ran.why);
    const hits = new Map<string, OwnHit>();
    for (const [, rule = '', at] of ran.out.matchAll(/^(\w{1,200})[ \t][^\n]*\/(\d{1,6})\r?$/gm)) {
      const change = changes[Number(at)];
      if (change !== undefined && hits.size < MAX_HITS)
        hits.set(`${rule} ${at}`, { index: Number(at), change, rule, grave: options.grave });
    }
    return { kind: 'observed', value: [...hits.values()], gaps };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function findTool(path: string): Promise<string | null> {
  for (const name of ['yr', 'yara'])
    for (const dir of path.split(delimiter).filter((one) => one.startsWith('/'))) {
      const file = join(dir, name);
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
  return null;
}

type Ran =
  | { readonly kind: 'done'; readonly out: string }
  | { readonly kind: 'failed'; readonly why: string };

function run(tool: string, rules: readonly string[], target: string, limits: OwnRulesOptions): Promise<Ran> {
  const seconds = String(Math.ceil(limits.seconds));
  const flags =
    basename(tool) === 'yr'
      ? ['scan', '--disable-warnings', '--timeout', seconds, '--threads', '1']
      : ['-w', '-N', '-a', seconds, '-p', '1'];
  // The shell sets the limit and becomes the tool; nothing of ours is in its environment. Of data, not of addresses: yr
  // reserves gigabytes of those and never touches them.
  const child = spawn(
    '/bin/sh',
    ['-c', 'ulimit -d "$0" && exec "$@"', String(limits.megabytes * 1024), tool, ...flags, ...rules, target],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: limits.path, LC_ALL: 'C' }, detached: true },
  );
  return new Promise((resolve) => {
    let [out, complaint] = ['', ''];
    let why: string | null = null;
    const end = (reason: string) => {
      why ??= reason;
      // The whole group: what the tool has started goes with it.
      if (child.pid !== undefined)
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
    };
    const timer = setTimeout(() => end(`it took longer than ${limits.seconds} s`), limits.seconds * 1_000);
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
      if (out.length > MAX_OUTPUT) end('it said too much');
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      complaint = (complaint + piece).slice(0, 400);
    });
    child.on('error', (error) => resolve({ kind: 'failed', why: error.message }));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (why === null && code !== 0)
        why = `${basename(tool)} ended with ${code ?? 'a signal'}: ${complaint.trim()}`;
      resolve(why === null ? { kind: 'done', out } : { kind: 'failed', why });
    });
  });
}

const notKept = (path: string): Failure => ({
  code: 'body-missing',
  message: text(
    'The bytes of a changed file are not at hand, so it was not checked with your rules.',
    '変更されたファイルの内容を参照できないため、独自ルールで検査できていません。',
  ),
  url: path,
});

/** Of what could not be looked at with the owner's rules nobody may say that they found nothing. */
const failed = (why: string): Artifact<readonly OwnHit[]> => ({
  kind: 'failed',
  failure: {
    code: 'unreadable',
    message: text(
      `The changed files were not checked with your rules: ${why.slice(0, 500)}.`,
      `変更されたファイルを独自ルールで検査できていません：${why.slice(0, 500)}。`,
    ),
  },
});
