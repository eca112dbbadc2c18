import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type EvidenceError,
  leafHash,
  openLedger,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
  verifyInclusion,
  verifyLedger,
} from '../src/index.ts';
import { bytes, codeOf, newKeys, removeTempDirs, tempDir, textOf } from './helpers.ts';

afterAll(removeTempDirs);

const ZERO = new Uint8Array(32);

async function filled(count: number) {
  const dir = tempDir();
  const keys = await newKeys();
  const ledger = await openLedger({ dir, keys });
  await Promise.all(Array.from({ length: count }, (_, at) => ledger.append(bytes(`entry ${at}`))));
  return { dir, keys, ledger };
}

describe('appending', () => {
  test('indexes follow the order of the calls, and the receipt covers the entry', async () => {
    const { ledger } = await filled(0);
    const done = await Promise.all(['a', 'b', 'c'].map((text) => ledger.append(bytes(text))));
    expect(done.map(({ index }) => index)).toEqual([0, 1, 2]);
    const fourth = await ledger.append(bytes('d'));
    expect(fourth).toMatchObject({ index: 3, checkpoint: { size: 4 } });
    await ledger.close();
  });

  test('appends made together share a commit', async () => {
    const { ledger } = await filled(0);
    const done = await Promise.all(Array.from({ length: 1000 }, () => ledger.append(bytes('x'))));
    expect(new Set(done.map(({ checkpoint }) => checkpoint.size))).toEqual(new Set([1000]));
    await ledger.close();
  });

  test('what resolved is what the checkpoint file covers', async () => {
    const { dir, ledger } = await filled(0);
    for (let at = 0; at < 5; at += 1) {
      const { checkpoint } = await ledger.append(bytes(`${at}`));
      expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toBe(checkpoint.note);
      expect(parseCheckpoint(parseNote(bytes(checkpoint.note))?.text ?? '')?.size).toBe(at + 1);
    }
    await ledger.close();
  });

  test('the caller may use its buffer again at once', async () => {
    const { ledger } = await filled(0);
    const buffer = Buffer.from('before');
    const done = ledger.append(buffer);
    buffer.write('after!');
    await done;
    expect(textOf(await ledger.entry(0))).toBe('before');
    await ledger.close();
  });

  test('empty and longest entries', async () => {
    const { ledger } = await filled(0);
    await Promise.all([ledger.append(new Uint8Array(0)), ledger.append(new Uint8Array(65_535).fill(7))]);
    expect(await ledger.entry(0)).toHaveLength(0);
    expect(await ledger.entry(1)).toHaveLength(65_535);
    await ledger.close();
  });

  test('refusals have codes, and leave the ledger as it was', async () => {
    const { ledger } = await filled(1);
    expect(await codeOf(ledger.append(new Uint8Array(65_536)))).toBe('entry-too-large');
    expect(await codeOf(ledger.append(bytes('{"kind":"key.rotated","data":{}}')))).toBe('entry-reserved');
    expect(await codeOf(ledger.append(bytes('{"data":{"kind":"key.rotated"}}')))).toBe('resolved');
    expect(ledger.size).toBe(2);
    await ledger.close();
    expect(await codeOf(ledger.append(bytes('late')))).toBe('ledger-closed');
  });

  test('closing waits for what was given before', async () => {
    const { dir, keys, ledger } = await filled(0);
    const done = Promise.all(Array.from({ length: 50 }, () => ledger.append(bytes('x'))));
    await ledger.close();
    await done;
    const again = await openLedger({ dir, keys });
    expect(again.size).toBe(50);
    await again.close();
  });
});

