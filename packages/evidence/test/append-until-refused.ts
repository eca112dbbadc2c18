// Run by disk-full.test.ts under a limit on the size of files.
import { join } from 'node:path';
import { EvidenceError, openKeys, openLedger } from '../src/index.ts';
import { NAME } from './names.ts';

const dir = process.argv[2] ?? '';
const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
let acknowledged = 0;
let message = '';
const codes: string[] = [];
while (codes.length < 3)
  try {
    await ledger.append(new Uint8Array(2000).fill(65));
    acknowledged += 1;
  } catch (error) {
    codes.push(error instanceof EvidenceError ? error.code : String(error));
    message = error instanceof Error ? error.message : '';
  }
await ledger.close();
process.stdout.write(JSON.stringify({ acknowledged, codes, message }));
