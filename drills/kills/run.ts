/**
 * `kill -9` of the server at random moments of the drill, on the real shop with a real guard and a real browser.
 * `node run.ts [rounds] [seed]`. Exits 0 when every round held.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openShop as openPlatform } from '@komainu/shops';
import { freePort } from '../lib/port.ts';
import { openShop } from '../lib/stage.ts';
import { type Round, round } from './round.ts';

/** Alteration to proof, and a little. Half of the kills fall into its first part, where everything is decided. */
const SPAN_MS = 5_000;
const BUSY_MS = 500;
/** Every so many rounds the proof is waited for as well. */
const PROVED_EVERY = 10;

const rounds = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write('kills: usage: run.ts [rounds] [seed]\n');
  process.exit(64);
}
const random = mulberry32(seed);
const lanes = Math.min(rounds, availableParallelism(), 2);
const reached = new Map<string, number>();
let begun = 0;
let failed = 0;
console.log(`kills: ${rounds} rounds, seed ${seed}, ${lanes} at a time`);
await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)));
console.log(`reached when killed: ${[...reached].map(([what, times]) => `${what} ${times}`).join(', ')}`);
console.log(`${rounds - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** One shop, one round after the other, until there are none left. */
async function run(lane: number): Promise<void> {
  const port = await freePort();
  const shop = await openShop(join(process.cwd(), `.komainu/kills-${lane}`), { komainuPort: port });
  const stop = () => void shop.stop().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const platform = openPlatform(
      {
        kind: 'vendure',
        adminApi: shop.addresses.engine,
        username: 'komainu',
        passwordEnv: 'PASSWORD',
        cardMethods: ['card'],
      },
      { PASSWORD: 'komorebi-komainu' },
    );
    while (begun < rounds) {
      const n = ++begun;
      const killAfter = Math.floor(random() * (random() < 0.5 ? BUSY_MS : SPAN_MS));
      tell(n, await round({ shop, platform, port, killAfter, proved: n % PROVED_EVERY === 0 }));
    }
  } finally {
    await shop.stop();
  }
}

function tell(n: number, result: Round): void {
  const { killedAfter, inForceAfter, failures } = result;
  reached.set(result.reached, (reached.get(result.reached) ?? 0) + 1);
  if (failures.length > 0) failed += 1;
  const state = failures.length === 0 ? 'held' : `FAILED: ${failures.join('; ')}`;
  const when = `killed at ${String(killedAfter).padStart(4)} ms after ${result.reached.padEnd(18)}`;
  console.log(
    `${String(n).padStart(4)}  ${when} in force ${(inForceAfter / 1000).toFixed(1)} s after the restart  ${state}`,
  );
}

/** A small seeded generator, so that a run can be repeated. */
function mulberry32(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
