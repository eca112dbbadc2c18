import { Judgement, type WireMessage } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { judgeCheck } from '../src/index.ts';
import {
  act,
  approval,
  by,
  CARDS,
  failure,
  free,
  message,
  PAGE,
  type Parts,
  PSP,
  pinned,
  post,
  SHOP,
  type Store,
  script,
  store,
} from './make.ts';

const EVIL = 'https://stats.evil.test';
const APP = `${SHOP}/app.js`;
const TAG = `${EVIL}/t.js`;
const VALUE = 'HTMLInputElement.value';
const LATE = '2026-11-22T12:00:01.000Z' as WireMessage['at'];

/** The shop's own bundle is approved and may read number and code; its body is `pay()`. */
const baselineFor = (kept: Store, reads: readonly ('number' | 'code')[] = ['number', 'code']) =>
  approval({
    scripts: [
      { where: APP, hashes: [kept.put('pay()')], reads, owner: null, justification: null },
      { where: `${SHOP}/lib.js`, hashes: [kept.put('lib()')], owner: null, justification: null },
    ],
  });

/** What a check finds: the same in every visit but for what a visit's own parts say. */
function judged(
  kept: Store,
  parts: Parts,
  approved = baselineFor(kept),
  only: { free?: Parts; pinned?: Parts } = {},
) {
  const base: Parts = {
    scripts: [script(kept, APP, 'pay()'), script(kept, `${SHOP}/lib.js`, 'lib()')],
    ...parts,
  };
  const recordings = [
    free('low', { ...base, ...only.free }),
    free('high', { ...base, ...only.free }),
    pinned('a', 1, { ...base, ...only.pinned }),
    pinned('b', 1, { ...base, ...only.pinned }),
  ];
  const judgement = judgeCheck({ recordings, baseline: approved, bodies: kept.bodies });
  expect(Judgement.parse(judgement)).toEqual(judgement);
  const of = (detector: string) => judgement.findings.filter((finding) => finding.detector === detector);
  return { judgement, reads: of('card-read'), quiet: of('goes-quiet') };
}

