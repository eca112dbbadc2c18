import { readFileSync } from 'node:fs';
import { openFileBlobs } from '@komainu/evidence';
import { DatabaseConfig } from '@komainu/model';
import { databaseOf, runGuard } from '../src/index.ts';
import { TOKEN } from './fake-server.ts';
import { GUARD, SHOP } from './world.ts';

// A guard of a database in a process of its own, to be killed: `node database-child.ts <settings.json>`.
const { server, seal, config, data, blobs, key } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
) as {
  server: string;
  seal: string;
  config: unknown;
  data: string;
  blobs: string;
  key: string;
};
const database = DatabaseConfig.parse(config);
const running = await runGuard({
  server,
  token: TOKEN,
  guard: GUARD,
  shop: SHOP,
  roots: [
    { root: database.id, seal, database: { open: databaseOf(database, {}), everyMs: 20, wholeEveryMs: 100 } },
  ],
  publicKey: key,
  blobs: await openFileBlobs({ dir: blobs }),
  data,
  heartbeatMs: 50,
  onEvent: ({ event, message }) => process.stdout.write(`${event} ${message}\n`),
});
if (running.kind === 'refused') throw new Error(running.message.en);
await running.guard.ready;
process.stdout.write('ready\n');
