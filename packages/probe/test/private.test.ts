import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChromium } from '../src/browser/chromium.ts';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { kindOfAddress, RANGES } from '../src/network/address.ts';
import { ownPorts } from '../src/network/own-ports.ts';
import { BAD_PORTS, permit } from '../src/network/rules.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

describe('addresses', () => {
  test.each(RANGES)('%s is %s: %s', (_range, kind, example) => {
    expect(kindOfAddress(example)).toBe(kind);
    expect(permit(example, 443, false).kind).toBe('refused');
  });
  test.each([
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['[::FFFF:10.0.0.1]', 'private'],
    ['::ffff:0:192.168.0.1', 'private'],
    ['::10.0.0.1', 'private'],
    ['64:ff9b::a9fe:a9fe', 'metadata'],
    ['64:ff9b::192.168.1.1', 'private'],
    ['2002:7f00:1::', 'loopback'],
    ['2002:c0a8:101:1::5', 'private'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', 'metadata'],
    ['fd00:0ec2:0:0:0:0:0:254', 'metadata'],
  ] as const)('%s in other clothes is %s', (address, kind) => {
    expect(kindOfAddress(address)).toBe(kind);
  });
  test.each([
    '93.184.215.14',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '64:ff9b::5db8:d70e',
    '2002:5db8:d70e::1',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => {
    expect(kindOfAddress(address)).toBe('public');
    expect(permit(address, 443, false).kind).toBe('allowed');
  });
  test.each(['', 'localhost', '127.1', '0x7f.0.0.1', '1.2.3.4.5', ':::', '127.0.0.1\0'])(
    '%j is no address',
    (text) => {
      expect(permit(text, 80, true).kind).toBe('refused');
    },
  );
});

describe('rules', () => {
  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '100.64.0.1',
    'fd12::1',
    'fe80::1',
    '::1',
  ])('%s may be spoken to where the shop lives in a private network', (address) => {
    expect(permit(address, 8080, false)).toMatchObject({ kind: 'refused', private: true });
    expect(permit(address, 8080, true).kind).toBe('allowed');
  });
  test.each([
    '169.254.169.254',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '168.63.129.16',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
  ])('%s never', (address) => {
    expect(permit(address, 80, true)).toMatchObject({ kind: 'refused', private: false });
  });
  test('ports that are none of the web’s', () => {
    for (const port of BAD_PORTS) expect(permit('93.184.215.14', port, false).kind).toBe('refused');
    expect(permit('93.184.215.14', 25, true).kind).toBe('allowed');
    expect(permit('93.184.215.14', 8443, false).kind).toBe('allowed');
  });
});

describe('visits', () => {
  let browser: ProbeBrowser;
  let shop: Site;
  let inside: Site;
  const pages = (): Site['pages'] => ({
    '/': `<label>カード番号 <input autocomplete="cc-number"></label><script>
const tell = (name) => (error) => fetch('/told?' + name + '=' + error.name);
fetch('http://169.254.169.254/latest/meta-data/', { mode: 'no-cors' }).catch(tell('metadata'));
fetch('http://[fd00:ec2::254]/', { mode: 'no-cors' }).catch(tell('metadata6'));
fetch('${inside.origin}/secret', { mode: 'no-cors' }).catch(tell('own'));
const socket = new WebSocket('ws://127.0.0.1:${inside.port}/devtools/browser/x'); socket.onerror = () => tell('socket')({ name: 'Event' });
</script>`,
  });
  beforeAll(async () => {
    browser = await openBrowser();
    inside = await startSite('127.0.0.1', { '/secret': 'secret' });
    shop = await startSite('127.0.0.1', {});
    shop.pages = pages();
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([shop.close(), inside.close()]);
  });

  test('a page of a private network is not visited unless its shop says so, and the failure says how', async () => {
    const { recording } = await run(browser, pageOf(`http://shop.localhost:${shop.port}/`), null, {
      privateNetwork: false,
    });
    expect(shop.received).toEqual([]);
    expect(recording.failure).toMatchObject({ code: 'address-refused' });
    expect(recording.failure?.message.en).toContain('privateNetwork: true');
    expect(recording.failure?.message.ja).toContain('--private-network');
    const { connections } = recording.artifacts;
    if (connections?.kind !== 'observed') throw new Error('connections were not observed');
    expect(connections.gaps).toMatchObject([{ code: 'address-refused' }]);
    // Chromium may knock twice.
    expect(connections.value).not.toEqual([]);
    for (const one of connections.value)
      expect(one).toMatchObject({ host: 'shop.localhost', address: null, outcome: { kind: 'refused' } });
  });

  test('metadata and the probe’s own ports stay shut even there; the page sees ordinary errors', async () => {
    ownPorts.add(inside.port);
    try {
      const { recording, wire } = await run(browser, pageOf(`http://shop.localhost:${shop.port}/`));
      expect(recording.failure).toBeNull();
      expect(inside.received).toEqual([]);
      const told = new Set(shop.got('/told').map((item) => item.url.split('?')[1]));
      expect(told).toEqual(
        new Set(['metadata=TypeError', 'metadata6=TypeError', 'own=TypeError', 'socket=Event']),
      );
      const { connections } = recording.artifacts;
      const gaps =
        connections?.kind === 'observed' ? connections.gaps.map((gap) => `${gap.code} ${gap.url}`) : [];
      expect(new Set(gaps)).toEqual(
        new Set(
          ['169.254.169.254:80', '[fd00:ec2::254]:80', `127.0.0.1:${inside.port}`].map(
            (where) => `address-refused ${where}`,
          ),
        ),
      );
      expect(wire.find((message) => message.url.endsWith('/secret'))?.outcome.kind).toBe('failed');
    } finally {
      ownPorts.delete(inside.port);
    }
  });

  test('the DevTools port of a browser is one of them as long as it runs', async () => {
    const chromium = await startChromium('/usr/bin/chromium');
    const port = Number(new URL(chromium.address).port);
    expect(permit('127.0.0.1', port, true).kind).toBe('refused');
    await chromium.close();
    expect(permit('127.0.0.1', port, true).kind).toBe('allowed');
  });
});
