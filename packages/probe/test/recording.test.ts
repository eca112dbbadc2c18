import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { canonicalBytes, Recording } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, ProbeError } from '../src/index.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

let shop: Site;
beforeAll(async () => {
  shop = await startSite('127.0.0.71', {
    '/pay': '<label>カード番号<input autocomplete="cc-number"></label>',
  });
});
afterAll(() => shop.close());

const profiles = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('komainu-visit-'));
/** Ids of processes that name the profile on their command line. */
const processesOf = (profile: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile);
    } catch {
      return false;
    }
  });
const newProfile = (before: readonly string[]): string =>
  profiles().find((name) => !before.includes(name)) ?? '';

test('a recording has the model’s form, and its reference is the hash of its canonical JSON', async () => {
  const browser = await openBrowser();
  const { recording, ref, blobs } = await run(browser, pageOf(`${shop.origin}/pay`));
  expect(Recording.parse(recording)).toEqual(recording);
  expect(Buffer.from(await blobs.get(ref))).toEqual(Buffer.from(canonicalBytes(recording)));
  const { scripts, wire, screenshots } = recording.artifacts;
  if (scripts.kind === 'observed')
    for (const script of scripts.value) expect(await blobs.has(script.body)).toBe(true);
  if (wire.kind === 'observed')
    for (const message of wire.value)
      if (message.body.kind === 'bytes') expect(await blobs.has(message.body.blob)).toBe(true);
  expect(screenshots.kind === 'observed' && screenshots.value.map((shot) => shot.label)).toEqual([
    'before-typing',
    'after-typing',
    'end',
  ]);
  await browser.close();
});

test('twenty visits, four side by side, leave no process and no profile behind', async () => {
  const before = profiles();
  const browser = await openBrowser();
  const profile = newProfile(before);
  expect(processesOf(profile).length).toBeGreaterThan(0);
  for (let round = 0; round < 5; round++) {
    const results = await Promise.all(
      Array.from({ length: 4 }, () => run(browser, pageOf(`${shop.origin}/pay`))),
    );
    for (const { recording, cardFields, canary, wire } of results) {
      expect(recording.failure).toBeNull();
      expect(cardFields).toHaveLength(1);
      // No visit sees another's traffic.
      expect(wire.filter((message) => message.resource === 'document')).toHaveLength(2);
      expect(recording.visit.canary).toEqual(canary);
    }
  }
  await browser.close();
  await browser.close();
  expect(processesOf(profile)).toEqual([]);
  expect(existsSync(`${tmpdir()}/${profile}`)).toBe(false);
});

test('the browser is killed in mid-visit: a typed failure, and the next visit opens a new one', async () => {
  const browser = await openBrowser();
  const first = browser.pid();
  const visiting = run(browser, pageOf(`${shop.origin}/pay`));
  setTimeout(() => process.kill(first ?? 0, 'SIGKILL'), 700);
  const { recording } = await visiting;
  expect(recording.failure?.code).toBe('browser');
  expect(() => Recording.parse(recording)).not.toThrow();
  const next = await run(browser, pageOf(`${shop.origin}/pay`));
  expect(next.recording.failure).toBeNull();
  expect(browser.pid()).not.toBe(first);
  await browser.close();
});

test('the probe’s own process is killed: browser and profile go with it', async () => {
  const before = profiles();
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '-e',
      `import('${new URL('../src/index.ts', import.meta.url).href}').then((p) => p.openBrowser()).then((b) => console.log(b.pid()))`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
  );
  const profile = newProfile(before);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  child.kill('SIGKILL');
  for (let i = 0; i < 200 && (processesOf(profile).length > 0 || existsSync(`${tmpdir()}/${profile}`)); i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(processesOf(profile)).toEqual([]);
  expect(existsSync(`${tmpdir()}/${profile}`)).toBe(false);
});

test('without Chromium the probe says so, once, as an error of its own', async () => {
  await expect(openBrowser({ executable: '/nowhere/chromium' })).rejects.toMatchObject({
    code: 'no-browser',
  });
  await expect(openBrowser({ executable: '/bin/false' })).rejects.toBeInstanceOf(ProbeError);
});