describe('card-read', () => {
  test('an approved script that reads what it may is quiet', () => {
    const kept = store();
    const acts = [
      act('read', VALUE, APP),
      act('encode', 'JSON.stringify', APP),
      act('send', 'fetch', APP, { detail: `${PSP}/tokens` }),
    ];
    expect(judged(kept, { acts }).judgement.verdict.kind).toBe('clean');
  });

  test('an approved script that now also reads the code', () => {
    const kept = store();
    const acts = [act('read', VALUE, APP, { fields: ['number', 'code'] })];
    expect(judged(kept, { acts }, baselineFor(kept, ['number'])).reads).toMatchObject([
      {
        grade: 'changed',
        severity: 'medium',
        title: { en: expect.stringContaining('now also reads the security code') },
      },
    ]);
  });

  test('an approved script that is handed the card, and one wrapped around a reader, read nothing themselves', () => {
    const kept = store();
    const lib = `${SHOP}/lib.js`;
    const acts = [
      act('read', VALUE, [APP, lib]),
      act('encode', 'JSON.stringify', [lib, APP], { fields: ['number', 'code', 'holder'] }),
    ];
    expect(judged(kept, { acts }).reads).toEqual([]);
    expect(judged(kept, { acts: [act('read', VALUE, [lib, APP])] }).reads).toMatchObject([
      { grade: 'changed', severity: 'medium', key: `card-read:${lib}` },
    ]);
  });

  test('a stranger that only reads: changed; that encodes what it read: tampered, likely', () => {
    const kept = store();
    const scripts = [script(kept, TAG, 'x()')];
    expect(judged(kept, { scripts, acts: [act('read', VALUE, TAG)] }).reads).toMatchObject([
      { grade: 'changed', severity: 'high', key: `card-read:${TAG}` },
    ]);
    for (const use of ['cipher', 'store', 'pass', 'send'] as const)
      expect(
        judged(kept, { scripts, acts: [act('read', VALUE, TAG), act(use, 'x', TAG)] }, undefined, {
          pinned: { wire: [post(kept, `${SHOP}/x`, '1', { initiator: by(TAG) })] },
          free: {
            wire: [
              post(kept, `${SHOP}/x`, '1', { initiator: by(TAG) }),
              post(kept, `${SHOP}/y`, '1', { initiator: by(TAG) }),
            ],
          },
        }).reads,
        use,
      ).toMatchObject([{ grade: 'tampered', confidence: 'likely', severity: 'critical' }]);
  });

  test('a stranger that reads, and talks to a host nobody approved', () => {
    const kept = store();
    const wire = [post(kept, `${EVIL}/c`, 'sealed', { initiator: by(TAG), at: LATE })];
    const { reads } = judged(
      kept,
      { scripts: [script(kept, TAG, 'x()')], acts: [act('read', VALUE, TAG)] },
      undefined,
      {
        free: { wire },
      },
    );
    expect(reads).toMatchObject([{ grade: 'tampered', confidence: 'likely' }]);
    expect(reads[0]?.references.map(({ role }) => role)).toEqual(
      expect.arrayContaining(['field', 'message']),
    );
  });

  test('but not when the comparison shows that it says the same whatever the card', () => {
    const kept = store();
    const wire = [post(kept, `${EVIL}/c`, 'page=payment', { initiator: by(TAG), at: LATE })];
    expect(
      judged(kept, { scripts: [script(kept, TAG, 'x()')], acts: [act('read', VALUE, TAG)], wire }).reads,
    ).toMatchObject([{ grade: 'changed', severity: 'high' }]);
  });

  test('a release: the new bundle encodes the card for the approved call, and nothing else depends on it', () => {
    const kept = store();
    const next = `${SHOP}/app.v2.js`;
    const pay = (who: 'a' | 'b'): Parts => ({
      wire: [
        post(kept, `${PSP}/tokens`, JSON.stringify({ number: CARDS[who].number }), { initiator: by(next) }),
      ],
    });
    const base: Parts = {
      scripts: [script(kept, next, 'pay2()')],
      acts: [
        act('read', VALUE, next),
        act('encode', 'JSON.stringify', next),
        act('send', 'fetch', next, { detail: `${PSP}/tokens` }),
      ],
    };
    const { findings, verdict } = judgeCheck({
      recordings: [
        free('low', { ...base, ...pay('a') }),
        free('high', { ...base, ...pay('a') }),
        pinned('a', 1, { ...base, ...pay('a') }),
        pinned('b', 1, { ...base, ...pay('b') }),
      ],
      baseline: baselineFor(kept),
      bodies: kept.bodies,
    });
    expect(verdict.kind).toBe('changed');
    expect(findings.filter(({ detector }) => detector === 'card-read')).toMatchObject([
      { grade: 'changed', severity: 'high' },
    ]);
  });

  test('a tampered approved bundle: it always read the card, but where it sends is news', () => {
    const kept = store();
    const wire = [post(kept, `${EVIL}/c`, 'sealed', { initiator: by(APP), at: LATE })];
    expect(
      judged(
        kept,
        { scripts: [script(kept, APP, 'pay();steal()')], acts: [act('read', VALUE, APP)] },
        undefined,
        {
          free: { wire },
        },
      ).reads,
    ).toMatchObject([{ grade: 'tampered', confidence: 'likely' }]);
    expect(
      judged(kept, { scripts: [script(kept, APP, 'pay();more()')], acts: [act('read', VALUE, APP)] }).reads,
    ).toEqual([]);
  });

  test.each([
    ['RTCPeerConnection', null],
    ['RTCDataChannel.send', null],
    ['HTMLLinkElement.href', 'https://x.evil.test/'],
  ])('the card through %s: tampered, certain, whoever does it', (api, detail) => {
    const kept = store();
    const acts = [act('read', VALUE, APP), act('send', api, APP, { detail })];
    expect(judged(kept, { acts }).reads).toMatchObject([{ grade: 'tampered', confidence: 'certain' }]);
  });

  test('a stranger that listens to keys and talks to a stranger: timing', () => {
    const kept = store();
    const wire = [post(kept, `${EVIL}/beat`, '1', { initiator: by(TAG), at: LATE })];
    const parts: Parts = {
      scripts: [script(kept, TAG, 'x()')],
      acts: [act('listen', 'addEventListener', TAG, { detail: 'keydown' })],
    };
    expect(judged(kept, parts, undefined, { free: { wire } }).reads).toMatchObject([
      { grade: 'changed', severity: 'high', detail: { en: expect.stringContaining('moments') } },
    ]);
    expect(judged(kept, parts).reads).toEqual([]);
    // In the compared visits the keys are pressed at the same moments: that it says the same there clears it of nothing.
    expect(judged(kept, { ...parts, wire }).reads).toMatchObject([{ grade: 'changed', severity: 'high' }]);
    const changed: Parts = {
      scripts: [script(kept, APP, 'pay();keys()')],
      acts: [act('read', VALUE, APP), act('listen', 'addEventListener', APP, { detail: 'keyup' })],
      wire: [post(kept, `${EVIL}/beat`, '1', { initiator: by(APP), at: LATE })],
    };
    expect(judged(kept, changed).reads).toMatchObject([
      { grade: 'changed', title: { en: expect.stringContaining('listens') } },
    ]);
  });

  test("the provider's own frame reads: that is its job", () => {
    const kept = store();
    const acts = [
      act('read', VALUE, `${PSP}/fields.js`, { frameUrl: `${PSP}/fields` }),
      act('cipher', 'SubtleCrypto.encrypt', `${PSP}/fields.js`, { frameUrl: `${PSP}/fields` }),
    ];
    expect(judged(kept, { acts }).reads).toEqual([]);
  });

  test('a monitor wrapped around approved code stands by; a stranger that calls an approved library does not hide behind it', () => {
    const kept = store();
    const scripts = [script(kept, APP, 'pay()'), script(kept, TAG, 'wrap()')];
    const wrapped = [act('read', VALUE, [APP, TAG]), act('cipher', 'SubtleCrypto.encrypt', [APP, TAG])];
    expect(judged(kept, { scripts, acts: wrapped }).reads).toMatchObject([{ grade: 'changed' }]);
    const through = [
      act('read', VALUE, [`${SHOP}/lib.js`, TAG]),
      act('store', 'Storage.setItem', [`${SHOP}/lib.js`, TAG]),
    ];
    expect(
      judged(kept, { scripts: [...scripts, script(kept, `${SHOP}/lib.js`, 'lib()')], acts: through }).reads,
    ).toContainEqual(expect.objectContaining({ grade: 'tampered', key: `card-read:${TAG}` }));
  });

  test('inline code is one place: its document', () => {
    const kept = store();
    const acts = [
      act('read', VALUE, `${PAGE}?step=3`, { frameUrl: `${PAGE}?step=3` }),
      act('store', 'Storage.setItem', `${PAGE}?step=3`, { frameUrl: `${PAGE}?step=3` }),
    ];
    expect(judged(kept, { acts }).reads).toMatchObject([
      { grade: 'tampered', key: `card-read:inline:${PAGE}` },
    ]);
  });

  test('acts that were not recorded are no clean ones', () => {
    const kept = store();
    const { judgement } = judged(kept, { failed: ['acts'] });
    expect(judgement.verdict.kind).toBe('not-fully-observed');
    expect(judged(kept, {}, undefined, { pinned: { failed: ['acts'] } }).judgement.verdict.kind).toBe(
      'clean',
    );
    expect(judged(kept, { gaps: { acts: [failure('limit')] } }).judgement.verdict.kind).toBe(
      'not-fully-observed',
    );
  });

  test('a thousand strange places, two thousand acts', () => {
    const kept = store();
    const acts = Array.from({ length: 2000 }, (_, i) =>
      act(
        'read',
        VALUE,
        Array.from({ length: 16 }, (_, k) => `https://h${(i + k) % 1000}.test/\ud800${k}`),
      ),
    );
    expect(judged(kept, { acts }).judgement.verdict.kind).toBe('changed');
  });
});

