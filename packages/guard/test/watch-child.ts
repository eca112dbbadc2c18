import { readFileSync } from 'node:fs';
import { openSeal, watchRoot, type WatchOptions } from '../src/index.ts';
import { GUARD, memoryBlobs } from './world.ts';

// A watch in a process of its own, with other rights or limits: `node watch-child.ts <dir> <seal> <pub.pem> [source]`.
const [dir = '', out = '', pub = '', events = 'auto'] = process.argv.slice(2);
const opened = await openSeal({ dir: out, publicKey: readFileSync(pub, 'utf8') });
if (opened.kind === 'refused') throw new Error(opened.message.en);
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const watch = watchRoot({
  seal: opened.seal,
  dir,
  guard: GUARD,
  blobs: memoryBlobs(),
  reconcileMs: events === 'auto' ? 300 : 3_600_000,
  events: events as NonNullable<WatchOptions['events']>,
  onReport: ({ changes, gaps }) => say({ changes: changes.map(({ kind, path }) => `${kind} ${path}`), gaps }),
  onProblem: (problem) => say({ problem }),
});
await watch.ready;
say({ ready: true });
