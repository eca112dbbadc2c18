import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { publicKeyFiles } from '../src/index.ts';
import { makeWorld, type World } from './world.ts';
import { hasTool } from './tools.ts';

let world: World | undefined;
afterEach(() => world?.gone());

/** How an auditor types it, in the seal directory. */
const TOOLS = [
  {
    tool: 'openssl',
    signature: 'RELEASE.sig',
    key: 'komainu.pub',
    command: 'openssl pkeyutl -verify -pubin -inkey komainu.pub -rawin -in RELEASE -sigfile RELEASE.sig',
  },
  {
    tool: 'signify-openbsd',
    signature: 'RELEASE.signify',
    key: 'komainu-signify.pub',
    command: 'signify-openbsd -V -p komainu-signify.pub -x RELEASE.signify -m RELEASE',
  },
  {
    tool: 'minisign',
    signature: 'RELEASE.minisig',
    key: 'komainu-minisign.pub',
    command: 'minisign -V -p komainu-minisign.pub -m RELEASE',
  },
  {
    tool: 'ssh-keygen',
    signature: 'RELEASE.sshsig',
    key: 'allowed_signers',
    command:
      'ssh-keygen -Y verify -f allowed_signers -I komainu-seal -n komainu-seal -s RELEASE.sshsig < RELEASE',
  },
] as const;

const flipped = (bytes: Buffer, at: number) => {
  const bad = Buffer.from(bytes);
  bad[at] = (bad[at] ?? 0) ^ 1;
  return bad;
};

/** Bytes in the middle of a signature's first line of base64; a comment that nothing covers is not one. */
function inside(signature: string, bytes: Buffer): number {
  if (signature === 'RELEASE.sig') return 40;
  const lines = bytes.toString().split('\n');
  return (lines[0]?.length ?? 0) + 1 + Math.floor((lines[1]?.length ?? 0) / 2);
}

describe.each(TOOLS)('$tool', ({ tool, signature, key, command }) => {
  const check = (dir: string) => spawnSync('sh', ['-c', command], { cwd: dir, encoding: 'utf8' });

  it.skipIf(!hasTool(tool))(
    'verifies RELEASE, and refuses it with one byte flipped, in it or in its signature, or by another key',
    async () => {
      world = makeWorld({ 'index.php': '<?php echo 1;' });
      await world.seal();
      const dir = realpathSync(join(world.out, 'current'));
      const good = check(dir);
      expect([good.status, good.stderr]).toEqual([0, expect.any(String)]);

      for (const file of ['RELEASE', signature]) {
        const bytes = readFileSync(join(dir, file));
        const at = file === 'RELEASE' ? Math.floor(bytes.length / 2) : inside(signature, bytes);
        writeFileSync(join(dir, file), flipped(bytes, at));
        expect([file, check(dir).status]).not.toEqual([file, 0]);
        writeFileSync(join(dir, file), bytes);
      }
      expect(check(dir).status).toBe(0);

      const other = publicKeyFiles(generateKeyPairSync('ed25519').publicKey);
      writeFileSync(join(dir, key), other[key] ?? '');
      expect(check(dir).status).not.toBe(0);
    },
  );
});

describe('the signatures', () => {
  it.skipIf(!hasTool('minisign'))(
    'minisign shows what is signed along with RELEASE, and refuses another',
    async () => {
      world = makeWorld({ a: '1' });
      await world.seal();
      const dir = realpathSync(join(world.out, 'current'));
      const minisign = () =>
        spawnSync('minisign', ['-V', '-p', 'komainu-minisign.pub', '-m', 'RELEASE'], {
          cwd: dir,
          encoding: 'utf8',
        });
      expect(minisign().stdout).toContain('Trusted comment: shop shop, root app, release 1');
      const file = join(dir, 'RELEASE.minisig');
      writeFileSync(file, readFileSync(file, 'utf8').replace('release 1', 'release 2'));
      expect(minisign().status).not.toBe(0);
    },
  );

  it.skipIf(!hasTool('ssh-keygen'))('ssh-keygen refuses it for another purpose', async () => {
    world = makeWorld({ a: '1' });
    await world.seal();
    const command =
      'ssh-keygen -Y verify -f allowed_signers -I komainu-seal -n file -s RELEASE.sshsig < RELEASE';
    expect(spawnSync('sh', ['-c', command], { cwd: world.out }).status).not.toBe(0);
  });
});
