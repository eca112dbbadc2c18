import type { Connection } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { silentConnections, unseenConnection } from '../src/detectors/unseen-connection.ts';
import { approval, AT, message, SHOP, store } from './make.ts';

const { bodies } = store();
const context = { baseline: approval().baseline, bodies };
const connection = (host: string, more: Partial<Connection> = {}): Connection => ({
  id: '0',
  at: AT,
  host,
  port: 443,
  kind: 'tunnel',
  address: '203.0.113.7',
  sent: 2_047,
  received: 4_000,
  outcome: { kind: 'opened' },
  ...more,
});
const detect = (connections: readonly Connection[], wire = [message(`${SHOP}/`)]) =>
  unseenConnection.detect({ connections, wire }, context);

describe('says so', () => {
  test('a host nobody has approved was connected to, and no message tells of it', () => {
    const [found, ...others] = detect([
      connection('shop.test'),
      connection('evil.test'),
      connection('evil.test'),
    ]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ subject: 'https://evil.test', grade: 'changed', severity: 'high' });
    expect(found?.title.en).toBe('The browser connected to evil.test:443, and no message to it was seen.');
    expect(found?.detail.en).toContain('2 times');
    expect(found?.references?.map(({ pointer }) => pointer)).toEqual([
      '/artifacts/connections/value/1',
      '/artifacts/connections/value/2',
    ]);
  });
  test.each([
    ['more than a greeting of TLS', { sent: 3_100 }],
    ['a request in the clear', { kind: 'http', port: 80, sent: 180 }],
  ] as const)('%s went there: what it was is not known', (_name, more) => {
    expect(detect([connection('evil.test', more)])).toMatchObject([
      { grade: 'unobserved', severity: 'high' },
    ]);
  });
  test('another port of a known host is another server', () => {
    expect(detect([connection('shop.test', { port: 3478 })])).toMatchObject([
      { subject: 'https://shop.test:3478' },
    ]);
  });
  test('a host that was asked for and not reached', () => {
    const outcome = { kind: 'failed', error: 'ENOTFOUND' } as const;
    const [found] = detect([
      connection('card-4929.evil.test', { outcome, address: null, sent: 0, received: 0 }),
    ]);
    expect(found).toMatchObject({ grade: 'changed' });
    expect(found?.detail.en).toContain('not reached');
  });
  test('made-up labels of a host do not make another finding at every visit', () => {
    expect(detect([connection('a8f3c901b2d4e5f6a7b8.evil.test')])[0]?.subject).toBe('https://*.evil.test');
  });
});

describe('stays quiet', () => {
  test('where a message is known, whatever its scheme and spelling', () => {
    const wire = [
      message(`${SHOP}/`),
      message('wss://live.test/socket', { channel: 'websocket' }),
      message('http://[2001:db8::1]:8080/x'),
      message('https://UPPER.test./x'),
    ];
    const connections = [
      connection('shop.test', { sent: 90_000 }),
      connection('live.test'),
      connection('2001:db8::1', { port: 8080, kind: 'http' }),
      connection('upper.test'),
    ];
    expect(detect(connections, wire)).toEqual([]);
  });
  test('where the host is approved: a preconnect, a favicon', () => {
    expect(detect([connection('pay.test', { sent: 2_100 })])).toEqual([]);
  });
  test('about what the browser asks for itself', () => {
    expect(detect([connection('connectivitycheck.gstatic.com', { kind: 'http', port: 80 })])).toEqual([]);
  });
});

describe('bears', () => {
  test('no baseline: said, low, so that a first look is not drowned', () => {
    const found = unseenConnection.detect(
      { connections: [connection('cdn.test')], wire: [] },
      { ...context, baseline: null },
    );
    expect(found).toMatchObject([{ grade: 'changed', severity: 'low' }]);
  });
  test('hosts and addresses that are none', () => {
    const found = detect(
      [connection(''), connection('\ud800', { port: 0 }), connection('x'.repeat(300))],
      [message('http://'), message('blob:x')],
    );
    expect(found).toHaveLength(3);
  });
  test('what a baseline would call it', () => {
    const names = silentConnections(
      [
        connection('a.test'),
        connection('b.test', { port: 80 }),
        connection('c.test', { kind: 'http', port: 8080 }),
        connection('::1', { port: 8443 }),
      ],
      [],
    ).map(({ origin }) => origin);
    expect(names).toEqual(['https://a.test', 'http://b.test', 'http://c.test:8080', 'https://[::1]:8443']);
  });
});
