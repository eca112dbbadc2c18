/**
 * `make bench-detect`: every behaviour of the library is checked as a shop would be, REPEAT times; prints what each layer
 * caught. `detect.ts [id…] [--repeat n] [--parallel n] [--json file] [--resume]`. What is known is printed when it is
 * interrupted, and `--resume` goes on from the file. Exit code 1: a skimmer was called clean, or a benign page tampered.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Behaviour } from '../drills/library/behaviour.ts';
import { openCustomers } from '../drills/library/customer.ts';
import { library, serverSideLibrary } from '../drills/library/library.ts';
import { prove } from '../drills/library/prove.ts';
import { openSite } from '../drills/library/site/server.ts';
import { examineServerSide, type ServerOutcome, serverWrongs } from './lib/detect-server-side.ts';
import { table, wrongs } from './lib/detect-table.ts';
import { type Outcome, openWorker } from './lib/detect-work.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: process.env['REPEAT'] ?? '5' },
    parallel: { type: 'string', default: '2' },
    json: { type: 'string', default: '.komainu/bench-detect.jsonl' },
    resume: { type: 'boolean', default: false },
    /** Leave the customers out: every behaviour has been seen to work. */
    unproved: { type: 'boolean', default: false },
  },
});

const all = await library();
const unknown = positionals.filter((id) => !all.some((one) => one.id === id));
if (unknown.length > 0) throw new Error(`no such behaviour: ${unknown.join(', ')}`);
const chosen = positionals.length === 0 ? all : all.filter(({ id }) => positionals.includes(id));
const changed = new Map(
  all.flatMap((one) => (one.kind === 'benign' && one.changed ? [[one.id, one.changed]] : [])),
);

mkdirSync(dirname(values.json), { recursive: true });
if (!values.resume) rmSync(values.json, { force: true });
const outcomes: Outcome[] = existsSync(values.json)
  ? readFileSync(values.json, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Outcome)
  : [];
writeFileSync(values.json, '', { flag: 'a' });

const broken: string[] = [];
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());

const defects = values.unproved || values.resume ? [] : await proved(chosen);
await examineAll(chosen);
const mine = outcomes.filter(({ id }) => chosen.some((one) => one.id === id));
console.log(`\n${table(mine, changed)}`);
const files = positionals.length === 0 ? await inFiles() : [];
if (abort.signal.aborted) console.log(`interrupted: go on with --resume --json ${values.json}`);
for (const line of broken) console.log(`could not be examined: ${line}`);
for (const id of defects) console.log(`a defect of the library: ${id} did not do what it says`);
process.exitCode =
  wrongs(mine).length + serverWrongs(files).length + defects.length + broken.length > 0 ||
  abort.signal.aborted
    ? 1
    : 0;

/** What no page shows, seen by the guard. */
async function inFiles(): Promise<readonly ServerOutcome[]> {
  const found: ServerOutcome[] = [];
  for (const behaviour of await serverSideLibrary()) found.push(await examineServerSide(behaviour));
  console.log('\nin the files of the shop, by the guard');
  for (const { id, honest, verdict, decided } of found)
    console.log(`  ${`${honest ? 'benign' : 'thief'} ${id}`.padEnd(40)} ${verdict.padEnd(12)} ${decided}`);
  for (const line of serverWrongs(found)) console.log(line);
  return found;
}

/** Those that did not work for an ordinary customer: nothing can be said of a check of them. */
async function proved(behaviours: readonly Behaviour[]): Promise<readonly string[]> {
  const failed: string[] = [];
  const customers = await openCustomers();
  await inParallel(behaviours, openSite, async (site, behaviour) => {
    if (!(await prove(customers, site, behaviour))) failed.push(behaviour.id);
  });
  await customers.close();
  console.log(`${behaviours.length - failed.length} of ${behaviours.length} do what they say`);
  return failed;
}

async function examineAll(behaviours: readonly Behaviour[]): Promise<void> {
  const rounds = Array.from({ length: Number(values.repeat) }, (_, i) => i + 1);
  const work = rounds
    .flatMap((round) => behaviours.map((behaviour) => ({ behaviour, round })))
    .filter(
      ({ behaviour, round }) => !outcomes.some((one) => one.id === behaviour.id && one.round === round),
    );
  await inParallel(
    work,
    () => openWorker(abort.signal),
    async (worker, { behaviour, round }) => {
      const outcome = await worker.examine(behaviour, round).catch((error: unknown) => {
        if (!abort.signal.aborted) broken.push(`${behaviour.id} (round ${round}): ${String(error)}`);
      });
      if (abort.signal.aborted || !outcome) return;
      outcomes.push(outcome);
      appendFileSync(values.json, `${JSON.stringify(outcome)}\n`);
      console.log(
        `${String(outcomes.length).padStart(4)}  ${behaviour.kind} ${behaviour.id} ${round}: ${outcome.told.verdict} (${outcome.told.findings[0]?.detector ?? '-'})${outcome.approved ? `, approved: ${outcome.approved.verdict}` : ''}${outcome.fired ? '' : ', nothing arrived'} ${outcome.seconds.toFixed(1)} s`,
      );
    },
  );
}

/** A few at a time, each with a place of its own to work at. */
async function inParallel<P extends { close(): Promise<void> }, T>(
  items: readonly T[],
  place: () => Promise<P>,
  work: (place: P, item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: Math.min(Number(values.parallel), queue.length) }, async () => {
      const own = await place();
      for (let item = queue.shift(); item !== undefined && !abort.signal.aborted; item = queue.shift())
        await work(own, item);
      await own.close();
    }),
  );
}
