import { readFileSync } from 'node:fs';
import { installSeal } from '../src/index.ts';
import { memoryBlobs, ROOT_ID, SHOP } from './world.ts';

// Installs one release after the other, until it is killed.
const [out = '', pub = '', files = '', ...releases] = process.argv.slice(2);
const publicKey = readFileSync(pub, 'utf8');
for (const from of releases)
  await installSeal({
    from,
    out,
    publicKey,
    shop: SHOP,
    root: ROOT_ID,
    highest: `${out}.highest`,
    files,
    blobs: memoryBlobs(),
  });
