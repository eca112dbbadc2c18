import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ready } from '../launcher/shop.ts';
import { readSettings, SettingsError } from '../launcher/settings.ts';
import { after, describe, it } from './runner.ts';

const data = mkdtempSync(join(tmpdir(), 'komorebi-launch-'));
after(() => rmSync(data, { recursive: true, force: true }));

const start = (env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../start.ts', import.meta.url))], {
    env: { ...process.env, SHOP_PORT_BASE: '0', SHOP_DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, exit };
};
const text = async (stream: ChildProcess['stdout']): Promise<string> => {
  let all = '';
  for await (const part of stream ?? []) all += String(part);
  return all;
};
const firstLine = (child: ChildProcess) =>
  new Promise<Ready>((resolve, reject) => {
    let all = '';
    child.stdout?.on('data', (part) => {
      all += String(part);
      if (all.includes('\n')) resolve(JSON.parse(all) as Ready);
    });
    child.once('exit', () => reject(new Error('stopped early')));
  });
const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the launcher', () => {
  it('prints one line when all answer, and takes its children along; a second start finds the same shop', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, exit } = start({});
      const ready = await firstLine(child);
      assert.equal(ready.ready, true);
      assert.equal((await fetch(ready.storefront)).status, 200);
      assert.equal((await fetch(`${ready.engine}?query={__typename}`)).status < 500, true);
      child.kill(signal);
      assert.equal(await exit, 0);
      assert.equal(alive(ready.pids.engine), false);
    }
  });

  it('leaves no engine behind when it is killed', async () => {
    const { child, exit } = start({});
    const ready = await firstLine(child);
    child.kill('SIGKILL');
    await exit;
    while (alive(ready.pids.engine)) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('says in one sentence what is wrong with an address, or that it is taken', async () => {
    const wrong = start({ SHOP_PROVIDER: '10.0.0.1:80' });
    assert.match(await text(wrong.child.stderr), /^shop: SHOP_PROVIDER: expected a loopback address/);
    assert.equal(await wrong.exit, 1);
    assert.throws(() => readSettings({ SHOP_PORT_BASE: 'x' }), SettingsError);
    const { storefront } = readSettings({ SHOP_PORT_BASE: '7000' }).addresses;
    assert.deepEqual(storefront, { host: '127.0.0.10', port: 7000 });
  });
});
