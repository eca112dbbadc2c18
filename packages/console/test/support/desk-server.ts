import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { EntryEvent, Snapshot } from '../../src/app/api/types.ts';
import type { Bodies } from './blobs.ts';

/** What the real server sends with the console; trusted types prove that no string ever becomes markup. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export const TOKEN = 'desk-token-0123456789';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Posts = (path: string, body: unknown) => Answer | Promise<Answer>;

/** A loopback server that speaks the HTTP contract with literal states, so that each state of the screen can be held still. */
export class DeskServer {
  readonly #dist: string;
  readonly #streams = new Set<ServerResponse>();
  readonly posts: { readonly path: string; readonly body: unknown }[] = [];
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  snapshot: Snapshot;
  bodies: Bodies;
  /** Refuse every connection to the live stream and cut those that are open. */
  #cut = false;
  onPost: Posts = () => ({ status: 202, body: {} });
  url = '';

  constructor(dist: string, snapshot: Snapshot, bodies: Bodies) {
    this.#dist = dist;
    this.snapshot = snapshot;
    this.bodies = bodies;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  show(snapshot: Snapshot, bodies: Bodies): void {
    this.snapshot = snapshot;
    this.bodies = bodies;
  }

  push(event: EntryEvent): void {
    const text = `event: entry\nid: ${event.index}\ndata: ${JSON.stringify(event)}\n\n`;
    for (const stream of this.#streams) stream.write(text);
  }

  cutStreams(cut: boolean): void {
    this.#cut = cut;
    if (cut) for (const stream of this.#streams) stream.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://desk').pathname;
    this.requests.push(`${request.method} ${path}`);
    const json = ({ status, body }: Answer): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    if (!path.startsWith('/api/')) return this.#file(path, response);
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      if (path === '/api/session') return this.#session((body as { token?: string }).token, response);
      this.posts.push({ path, body });
      return json(await this.onPost(path, body));
    }
    if (!(request.headers.cookie ?? '').includes('desk=yes')) {
      const message = { en: 'Sign in first.', ja: '先にサインインしてください。' };
      return json({ status: 401, body: { error: { code: 'unauthorized', message } } });
    }
    if (path === '/api/state') return json({ status: 200, body: this.snapshot });
    if (path === '/api/events') return this.#stream(response);
    const ref = /^\/api\/(?:blobs|judgements|reports|recordings)\/(sha256:[0-9a-f]{64})$/.exec(path)?.[1];
    const body = ref === undefined ? undefined : this.bodies.get(ref);
    if (body === undefined) {
      const message = { en: 'There is no such body.', ja: '該当する原データはありません。' };
      return json({ status: 404, body: { error: { code: 'not-found', message } } });
    }
    const bytes = path.startsWith('/api/blobs/');
    response.writeHead(200, {
      'content-type': bytes ? 'application/octet-stream' : 'application/json',
      'x-content-type-options': 'nosniff',
      ...(bytes ? { 'content-disposition': 'attachment', 'content-security-policy': 'sandbox' } : {}),
    });
    response.end(body);
  }

  #session(token: string | undefined, response: ServerResponse): void {
    const ok = token === TOKEN;
    response.writeHead(
      ok ? 204 : 401,
      ok ? { 'set-cookie': 'desk=yes; HttpOnly; SameSite=Strict; Path=/' } : {},
    );
    response.end();
  }

  #stream(response: ServerResponse): void {
    if (this.#cut) return void response.destroy();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': welcome\n\n');
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = normalize(path === '/' ? '/index.html' : path);
    const bytes = await readFile(join(this.#dist, name)).catch(() => null);
    if (bytes === null) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
    });
    response.end(bytes);
  }
}