describe('goes-quiet', () => {
  const sends = (kept: Store, url = `${EVIL}/c`, from = TAG): readonly WireMessage[] => [
    post(kept, url, 'x', { initiator: by(from), at: LATE }),
  ];
  test('from a script that had read the card, to a stranger: tampered, likely', () => {
    const kept = store();
    const { quiet } = judged(
      kept,
      { scripts: [script(kept, TAG, 'x()')], acts: [act('read', VALUE, TAG)] },
      undefined,
      { free: { wire: sends(kept) } },
    );
    expect(quiet).toMatchObject([
      { grade: 'tampered', confidence: 'likely', key: `goes-quiet:POST ${EVIL}/c` },
    ]);
  });
  test('from one that had not: changed', () => {
    const kept = store();
    const { quiet } = judged(kept, { scripts: [script(kept, TAG, 'x()')] }, undefined, {
      free: { wire: sends(kept) },
    });
    expect(quiet).toMatchObject([{ grade: 'changed', severity: 'high' }]);
  });
  test('through the relay of the shop, from a changed script that had read the card', () => {
    const kept = store();
    const parts: Parts = { scripts: [script(kept, APP, 'pay();steal()')], acts: [act('read', VALUE, APP)] };
    expect(
      judged(kept, parts, undefined, { free: { wire: sends(kept, `${SHOP}/api/log`, APP) } }).quiet,
    ).toMatchObject([{ grade: 'changed', severity: 'high' }]);
  });
  test('sampled analytics of an approved script to an approved host are quiet, before the card and after', () => {
    const kept = store();
    const approved = baselineFor(kept);
    const free = { wire: [...sends(kept, `${SHOP}/collect`, APP), message(`${SHOP}/px`)] };
    expect(judged(kept, { acts: [act('read', VALUE, APP)] }, approved, { free }).judgement.verdict.kind).toBe(
      'clean',
    );
  });
  test('what one free visit alone, or the compared visits alone, send to a stranger is told', () => {
    const kept = store();
    const stranger = [message(`${EVIL}/t.gif`, { at: LATE })];
    const { quiet } = judged(kept, {}, undefined, { pinned: { wire: stranger } });
    expect(quiet).toMatchObject([{ grade: 'changed', severity: 'low' }]);
    const { findings } = judgeCheck({
      recordings: [
        free('low', { wire: stranger }),
        free('high'),
        pinned('a', 1, { wire: stranger }),
        pinned('b', 1, { wire: stranger }),
      ],
      baseline: baselineFor(kept),
      bodies: kept.bodies,
    });
    expect(findings.filter(({ detector }) => detector === 'goes-quiet')).toMatchObject([
      { grade: 'changed', severity: 'low' },
    ]);
  });
});
