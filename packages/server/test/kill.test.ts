import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { verifyLedger } from '@komainu/evidence';
import { Config, instant, LedgerEntry } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { StateBody } from '../src/index.ts';
import { alteredScript, refOf, report, until } from './harness.ts';

const ROUNDS = Number(process.env['KOMAINU_KILLS'] ?? 30);
const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const shops = Array.from({ length: ROUNDS }, (_, n) => `shop-${n}`);
const config = Config.parse({
  server: { port: 0 },
  shops: shops.map((id) => ({ id, name: id, roots: [{ id: 'site', path: '/srv/site' }] })),
});

/** The platforms: whether each shop takes cards, whatever becomes of the server. */
const cards = new Map(shops.map((id) => [id, true]));
/** Called when the server first acts on the shop's platform. */
const touched = new Map<string, () => void>();
let engine: HttpServer;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'komainu-kill-'));
  engine = createServer((request, response) => {
    const [, shop = '', act] = (request.url ?? '').split('/');
    if (act !== 'read') cards.set(shop, act === 'on');
    touched.get(shop)?.();
    response.end(JSON.stringify([{ code: 'card', enabled: cards.get(shop) }]));
  });
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
});
let last: ChildProcess | null = null;
afterAll(async () => {
  // A test that failed leaves its child behind; it must not write into what is being removed.
  if (last !== null && last.exitCode === null && last.signalCode === null) {
    last.kill('SIGKILL');
    await once(last, 'exit');
  }
  engine.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Child {
  readonly process: ChildProcess;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Response>;
}
const Ready = z.object({ url: z.string(), token: z.string() });

async function startChild(): Promise<Child> {
  const address = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  const args = ['--conditions=source', '--no-warnings', CHILD, dataDir, address, JSON.stringify(config)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  last = child;
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, token } = Ready.parse(JSON.parse(line));
  return {
    process: child,
    ask: (method, path, body) =>
      fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}

const Page = z.object({ size: z.number(), entries: z.array(z.object({ entry: LedgerEntry })) });
async function entriesOf(child: Child): Promise<readonly LedgerEntry[]> {
  const all: LedgerEntry[] = [];
  for (let from = 0; ; from += 1_000) {
    const page = Page.parse(await (await child.ask('GET', `/api/entries?from=${from}&limit=1000`)).json());
    all.push(...page.entries.map(({ entry }) => entry));
    if (from + 1_000 >= page.size) return all;
  }
}

test(
  `${ROUNDS} times kill -9: what was acknowledged is there, and every halt ends switched off`,
  async () => {
    const acknowledged = new Set<string>();
    let heard = 0;
    for (const [round, shop] of shops.entries()) {
      const child = await startChild();
      const acting = new Promise<void>((resolve) => touched.set(shop, resolve));
      const before = refOf(`before ${shop}`);
      const after = refOf(`after ${shop}`);
      const beat = { guardian: 'guard-1', kind: 'guard', shop, at: instant(), watching: ['site'], count: 1 };
      const answered = Promise.withResolvers<void>();
      // Several things at once, so that the kill falls between any two of them.
      const work = [
        child.ask('PUT', `/api/guard/blobs/${before}`, `before ${shop}`),
        child.ask('PUT', `/api/guard/blobs/${after}`, `after ${shop}`),
        child.ask('POST', '/api/guard/heartbeats', beat).then(({ ok }) => void (heard += ok ? 1 : 0)),
        ...[[alteredScript(before, after)], [], []].map(async (changes) => {
          const one = report(changes, { shop: shop as never });
          if ((await child.ask('POST', '/api/guard/reports', one)).ok) acknowledged.add(one.id);
          if (changes.length > 0) answered.resolve();
        }),
      ].map((sent) => sent.catch(() => undefined));
      // Three places to die: while taking the report in, while deciding, while acting.
      const milestones = [Promise.resolve(), answered.promise, acting];
      await milestones[round % milestones.length];
      await new Promise((resolve) => setTimeout(resolve, Math.random() * (round % 3 === 0 ? 100 : 30)));
      child.process.kill('SIGKILL');
      await once(child.process, 'exit');
      await Promise.all(work);
    }

    const name = (await readFile(join(dataDir, 'origin'), 'utf8')).trim();
    const child = await startChild();
    const { ledger } = StateBody.parse(await (await child.ask('GET', '/api/state')).json());
    expect(ledger.origin).toBe(name);
    // Every alarm that reached the ledger ends in a proved halt, whatever the server was doing when it was killed.
    const alarmed = async () =>
      new Set(
        (await entriesOf(child)).flatMap((entry) =>
          entry.kind === 'judged' && entry.data.verdict === 'tampered' ? [entry.shop] : [],
        ),
      );
    await until(async () => {
      const state = StateBody.parse(await (await child.ask('GET', '/api/state')).json());
      const gates = new Map(state.shops.map(({ shop, gate }) => [shop.id, gate.state]));
      const judged = state.shops.every(({ roots }) =>
        roots.every(({ lastReport }) => lastReport === null || lastReport.verdict !== null),
      );
      return judged && [...(await alarmed())].every((id) => id !== null && gates.get(id) === 'halted');
    }, 'a proved halt of every alarmed shop');
    const entries = await entriesOf(child);
    const reported = entries.flatMap((entry) => (entry.kind === 'files.reported' ? [entry.data.report] : []));
    expect(new Set(reported).size).toBe(reported.length);
    for (const id of acknowledged) expect(reported).toContain(id);
    for (const id of await alarmed()) {
      expect(cards.get(id ?? '')).toBe(false);
      const kinds = entries.filter((entry) => entry.shop === id).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'incident.opened')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'halt.ordered')).toHaveLength(1);
    }
    // The drill was one: something was acknowledged, some halts were begun, and no untouched shop was halted.
    expect(acknowledged.size).toBeGreaterThan(0);
    expect((await alarmed()).size).toBeGreaterThanOrEqual(Math.floor(ROUNDS / 3));
    expect([...cards].filter(([, on]) => !on).length).toBe((await alarmed()).size);
    expect(heard).toBeGreaterThan(0);
    child.process.kill('SIGKILL');
    await once(child.process, 'exit');
    expect(await verifyLedger(join(dataDir, 'ledger'), ledger.vkey)).toMatchObject({ ok: true });
  },
  20 * 60_000,
);
