import { makeWorld, SHOP, keys } from './world.ts';
import { sealRoot } from '../src/index.ts';

// Seals a directory as whoever started this; prints the result.
const [dir = '', out = ''] = process.argv.slice(2);
const { blobs, root, gone } = makeWorld();
console.log(JSON.stringify(await sealRoot({ root, dir, shop: SHOP, by: 'test', blobs, out, ...keys })));
gone();
