import { afterAll, describe, expect, test } from 'vitest';
import { type Keys, type Ledger, openLedger } from '../src/index.ts';
import { bytes, newKeys, random, removeTempDirs, textOf } from './helpers.ts';
import { UnreliableDisk } from './unreliable-disk.ts';

afterAll(removeTempDirs);

const PICTURES_PER_CUT = 3;

/** Appends in waves until the power goes; gives what was acknowledged. */
async function appendUntilCut(ledger: Ledger, waves: readonly number[]): Promise<Map<number, string>> {
  const acknowledged = new Map<number, string>();
  for (const [wave, count] of waves.entries())
    await Promise.allSettled(
      Array.from({ length: count }, async (_, at) => {
        const text = `wave ${wave}, entry ${at}`;
        acknowledged.set((await ledger.append(bytes(text))).index, text);
      }),
    );
  return acknowledged;
}

async function expectWhole(
  disk: UnreliableDisk,
  keys: Keys,
  acknowledged: ReadonlyMap<number, string>,
  why: string,
) {
  const ledger = await openLedger({ dir: 'memory', keys, files: disk.files });
  let size = 0;
  for await (const { index, bytes: entry } of ledger.entries()) {
    const text = acknowledged.get(index);
    if (text !== undefined && textOf(entry) !== text)
      throw new Error(`${why}: entry ${index} is not what was acknowledged`);
    size = index + 1;
  }
  expect(size, why).toBe(ledger.size);
  expect(
    [...acknowledged.keys()].every((index) => index < size),
    why,
  ).toBe(true);
  const { index } = await ledger.append(bytes('after the cut'));
  expect(textOf(await ledger.entry(index)), why).toBe('after the cut');
  await ledger.close();
}

describe.each([
  ['single appends', [1, 1, 1, 1, 1]],
  ['across the end of a tile', [254, 1, 1, 1, 3]],
  ['large commits', [200, 400, 300]],
] as const)('%s', (_name, waves) => {
  test('the plug is pulled at every call, and every picture the disk may show is whole', async () => {
    const keys = await newKeys();
    const rehearsal = new UnreliableDisk();
    const full = await openLedger({ dir: 'memory', keys, files: rehearsal.files });
    const all = await appendUntilCut(full, waves);
    expect(all.size).toBe(waves.reduce((sum, count) => sum + count, 0));
    for (let cut = 0; cut <= rehearsal.calls; cut += 1) {
      const disk = new UnreliableDisk(cut);
      const ledger = await openLedger({ dir: 'memory', keys, files: disk.files }).catch(() => undefined);
      const acknowledged =
        ledger === undefined ? new Map<number, string>() : await appendUntilCut(ledger, waves);
      for (let picture = 0; picture < PICTURES_PER_CUT; picture += 1) {
        const seed = cut * PICTURES_PER_CUT + picture;
        const found = disk.afterPowerCut(random(seed));
        await expectWhole(found, keys, acknowledged, `cut at call ${cut}, picture ${picture}`);
      }
    }
  });
});

test('the plug is pulled again while the ledger recovers', async () => {
  const keys = await newKeys();
  for (let seed = 1; seed <= 100; seed += 1) {
    const dice = random(seed);
    const disk = new UnreliableDisk(dice(120));
    const ledger = await openLedger({ dir: 'memory', keys, files: disk.files }).catch(() => undefined);
    const acknowledged =
      ledger === undefined ? new Map<number, string>() : await appendUntilCut(ledger, [3, 252, 2, 5]);
    let found = disk.afterPowerCut(dice);
    for (let again = 0; again < 3; again += 1) {
      found.cutAfter(dice(25));
      await openLedger({ dir: 'memory', keys, files: found.files }).catch(() => undefined);
      found = found.afterPowerCut(dice);
    }
    await expectWhole(found, keys, acknowledged, `seed ${seed}`);
  }
});
