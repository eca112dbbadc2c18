import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { connect } from '../src/cdp/connection.ts';

test('a target that goes away while nobody listens yet ends no process, and whoever asks later hears of it', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) =>
    socket.once('message', () =>
      socket.send(JSON.stringify({ method: 'Target.detachedFromTarget', params: { sessionId: 's' } })),
    ),
  );
  const connection = await connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const session = connection.session('s');
  const gone = new Promise<void>((resolve) => session.onGone(resolve));
  // The test's runner fails on a rejection that nobody handles.
  const answer = session.send('Runtime.evaluate', { expression: '0' });
  await gone;
  await new Promise((resolve) => setImmediate(resolve));
  await expect(answer).rejects.toThrow('the target is gone');
  connection.close();
  await connection.closed;
  await new Promise((resolve) => server.close(resolve));
});
