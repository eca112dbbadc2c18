import { LedgerEntry } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { report, type Running, running, until } from './harness.ts';

// A real listener and a real connection: what a browser's EventSource would see.
let at: Running;
beforeAll(async () => {
  at = await running({ tempo: { tick: 50, quiet: 100 } });
});
afterAll(() => at.end());

const Data = z.object({ index: z.number(), entry: LedgerEntry });

async function listen(headers: Record<string, string> = {}, query = '') {
  const abort = new AbortController();
  const response = await fetch(`${at.server.url}/api/events${query}`, {
    headers: { authorization: `Bearer ${at.server.token}`, ...headers },
    signal: abort.signal,
  });
  const seen: { readonly id: number; readonly kind: string }[] = [];
  let comments = 0;
  const reading = (async () => {
    let text = '';
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.startsWith(':')) comments += 1;
        const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
        if (fields.get('event') !== 'entry') continue;
        const { index, entry } = Data.parse(JSON.parse(fields.get('data') ?? ''));
        expect(fields.get('id')).toBe(String(index));
        seen.push({ id: index, kind: entry.kind });
      }
    }
  })().catch(() => undefined);
  return {
    response,
    seen,
    comments: () => comments,
    close: async () => {
      abort.abort();
      await reading;
    },
    reading,
  };
}
const halt = (person: string) => at.ask('POST', '/api/shops/komorebi/halt', { person, reason: '念のため' });

test('live entries come as they are recorded; a reader that comes back misses none and gets none twice', async () => {
  const live = await listen();
  expect(live.response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  await until(() => live.comments() >= 2, 'the comments of a quiet stream');
  expect(live.seen).toEqual([]);
  await halt('田中');
  await until(() => live.seen.some(({ kind }) => kind === 'halt.proved'), 'the proof, live');
  await live.close();

  const all = await listen({ 'last-event-id': '-1' });
  await until(() => all.seen.some(({ kind }) => kind === 'halt.proved'), 'the whole ledger');
  expect(all.seen.map(({ id }) => id)).toEqual(all.seen.map((_, index) => index));
  const [first] = live.seen;
  expect(all.seen.slice(first?.id)).toEqual(live.seen);
  await all.close();

  const late = await listen({}, `?after=${(first?.id ?? 0) + 1}`);
  await until(() => late.seen.some(({ kind }) => kind === 'halt.proved'), 'the rest');
  expect(late.seen).toEqual(live.seen.slice(2));
  await late.close();
});

test('a burst longer than a page is read whole and in order', async () => {
  const live = await listen();
  const reports = Array.from({ length: 120 }, () => report([]));
  await Promise.all(reports.map((one) => at.ask('POST', '/api/guard/reports', one)));
  await until(() => live.seen.filter(({ kind }) => kind === 'judged').length === 120, 'the whole burst');
  const first = live.seen[0]?.id ?? 0;
  expect(live.seen.map(({ id }) => id)).toEqual(live.seen.map((_, n) => first + n));
  await live.close();
});

test('an id of another ledger begins with what comes next, not with an error', async () => {
  for (const id of ['999999', 'x', '-7', '1.5']) {
    const stream = await listen({ 'last-event-id': id });
    await until(() => stream.comments() >= 1, 'an open stream');
    expect(stream.seen).toEqual([]);
    await stream.close();
  }
});

test('a stop ends the streams instead of waiting for them', async () => {
  const live = await listen();
  await until(() => live.comments() >= 1, 'an open stream');
  at = await at.again();
  await live.reading;
});
