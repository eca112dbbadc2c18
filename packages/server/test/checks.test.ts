import {
  type BlobRef,
  type Blobs,
  Canary,
  canonicalBytes,
  instant,
  LedgerEntry,
  newId,
  type PageId,
  Recording,
} from '@komainu/model';
import { newCanary, PERSONAS } from '@komainu/probe';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type Prober, StateBody, type VisitOrder } from '../src/index.ts';
import { config, memoryShop, proveBy, refOf, type Running, running, until } from './harness.ts';

let at: Running;
afterEach(() => at.end());

const URL_OF = (page: PageId) => `http://127.0.0.1:9/${page}`;

/** What a visit to a plain payment page would have recorded; `stray`: a script nobody approved; `leak`: the card leaves. */
function recordingOf({ shop, page, check }: VisitOrder, stray: boolean, leak: boolean): Recording {
  const observed = <T>(value: T) => ({ kind: 'observed' as const, value, gaps: [] });
  const url = URL_OF(page.id);
  const body = refOf('stray');
  const canary = Canary.parse(newCanary());
  return Recording.parse({
    version: 1,
    visit: {
      id: newId('visit'),
      check,
      shop,
      page: page.id,
      purpose: 'check',
      url,
      journey: { title: 'literal', blob: refOf('journey') },
      persona: PERSONAS[0],
      canary,
      startedAt: instant(),
      endedAt: instant(),
      browser: { product: 'literal', userAgent: 'literal' },
    },
    failure: null,
    steps: [],
    artifacts: {
      scripts: observed(
        stray
          ? [
              {
                id: 's',
                kind: 'external',
                url: 'http://127.0.0.9/x.js',
                target: 'page',
                frameUrl: url,
                initiator: { kind: 'parser', url, stack: [] },
                body,
                bytes: 5,
                at: instant(),
              },
            ]
          : [],
      ),
      wire: observed(
        leak
          ? [
              {
                id: 'm',
                at: instant(),
                channel: 'request',
                resource: 'image',
                method: 'GET',
                url: `http://127.0.0.8/p.gif?n=${canary.card.number}`,
                headers: [],
                body: { kind: 'none' },
                target: 'page',
                frameUrl: url,
                initiator: { kind: 'script', url, stack: [] },
                outcome: { kind: 'response', status: 200, mime: 'image/gif' },
              },
            ]
          : [],
      ),
      headers: observed([{ url, main: true, status: 200, headers: [], at: instant() }]),
      frames: observed([
        { id: 'f', parent: null, url, origin: 'http://127.0.0.1:9', name: '', rect: null, visible: true },
      ]),
      forms: observed([]),
      cardFields: observed([
        {
          field: 'number',
          frameUrl: url,
          origin: 'http://127.0.0.1:9',
          selector: '#n',
          rect: null,
          typedAt: instant(),
        },
      ]),
      screenshots: observed([]),
    },
  });
}

/** A prober that answers when it is told to. */
function literalProber() {
  const state = {
    open: 0,
    most: 0,
    visits: 0,
    pages: new Map<string, number>(),
    twice: false,
    stray: false,
    leak: false,
    enough: false,
    hold: false,
  };
  const held: (() => void)[] = [];
  // The recording goes where the server will look for it: the app's own blob route stores it.
  let put: Blobs['put'] = () => Promise.reject(new Error('no store'));
  const prober: Prober = {
    async prove(order) {
      const { id } = order.page;
      state.visits += 1;
      state.open += 1;
      state.most = Math.max(state.most, state.open);
      state.pages.set(id, (state.pages.get(id) ?? 0) + 1);
      state.twice ||= (state.pages.get(id) ?? 0) > 1;
      if (state.hold) await new Promise<void>((resolve) => held.push(resolve));
      const recording = recordingOf(order, state.stray, state.leak);
      const ref = await put(canonicalBytes(recording));
      state.open -= 1;
      state.pages.set(id, (state.pages.get(id) ?? 0) - 1);
      return { recording, ref };
    },
    check: async (order) => {
      const visit = await prober.prove(order);
      state.enough = await order.enough(visit);
      return [visit];
    },
    warm: () => undefined,
    close: () => Promise.resolve(),
  };
  return {
    prober,
    state,
    storeBy: (store: Blobs['put']) => {
      put = store;
    },
    release: () => {
      for (const go of held.splice(0)) go();
    },
  };
}

const Checked = z.object({
  check: z.string(),
  verdict: z.string(),
  judgement: z.string(),
  recordings: z.array(z.string()),
});
const page = (id: string, everySeconds = 300) => ({
  id,
  url: URL_OF(id as PageId),
  journey: 'built-in',
  everySeconds,
});

async function start(ids: readonly string[], literal = literalProber()) {
  const shop = memoryShop();
  literal.state.hold = true;
  at = await running(
    {
      config: config({}, { pages: ids.map((id) => page(id)), roots: [] }),
      ports: { shop: () => shop, prove: proveBy(shop), prober: literal.prober },
    },
    shop,
  );
  literal.storeBy(async (bytes) => {
    const ref: BlobRef = refOf(bytes);
    await at.ask('PUT', `/api/guard/blobs/${ref}`, bytes);
    return ref;
  });
  return literal;
}
const check = async (id: string) => at.ask('POST', `/api/shops/komorebi/pages/${id}/check`);
const checked = async (id: string) => Checked.parse(await (await check(id)).json());
const shopNow = async () => StateBody.parse(await (await at.ask('GET', '/api/state')).json()).shops[0];
const kinds = async () =>
  z
    .object({ entries: z.array(z.object({ entry: LedgerEntry })) })
    .parse(await (await at.ask('GET', '/api/entries?limit=1000')).json())
    .entries.map(({ entry }) => entry.kind);

