import { mkdtempSync, openSync, readSync, writeFileSync, writeSync, closeSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from '../lib/api.ts';
import type { Voice } from '../lib/say.ts';
import type { KomainuStage } from '../lib/stage.ts';

/** Takes the evidence to another directory, verifies it there with the key alone, alters one byte, verifies again. */
export async function collectEvidence(stage: {
  readonly api: Api;
  readonly komainu: KomainuStage;
  readonly voice: Voice;
  readonly dir: string;
}): Promise<void> {
  const { api, komainu, voice } = stage;
  voice.scene('5  Evidence that others can verify', '5　第三者が検証できる証拠');
  const elsewhere = mkdtempSync(join(tmpdir(), 'komainu-evidence-'));
  const bundle = join(elsewhere, 'bundle.tar');
  const key = join(elsewhere, 'ledger.vkey');
  const response = await api.get('/api/evidence/bundle');
  writeFileSync(bundle, Buffer.from(await response.arrayBuffer()));
  writeFileSync(key, `${(await api.state()).ledger.vkey}\n`);
  const verify = () => komainu.run('evidence', 'verify', bundle, '--key', key);
  const whole = await verify();
  voice.expect(whole.code === 0, `verifies offline: ${bundle}`, `オフラインで検証: ${bundle}`);
  flipOneByte(bundle);
  const altered = await verify();
  voice.expect(
    altered.code === 1,
    'one altered byte is found and named',
    '1バイトの改変も検出し、場所を示す',
  );
  flipOneByte(bundle);
}

/** The same byte each time, in the middle of the file: twice undoes it. */
function flipOneByte(file: string): void {
  const at = Math.floor(statSync(file).size / 2);
  const fd = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 1;
  writeSync(fd, byte, 0, 1, at);
  closeSync(fd);
}