describe('reading', () => {
  test('entries by number and in order, from memory and from disk', async () => {
    const { dir, keys, ledger } = await filled(700);
    const check = async (reader: typeof ledger): Promise<void> => {
      for (const index of [0, 255, 256, 511, 512, 699])
        expect(textOf(await reader.entry(index))).toBe(`entry ${index}`);
      const read: string[] = [];
      for await (const { index, bytes: entry } of reader.entries(250, 520))
        read.push(`${index}:${textOf(entry)}`);
      expect(read).toHaveLength(270);
      expect([read[0], read.at(-1)]).toEqual(['250:entry 250', '519:entry 519']);
      let all = 0;
      for await (const { index } of reader.entries()) expect(index).toBe(all++);
      expect(all).toBe(700);
    };
    await check(ledger);
    await ledger.close();
    const again = await openLedger({ dir, keys });
    expect(again.recovery).toEqual({ kind: 'intact' });
    await check(again);
    await again.close();
  });

  test('out of range', async () => {
    const { ledger } = await filled(3);
    for (const index of [-1, 3, 0.5, Number.NaN])
      expect(await codeOf(ledger.entry(index))).toBe('out-of-range');
    expect(await codeOf(ledger.inclusionProof(3))).toBe('out-of-range');
    expect(await codeOf(ledger.inclusionProof(2, 2))).toBe('out-of-range');
    expect(await codeOf(ledger.consistencyProof(2, 4))).toBe('out-of-range');
    expect(await codeOf(ledger.consistencyProof(3, 2))).toBe('out-of-range');
    expect(await codeOf(ledger.entries(0, 4)[Symbol.asyncIterator]().next())).toBe('out-of-range');
    await ledger.close();
  });

  test('a reader in the middle of an iteration is not disturbed by appends', async () => {
    const { ledger } = await filled(300);
    let seen = 0;
    for await (const { bytes: entry } of ledger.entries()) {
      expect(textOf(entry)).toBe(`entry ${seen++}`);
      if (seen % 50 === 0) await ledger.append(bytes('more'));
    }
    expect(seen).toBe(300);
    await ledger.close();
  });
});

test('proofs between any sizes hold against roots that were signed', async () => {
  const { dir, keys, ledger } = await filled(0);
  const roots = new Map<number, Uint8Array>();
  for (const count of [1, 2, 60, 190, 4, 300, 513]) {
    await Promise.all(Array.from({ length: count }, () => ledger.append(bytes(`entry ${ledger.size}`))));
    roots.set(ledger.size, ledger.checkpoint().root);
  }
  await ledger.close();
  const again = await openLedger({ dir, keys });
  const sizes = [...roots.keys()];
  for (const to of sizes) {
    const toRoot = roots.get(to) ?? ZERO;
    expect(Buffer.from(await again.rootAt(to)).equals(toRoot)).toBe(true);
    for (const from of sizes.filter((size) => size <= to)) {
      const proof = await again.consistencyProof(from, to);
      expect(verifyConsistency({ from, fromRoot: roots.get(from) ?? ZERO, to, toRoot, proof })).toBe(true);
    }
    for (const index of [0, 1, 62, 63, 255, 256, 512, to - 1].filter((at) => at < to)) {
      const claim = { index, size: to, leaf: leafHash(await again.entry(index)), root: toRoot };
      expect(verifyInclusion({ ...claim, proof: await again.inclusionProof(index, to) })).toBe(true);
    }
  }
  await again.close();
});

describe('one writer', () => {
  test('a second one in the same process is refused in a sentence, and may have it afterwards', async () => {
    const { dir, keys, ledger } = await filled(2);
    const refused = await openLedger({ dir, keys }).catch((error: unknown) => error as EvidenceError);
    expect(refused).toMatchObject({ code: 'ledger-locked' });
    expect((refused as EvidenceError).message).toContain(`process ${process.pid}`);
    await ledger.append(bytes('still mine'));
    await ledger.close();
    const second = await openLedger({ dir, keys });
    expect(second.size).toBe(3);
    await second.close();
  });

  test('a leftover lock of a dead process does not count, whoever has its number now', async () => {
    const { dir, keys, ledger } = await filled(1);
    await ledger.close();
    // `lock` and `lock.owner` are still there, and lock.owner names this very process, which is alive.
    expect(readFileSync(join(dir, 'lock.owner'), 'utf8')).toBe(`process ${process.pid}`);
    const again = await openLedger({ dir, keys });
    await again.close();
  });

  test('of many that try at once one wins', async () => {
    const { dir, keys, ledger } = await filled(1);
    await ledger.close();
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => openLedger({ dir, keys })));
    const won = tries.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    expect(won).toHaveLength(1);
    for (const winner of won) await winner.close();
  });
});

test('a reader verifies the live ledger while the writer works', async () => {
  const { dir, keys, ledger } = await filled(500);
  const writer = (async () => {
    for (let at = 0; at < 150; at += 1) await ledger.append(bytes(`live ${at}`));
  })();
  let verified = 0;
  while (ledger.size < 650) {
    expect(await verifyLedger(dir, keys.vkey)).toMatchObject({ ok: true });
    verified += 1;
  }
  await writer;
  expect(verified).toBeGreaterThan(0);
  expect(await verifyLedger(dir, keys.publicKey)).toMatchObject({ ok: true, size: 650, keys: [keys.vkey] });
  await ledger.close();
});
