import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { openProxy, type Proxy, type ProxyOptions } from '../src/network/proxy.ts';
import { ownPorts } from '../src/network/own-ports.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const proxied = async (options: Partial<ProxyOptions> = {}): Promise<Proxy> => {
  const proxy = await openProxy({ privateNetwork: true, ...options });
  open.push(proxy);
  return proxy;
};
const serving = async (on: (socket: Socket) => void): Promise<number> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    on(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
};
const portOf = (proxy: Proxy): number => Number(new URL(proxy.server).port);
const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** A client as Chromium is one: waits for each answer. Gives the reply's code and what came after it. */
async function ask(
  proxy: Proxy,
  host: string,
  port: number,
  send: readonly (string | Uint8Array)[] = [],
): Promise<{ readonly code: number | null; readonly body: Buffer; readonly socket: Socket }> {
  const socket = connect({ host: '127.0.0.1', port: portOf(proxy), allowHalfOpen: true });
  open.push({ close: () => socket.destroy() });
  socket.on('error', () => undefined);
  const chunks: Buffer[] = [];
  let ended = false;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('close', () => (ended = true)).on('end', () => (ended = true));
  const all = (): Buffer => Buffer.concat(chunks);
  socket.write(Uint8Array.of(5, 1, 0));
  await until(() => all().length >= 2 || ended);
  const name = Buffer.from(host);
  socket.write(
    Buffer.concat([Uint8Array.of(5, 1, 0, 3, name.length), name, Uint8Array.of(port >> 8, port & 255)]),
  );
  await until(() => all().length >= 12 || ended);
  const code = all()[3] ?? null;
  if (code === 0 && send.length > 0) {
    for (const part of send) socket.write(part);
    socket.end();
    await until(() => ended);
  }
  return { code, body: all().subarray(12), socket };
}

test('bytes arrive as they were sent, both ways, and are counted; a half-closed side still hears', async () => {
  const got: Buffer[] = [];
  const answer = Buffer.alloc(3_000_000, 'answer ');
  const port = await serving((socket) => {
    socket.on('data', (chunk: Buffer) => got.push(chunk));
    socket.on('end', () => socket.end(answer));
  });
  const proxy = await proxied();
  const sent = Buffer.alloc(2_000_000, 'x y z');
  const { code, body } = await ask(proxy, 'shop.localhost', port, [sent]);
  expect(code).toBe(0);
  expect(Buffer.concat(got).equals(sent)).toBe(true);
  expect(body.equals(answer)).toBe(true);
  expect(proxy.connections()).toMatchObject([
    {
      host: 'shop.localhost',
      port,
      address: '127.0.0.1',
      kind: 'tunnel',
      sent: sent.length,
      received: answer.length,
      outcome: { kind: 'opened' },
    },
  ]);
});

