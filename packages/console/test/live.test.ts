import type { LedgerEntry } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import {
  atFirst,
  GRACE_MS,
  type Live,
  type LiveEvent,
  reduceLive,
  SILENCE_MS,
  STALE_MS,
  standing,
} from '../src/app/api/live.ts';
import { openParser } from '../src/app/api/sse.ts';

const entry = (index: number, at: number): LiveEvent => ({
  kind: 'entry',
  at,
  event: { index, entry: {} as LedgerEntry },
});
const after = (...events: readonly LiveEvent[]): Live => events.reduce(reduceLive, atFirst);
const OPEN: readonly LiveEvent[] = [
  { kind: 'snapshot', at: 1000, size: 10 },
  { kind: 'opened', at: 1000 },
];

describe('live', () => {
  it('takes an open stream and a snapshot', () => {
    expect(standing(atFirst, 0).kind).toBe('connecting');
    expect(standing(after({ kind: 'opened', at: 0 }), 1).kind).toBe('connecting');
    expect(standing(after(...OPEN), 2000).kind).toBe('live');
  });

  it('allows a snapshot to trail an entry for a moment only', () => {
    const behind = after(...OPEN, entry(10, 2000), entry(11, 2400));
    expect(standing(behind, 2000 + GRACE_MS).kind).toBe('live');
    expect(standing(behind, 2001 + GRACE_MS)).toEqual({ kind: 'lost', since: 2000 });
    const half = reduceLive(behind, { kind: 'snapshot', at: 3000, size: 11 });
    expect(standing(half, 2001 + GRACE_MS)).toEqual({ kind: 'lost', since: 2000 });
    const whole = reduceLive(half, { kind: 'snapshot', at: 5500, size: 12 });
    expect(standing(whole, 5600).kind).toBe('live');
  });

  it('is lost since the last word heard, until the stream is open again', () => {
    const lost = after(
      ...OPEN,
      { kind: 'alive', at: 4000 },
      { kind: 'broken', at: 9000 },
      { kind: 'broken', at: 12_000 },
    );
    expect(standing(lost, 13_000)).toEqual({ kind: 'lost', since: 4000 });
    expect(standing(reduceLive(lost, { kind: 'opened', at: 14_000 }), 14_001).kind).toBe('live');
  });

  it('does not believe a stream that went silent, nor a snapshot that grew old', () => {
    expect(standing(after(...OPEN), 1001 + SILENCE_MS)).toEqual({ kind: 'lost', since: 1000 });
    const talking = after(...OPEN, { kind: 'alive', at: 40_000 });
    expect(standing(talking, 40_001)).toEqual({ kind: 'lost', since: 1000 });
    expect(1000 + STALE_MS).toBeLessThan(40_001);
  });

  it('starts over with another ledger', () => {
    const other = after(...OPEN, entry(10, 1100), { kind: 'snapshot', at: 1200, size: 2 });
    expect(standing(other, 9000).kind).toBe('live');
  });

  it('knows when the server no longer knows us', () => {
    expect(after(...OPEN, { kind: 'signed-out' })).toMatchObject({ signedOut: true });
    expect(after({ kind: 'signed-out' }, { kind: 'opened', at: 1 }).signedOut).toBe(false);
  });
});

describe('the event stream', () => {
  const WHOLE =
    ': hello\n\nevent: entry\nid: 7\ndata: {"a":\ndata: 1}\n\nretry: 5\r\nid: 8\r\ndata: x\r\n\r\n';
  const items = [
    { kind: 'comment' },
    { kind: 'event', name: 'entry', id: '7', data: '{"a":\n1}' },
    { kind: 'event', name: 'message', id: '8', data: 'x' },
  ];

  it('is read as the standard reads it', () => {
    expect(openParser()(WHOLE)).toEqual(items);
  });

  it('wherever the network cuts it', () => {
    for (let at = 0; at <= WHOLE.length; at += 1) {
      const parse = openParser();
      expect([...parse(WHOLE.slice(0, at)), ...parse(WHOLE.slice(at))]).toEqual(items);
    }
    const parse = openParser();
    expect(WHOLE.split('').flatMap((character) => parse(character))).toEqual(items);
  });

  it('hands nothing on before its end, and no event without data', () => {
    expect(openParser()('event: entry\ndata: half\n')).toEqual([]);
    expect(openParser()('event: entry\nid: 3\n\n')).toEqual([]);
  });
});
