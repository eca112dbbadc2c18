/**
 * `kill -9` of the server at random moments of the drill, on the real shop with a real guard and a real browser.
 * `node run.ts [rounds] [seed]`. Exits 0 when every round held.
 */
import { join } from 'node:path';
import { openShop as openPlatform } from '@komainu/shops';
import { openShop } from '../lib/stage.ts';
import { round } from './round.ts';

const PORT = 4186;
/** The drill's whole length, alteration to proof, and a little: kills are spread evenly over it. */
const SPAN_MS = 6_000;

const rounds = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write('kills: usage: run.ts [rounds] [seed]\n');
  process.exit(64);
}
const random = mulberry32(seed);
const shop = await openShop(join(process.cwd(), '.komainu/kills'), { komainuPort: PORT });
const stop = () => void shop.stop().then(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
let failed = 0;
const reached = new Map<string, number>();
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
  console.log(`kills: ${rounds} rounds, seed ${seed}`);
  for (let n = 1; n <= rounds; n++) {
    const result = await round({ shop, platform, port: PORT, killAfter: Math.floor(random() * SPAN_MS) });
    reached.set(result.reached, (reached.get(result.reached) ?? 0) + 1);
    if (result.failures.length > 0) failed += 1;
    const state = result.failures.length === 0 ? 'held' : `FAILED: ${result.failures.join('; ')}`;
    console.log(
      `${String(n).padStart(4)}  killed at ${String(result.killedAfter).padStart(4)} ms after ${result.reached.padEnd(18)} halted ${(result.inForceAfter / 1000).toFixed(1)} s after the restart  ${state}`,
    );
  }
} finally {
  await shop.stop();
}
console.log(`reached when killed: ${[...reached].map(([what, times]) => `${what} ${times}`).join(', ')}`);
console.log(`${rounds - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

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
