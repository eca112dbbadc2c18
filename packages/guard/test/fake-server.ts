import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GuardActs, GuardReport, Heartbeat } from '@komainu/model';

export const TOKEN = 'a-token';

/** The server's half of the guards' API, with a memory and a temper. */
export async function startFakeServer() {
  const blobs = new Map<string, Buffer>();
  const reports = new Map<string, GuardReport>();
  const posts: string[] = [];
  const acts = new Map<string, GuardActs>();
  const beats: Heartbeat[] = [];
  const seals: { root: string; release: string }[] = [];
  const state = {
    /** What to do with the next requests: answer, take a report in and answer nothing, say 503, or refuse reports. */
    mood: 'fine' as 'fine' | 'mute' | 'busy' | 'refusing',
  };

  const read = async (request: IncomingMessage) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };
  const take = (path: string, body: Buffer): number => {
    if (path.startsWith('/api/guard/blobs/')) {
      const ref = `sha256:${createHash('sha256').update(body).digest('hex')}`;
      if (!path.endsWith(ref)) return 400;
      blobs.set(ref, body);
      return 200;
    }
    const value: unknown = JSON.parse(body.toString());
    if (path === '/api/guard/reports') {
      const report = GuardReport.parse(value);
      if (state.mood === 'refusing' && report.changes.length > 0) return 422;
      for (const { bodyBefore, bodyAfter } of report.changes)
        for (const ref of [bodyBefore, bodyAfter])
          if (ref !== null && !blobs.has(ref)) throw new Error(`no ${ref}`);
      posts.push(report.id);
      reports.set(report.id, report);
      return 200;
    }
    if (path === '/api/guard/acts') {
      const told = GuardActs.parse(value);
      if (told.about !== null && !reports.has(told.about)) throw new Error(`no ${told.about}`);
      posts.push(told.id);
      acts.set(told.id, told);
      return 200;
    }
    if (path === '/api/guard/heartbeats') {
      const beat = Heartbeat.parse(value);
      if (beat.count <= (beats.at(-1)?.count ?? -1)) return 409;
      beats.push(beat);
      return 200;
    }
    seals.push(value as { root: string; release: string });
    return 200;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end();
    if (state.mood === 'busy') return response.writeHead(503).end('{"error":{}}');
    const status = take(request.url ?? '', body);
    if (state.mood === 'mute' && /\/(?:reports|acts)$/.test(request.url ?? ''))
      return request.socket.destroy();
    return response.writeHead(status, { 'content-type': 'application/json' }).end('{"accepted":true}');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const listen = async (port: number) => {
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    blobs,
    reports,
    acts,
    posts,
    beats,
    seals,
    done: () => [...acts.values()].flatMap((told) => told.acts),
    changes: () => [...reports.values()].flatMap((report) => report.changes),
    up: async () => listen(port),
    down: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
