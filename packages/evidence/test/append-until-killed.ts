// Run by crash.test.ts: appends from several sides at once, now and then with a new key, and says on its output what was
// acknowledged: `index sha256` per line, written at once so that a kill cannot hold it back.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openKeys, openLedger } from '../src/index.ts';
import { NAME } from './names.ts';

const [dir = '', round = ''] = process.argv.slice(2);
const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
writeSync(1, `open ${ledger.recovery.kind}\n`);

async function side(number: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const entry = Buffer.from(`${round}/${number}/${count} ${'x'.repeat((number * 97 + count * 13) % 700)}`);
    const { index } = await ledger.append(entry);
    writeSync(1, `${index} ${createHash('sha256').update(entry).digest('hex')}\n`);
  }
}

async function rotate(): Promise<never> {
  for (;;) {
    await ledger.rotateKey();
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

await Promise.all([
  ...Array.from({ length: 6 }, (_, number) => side(number)),
  ...(Number(round) % 3 === 0 ? [rotate()] : []),
]);
