import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorNotice, ProcessorNotice } from '../src/index.ts';
import { World } from './world.ts';

const SECRET = 'whsec_test';
const NOW = 1_800_000_000_000;
const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const sign = (body: Uint8Array, t: number | string = NOW / 1000, secret = SECRET) =>
  createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
const header = (body: Uint8Array, t: number | string = NOW / 1000, secret = SECRET) =>
  `t=${t},v1=${sign(body, t, secret)}`;

const world = new World();
const receive = (body: Uint8Array, head: string | null = header(body), now = NOW, secret = SECRET) =>
  processorNotice({ state: world.state, secret, header: head, body, now });

const plain = {
  id: 'MB-2019-0311',
  suspectedFrom: '2019-01-31T00:00:00+09:00',
  suspectedTo: '2019-03-08T23:59:59+09:00',
  cards: 210,
  message: '漏えいの疑い',
};
const event = {
  id: 'evt_1',
  object: 'event',
  type: 'leak.suspected',
  created: 1,
  data: {
    merchant: 'komorebi',
    case_id: plain.id,
    suspected_from: plain.suspectedFrom,
    suspected_to: plain.suspectedTo,
    cards: 210,
    message: plain.message,
  },
};

describe("the processor's notice", () => {
  it('is accepted with a good signature, in either shape, and means the same', () => {
    const end = receive(bytes(plain));
    if (end.kind !== 'accepted') throw new Error(end.reason.en);
    expect(end.notice).toEqual({
      version: 1,
      ...plain,
      suspectedFrom: '2019-01-30T15:00:00.000Z',
      suspectedTo: '2019-03-08T14:59:59.000Z',
    });
    expect(ProcessorNotice.parse(JSON.parse(new TextDecoder().decode(end.body)))).toEqual(end.notice);
    expect(end.drafts).toMatchObject([{ kind: 'processor.notified', data: { notice: end.ref } }]);
    expect(receive(bytes(event))).toMatchObject({ kind: 'accepted', ref: end.ref });
  });

  it('is recorded once, however often it is delivered', () => {
    const fresh = new World();
    const deliver = (n: number) => {
      const body = bytes({ ...event, id: `evt_${n}`, created: n });
      const end = processorNotice({
        state: fresh.state,
        secret: SECRET,
        header: header(body),
        body,
        now: NOW,
      });
      if (end.kind === 'accepted') for (const draft of end.drafts) fresh.append(draft);
      return end.kind;
    };
    expect([deliver(1), deliver(2), deliver(3)]).toEqual(['accepted', 'accepted', 'accepted']);
    expect(fresh.kinds()).toEqual(['processor.notified']);
  });

  it.each([
    ['no header', null],
    ['an empty header', ''],
    ['no time', `v1=${sign(bytes(plain))}`],
    ['two times', `t=1,${header(bytes(plain))}`],
    ['no digest', `t=${NOW / 1000}`],
    ['another secret', header(bytes(plain), NOW / 1000, 'other')],
    ['another time', `t=${NOW / 1000 + 1},v1=${sign(bytes(plain))}`],
    ['half a digest', header(bytes(plain)).slice(0, -2)],
    ['a header without end', `${header(bytes(plain))}${',v1=00'.repeat(9_000)}`],
  ])('is refused with %s', (_, head) => {
    expect(receive(bytes(plain), head)).toMatchObject({ kind: 'refused', code: 'signature' });
  });

  it('is refused when no secret is set, though everyone could sign with none', () => {
    const body = bytes(plain);
    expect(receive(body, header(body, NOW / 1000, ''), NOW, '')).toMatchObject({ code: 'signature' });
  });

  it('is good for five minutes, both ways', () => {
    const body = bytes(plain);
    for (const seconds of [-300, 0, 300])
      expect(receive(body, header(body, NOW / 1000 + seconds)).kind).toBe('accepted');
    for (const seconds of [-301, 301, 1e9])
      expect(receive(body, header(body, NOW / 1000 + seconds))).toMatchObject({ code: 'expired' });
  });

  it('takes either of two signatures while the secret rotates', () => {
    const body = bytes(plain);
    expect(receive(body, `t=${NOW / 1000}, v1=${'0'.repeat(64)}, v1=${sign(body)}`).kind).toBe('accepted');
  });

  it.each([
    ['no JSON', 'id=1'],
    ['no id', { ...plain, id: '' }],
    ['minus cards', { ...plain, cards: -1 }],
    ['another event', { ...event, type: 'charge.refunded' }],
    ['an event of another make', { id: 'evt_1', event: 'refund' }],
    ['null', null],
  ])('is refused as malformed: %s', (_, body) => {
    expect(receive(bytes(body))).toMatchObject({ kind: 'refused', code: 'malformed' });
  });

  it('is refused above 64 KiB, before anything is computed', () => {
    expect(receive(bytes({ ...plain, message: 'x'.repeat(70_000) }), null)).toMatchObject({
      code: 'too-large',
    });
  });

  it('a time without a zone is not guessed, and refuses no alarm', () => {
    expect(receive(bytes({ ...plain, suspectedFrom: '2019-01-31', suspectedTo: null }))).toMatchObject({
      kind: 'accepted',
      notice: { suspectedFrom: null, suspectedTo: null, message: '漏えいの疑い [suspectedFrom: 2019-01-31]' },
    });
  });

  it('unknown dates and counts are null, half characters are mended', () => {
    const end = receive(bytes('{"id":"a\\ud800","suspectedFrom":null,"suspectedTo":null}'));
    expect(end).toMatchObject({
      kind: 'accepted',
      notice: { id: 'a\ufffd', suspectedFrom: null, suspectedTo: null, cards: null, message: '' },
    });
  });

  it('any change of any byte is refused', () => {
    const body = bytes(plain);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const altered = Uint8Array.from(body, (byte, n) => (n === at ? byte ^ flip : byte));
        expect(receive(altered, header(body))).toMatchObject({ code: 'signature' });
      }),
    );
  });
});
