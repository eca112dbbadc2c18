import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { hasTool } from './tools.ts';
import { keys, makeWorld, type World } from './world.ts';

let world: World | undefined;
afterEach(() => world?.gone());

/** The commands an auditor is told to type, as the document has them. */
const COMMANDS = readFileSync(join(import.meta.dirname, '../../../docs/sealing.md'), 'utf8')
  .split('\n')
  .filter((line) => /^(?:openssl|grep|signify-openbsd|minisign|ssh-keygen) /.test(line));

it('the document names them all', () => {
  expect(COMMANDS.map((line) => line.split(' ')[0])).toEqual([
    'openssl',
    'grep',
    'grep',
    'signify-openbsd',
    'minisign',
    'ssh-keygen',
  ]);
});

it.each(COMMANDS)('%s', async (line) => {
  const tool = line.startsWith('grep')
    ? line.includes('mtree')
      ? 'mtree'
      : 'sha256sum'
    : (line.split(' ')[0] ?? '');
  if (!hasTool(tool)) return;
  const at = (world = makeWorld({ 'index.php': '<?php echo 1;', 'a b/c.js': 'c' }));
  await at.seal();
  const key = join(at.base, 'auditor.pub');
  writeFileSync(key, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const command = line.replace('~/komainu.pub', key).replaceAll('/var/www/shop', at.dir);
  const type = () => spawnSync('bash', ['-c', command], { cwd: join(at.out, 'current') }).status;
  expect(type()).toBe(0);
  const altered = line.startsWith('grep') ? at.at('index.php') : realpathSync(join(at.out, 'RELEASE'));
  const bytes = readFileSync(altered);
  writeFileSync(altered, Buffer.concat([bytes.subarray(0, -1), Buffer.from('!')]));
  expect(type()).not.toBe(0);
  writeFileSync(altered, bytes);
  if (!line.startsWith('grep')) return;
  // A manifest that is not the one RELEASE names counts for nothing, though the files agree with it.
  const manifest = realpathSync(join(at.out, tool === 'mtree' ? 'MANIFEST.mtree' : 'MANIFEST'));
  writeFileSync(manifest, `${readFileSync(manifest, 'utf8').split('\n').slice(0, 1).join('\n')}\n`);
  expect(type()).not.toBe(0);
});
