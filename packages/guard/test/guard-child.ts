import { readFileSync } from 'node:fs';
import { openFileBlobs } from '@komainu/evidence';
import type { GuardedRoot } from '../src/index.ts';
import { runGuard } from '../src/index.ts';
import { TOKEN } from './fake-server.ts';
import { GUARD, SHOP } from './world.ts';

// A guard in a process of its own, to be killed: `node guard-child.ts <settings.json>`.
const { server, root, data, blobs, key } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as {
  server: string;
  root: GuardedRoot;
  data: string;
  blobs: string;
  key: string;
};
const running = await runGuard({
  server,
  token: TOKEN,
  guard: GUARD,
  shop: SHOP,
  roots: [root],
  publicKey: key,
  blobs: await openFileBlobs({ dir: blobs }),
  data,
  heartbeatMs: 50,
  reconcileMs: 500,
  onEvent: ({ event, message }) => process.stdout.write(`${event} ${message}\n`),
});
if (running.kind === 'refused') throw new Error(running.message.en);
await running.guard.ready;
process.stdout.write('ready\n');