test('HTTP in the clear keeps its spelling: order and case of headers, 1xx, chunks, HEAD, keep-alive', async () => {
  const heads: string[][] = [];
  const server = createHttpServer((request, response) => {
    heads.push([request.method ?? '', request.url ?? '', ...request.rawHeaders]);
    response.writeEarlyHints({ link: '</s.css>; rel=preload; as=style' });
    response.end(request.method === 'HEAD' ? undefined : 'ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => server.closeAllConnections() }, { close: () => server.close() });
  const { port } = server.address() as AddressInfo;
  const proxy = await proxied();
  const { body } = await ask(proxy, 'shop.localhost', port, [
    `HEAD /a HTTP/1.1\r\nHost: shop.localhost:${port}\r\nConnection: keep-alive\r\nX-oDd: 1\r\naccept: b\r\n\r\n`,
    `POST /b HTTP/1.1\r\nhOST: shop.localhost:${port}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ]);
  expect(heads[0]?.join('|')).toBe(
    `HEAD|/a|Host|shop.localhost:${port}|Connection|keep-alive|X-oDd|1|accept|b`,
  );
  expect(heads[1]?.join('|')).toContain('hOST|');
  expect(body.toString('latin1').match(/HTTP\/1.1 (?:103|200)/g)).toHaveLength(4);
  expect(proxy.connections()[0]?.kind).toBe('http');
  expect(proxy.plain()).toEqual([]);
});

test('what is neither TLS nor HTTP is kept, up to a limit', async () => {
  const port = await serving((socket) => socket.on('end', () => socket.end()).resume());
  const proxy = await proxied();
  await ask(proxy, 'a.localhost', port, ['\0\x01card']);
  await ask(proxy, 'b.localhost', port, [Buffer.alloc(100_000)]);
  await ask(proxy, 'c.localhost', port, [Uint8Array.of(0x16, 3, 1)]);
  expect(
    proxy.plain().map(({ host, bytes, all }) => [host, Buffer.from(bytes).toString(), all]),
  ).toMatchObject([
    ['a.localhost', '\0\x01card', true],
    ['b.localhost', expect.any(String), false],
  ]);
});

test('a name with one private address among public ones is refused, and nothing is connected', async () => {
  const asked: string[] = [];
  const proxy = await proxied({
    privateNetwork: false,
    resolve: (host) => {
      asked.push(host);
      const addresses = [
        { address: '93.184.215.14', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ];
      return Promise.resolve({ kind: 'resolved', addresses });
    },
  });
  const { code } = await ask(proxy, 'Shop.Example.', 443);
  expect(code).not.toBe(0);
  expect(asked).toEqual(['shop.example']);
  expect(proxy.connections()).toMatchObject([
    { host: 'shop.example', address: null, sent: 0, outcome: { kind: 'refused' } },
  ]);
  expect(proxy.refused()).toMatchObject([{ permit: { private: true } }]);
});

test('it connects to the address that was checked, whatever the name would say the next time', async () => {
  let visits = 0;
  const port = await serving((socket) => {
    visits += 1;
    socket.end();
  });
  const proxy = await proxied({
    resolve: () => Promise.resolve({ kind: 'resolved', addresses: [{ address: '127.0.0.1', family: 4 }] }),
  });
  expect((await ask(proxy, 'name-nobody-has.invalid', port)).code).toBe(0);
  await until(() => visits === 1);
  expect(proxy.connections()[0]?.address).toBe('127.0.0.1');
});

test('a host that is not there, a port that is shut: failures, told in words', async () => {
  const proxy = await proxied({
    resolve: (host) =>
      Promise.resolve(
        host === 'gone.example'
          ? { kind: 'failed', error: 'getaddrinfo ENOTFOUND' }
          : { kind: 'resolved', addresses: [{ address: '127.0.0.1', family: 4 }] },
      ),
  });
  const port = await serving(() => undefined);
  await open.pop()?.close();
  expect((await ask(proxy, 'gone.example', 80)).code).toBe(4);
  expect((await ask(proxy, 'shut.example', port)).code).toBe(4);
  expect(proxy.connections().map(({ outcome }) => outcome)).toEqual([
    { kind: 'failed', error: 'getaddrinfo ENOTFOUND' },
    { kind: 'failed', error: 'ECONNREFUSED' },
  ]);
});

test('whoever speaks something else, or half of it, is shown the door', async () => {
  const proxy = await proxied();
  const greetings = [
    'GET http://x/ HTTP/1.1\r\n\r\n',
    '\x04\x01\0\x50',
    '\x05',
    '\x05\x01\0\x05\x02\0\x01',
    '\x05\x01\0\x05\x01\0\x09',
  ];
  for (const greeting of greetings) {
    const socket = connect(portOf(proxy), '127.0.0.1');
    const closed = new Promise<void>((resolve) =>
      socket.on('error', () => undefined).on('close', () => resolve()),
    );
    socket.resume();
    socket.end(Buffer.from(greeting, 'latin1'));
    await closed;
  }
  expect(proxy.connections()).toEqual([]);
});

test('no page speaks to another proxy, nor to this one; closing ends what is open', async () => {
  const proxy = await proxied();
  const other = await proxied();
  expect((await ask(proxy, '127.0.0.1', portOf(other))).code).not.toBe(0);
  expect((await ask(proxy, 'x.localhost', portOf(proxy))).code).not.toBe(0);
  const port = await serving((socket) => socket.resume());
  const { code, socket } = await ask(proxy, '127.0.0.1', port);
  expect(code).toBe(0);
  const closed = new Promise<void>((resolve) => socket.on('end', () => resolve()));
  await proxy.close();
  await closed;
  await proxy.close();
  expect(ownPorts.has(portOf(proxy))).toBe(false);
});