test('people who ask at once share one check; no page is visited twice at a time, and two visits at most', async () => {
  const literal = await start(['one', 'two', 'three', 'four']);
  const { state } = literal;
  await until(() => state.open === 2, 'two visits');
  expect((await shopNow())?.pages.filter(({ running: under }) => under)).toHaveLength(2);
  const asked = Promise.all([checked('one'), checked('one'), checked('one'), checked('four')]);
  state.hold = false;
  // Held visits come up one after the other.
  const pump = setInterval(literal.release, 10);
  const results = await asked;
  clearInterval(pump);
  expect(new Set(results.slice(0, 3).map(({ check: id }) => id)).size).toBe(1);
  expect(state).toMatchObject({ most: 2, twice: false });
  await until(
    async () => (await shopNow())?.pages.every(({ lastCheck }) => lastCheck !== null) ?? false,
    'all checked',
  );
});

test('what a check saw is approved by name, and the next is clean', async () => {
  const literal = await start(['one']);
  literal.state.hold = false;
  const pump = setInterval(literal.release, 10);
  const first = await checked('one');
  clearInterval(pump);
  expect(first.verdict).toBe('changed');
  const path = '/api/shops/komorebi/pages/one/baseline';
  const wrong = { person: '田中', check: newId('check'), justification: '開店時' };
  expect((await at.ask('POST', path, wrong)).status).toBe(404);
  const answer = await at.ask('POST', path, { ...wrong, check: first.check });
  expect(answer.status).toBe(200);
  expect((await checked('one')).verdict).toBe('clean');
  literal.state.stray = true;
  expect((await checked('one')).verdict).not.toBe('clean');
  const { recordings } = await checked('one');
  const recording = await at.ask('GET', `/api/recordings/${recordings[0]}`);
  expect(Recording.parse(await recording.json()).visit.page).toBe('one');
});

test('what is added to an approval leaves the rest of it approved', async () => {
  const { state, release } = await start(['one']);
  state.hold = false;
  const pump = setInterval(release, 10);
  const path = '/api/shops/komorebi/pages/one/baseline';
  const approve = async (extend: boolean) => {
    const { check: id } = await checked('one');
    return at.ask('POST', path, { person: '田中', check: id, justification: '承認', extend });
  };
  expect((await approve(true)).status).toBe(404);
  state.stray = true;
  expect((await approve(false)).status).toBe(200);
  state.stray = false;
  expect((await approve(true)).status).toBe(200);
  state.stray = true;
  expect((await checked('one')).verdict).toBe('clean');
  state.stray = false;
  expect((await approve(false)).status).toBe(200);
  state.stray = true;
  expect((await checked('one')).verdict).toBe('changed');
  clearInterval(pump);
});

test('a visit that is an alarm by itself is enough; one that is only news is not', async () => {
  const { state, release } = await start(['one']);
  state.hold = false;
  const pump = setInterval(release, 10);
  const { check: id } = await checked('one');
  const approval = { person: '田中', check: id, justification: '開店時' };
  await at.ask('POST', '/api/shops/komorebi/pages/one/baseline', approval);
  state.stray = true;
  expect((await checked('one')).verdict).toBe('changed');
  expect(state.enough).toBe(false);
  state.leak = true;
  expect((await checked('one')).verdict).toBe('tampered');
  expect(state.enough).toBe(true);
  clearInterval(pump);
});

test('a clean check made now and a named person open the gate again; a check follows at once', async () => {
  const literal = await start(['one']);
  literal.state.hold = false;
  const pump = setInterval(literal.release, 10);
  const { check: id } = await checked('one');
  clearInterval(pump);
  await at.ask('POST', '/api/shops/komorebi/pages/one/baseline', {
    person: '田中',
    check: id,
    justification: '開店時',
  });
  await at.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  await until(async () => (await shopNow())?.gate.state === 'halted', 'a halted gate');
  literal.state.stray = true;
  const refused = await at.ask('POST', '/api/shops/komorebi/resume', { person: '田中', reason: '復旧' });
  expect(refused.status).toBe(409);
  expect(at.shop.methods.get('card')).toBe(false);
  literal.state.stray = false;
  const answer = await at.ask('POST', '/api/shops/komorebi/resume', { person: '田中', reason: '復旧' });
  expect([answer.status, await answer.json()]).toEqual([200, { kind: 'resumed' }]);
  expect(at.shop.methods.get('card')).toBe(true);
  expect((await shopNow())?.gate.state).toBe('open');
  await until(
    async () => (await kinds()).lastIndexOf('judged') > (await kinds()).indexOf('resume.done'),
    'a check after',
  );
});

test('a check cut off by a stop is made after the restart; a page not known is not checked', async () => {
  const literal = await start(['one']);
  await until(() => literal.state.open === 1, 'a visit');
  const waiting = check('one');
  await until(() => literal.state.visits === 1, 'one visit');
  const stopped = at.again();
  literal.state.hold = false;
  await until(() => {
    literal.release();
    return literal.state.open === 0;
  }, 'the end of the visit');
  at = await stopped;
  expect((await waiting).status).toBe(503);
  await until(async () => (await shopNow())?.pages[0]?.lastCheck !== null, 'a check after the restart');
  expect((await check('nowhere')).status).toBe(404);
});
