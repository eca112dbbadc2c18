import type { Persona } from '@komainu/model';
import { expect, test } from 'vitest';
import { draftBaseline, judgeCheck } from '../src/index.ts';
import { approval, message, recordingOf, REF, REF2, script, SHOP, store } from './make.ts';

const MOBILE: Persona = {
  id: 'mobile-ja',
  device: 'mobile',
  viewport: { width: 390, height: 844 },
  languages: ['ja'],
  timeZone: 'Asia/Tokyo',
  referrer: null,
};

test('a page that shows two visitors two things is clean for both once the second is added', () => {
  const kept = store();
  const desktop = recordingOf({
    scripts: [script(kept, `${SHOP}/app.js`, 'app')],
    wire: [message('https://count.example/d')],
  });
  const mobile = recordingOf({
    visit: { persona: MOBILE },
    scripts: [script(kept, `${SHOP}/app.js`, 'app for phones'), script(kept, `${SHOP}/menu.js`, 'menu')],
    wire: [message('https://count.example/m'), message('https://phones.example/x')],
  });
  const how = { approvedAt: desktop.visit.startedAt, bodies: kept.bodies };
  const first = draftBaseline({
    ref: REF,
    recording: desktop,
    approvedBy: '田中',
    owners: { [SHOP]: { owner: '田中', justification: '開店時' } },
    ...how,
  }).baseline;
  const judge = (recording: typeof desktop, baseline: typeof first) =>
    judgeCheck({
      recordings: [{ ref: REF2, recording }],
      baseline: { ref: REF, baseline },
      bodies: kept.bodies,
    }).verdict.kind;
  expect([judge(desktop, first), judge(mobile, first)]).toEqual(['clean', 'changed']);
  const replaced = draftBaseline({ ref: REF2, recording: mobile, approvedBy: '佐藤', ...how }).baseline;
  expect([judge(desktop, replaced), judge(mobile, replaced)]).toEqual(['changed', 'clean']);
  const { baseline } = draftBaseline({
    ref: REF2,
    recording: mobile,
    approvedBy: '佐藤',
    owners: { [SHOP]: { owner: '佐藤', justification: 'スマートフォン版' } },
    extending: first,
    ...how,
  });
  expect([judge(desktop, baseline), judge(mobile, baseline)]).toEqual(['clean', 'clean']);
  expect(baseline).toMatchObject({ approvedBy: '佐藤', from: REF2 });
  // Who answered for a script still does.
  expect(baseline.scripts.map(({ where, owner }) => [where, owner])).toEqual([
    [`${SHOP}/app.js`, '田中'],
    [`${SHOP}/menu.js`, '佐藤'],
  ]);
});

test('what is in both: any body stays any body, more of the card is told, keys and fields of both', () => {
  const kept = store();
  const grant = { method: 'POST', path: '/v1/tokens' };
  const at = { owner: null, justification: null };
  const extending = approval({
    scripts: [{ where: `${SHOP}/app.js`, hashes: [], ...at }],
    destinations: [
      {
        origin: SHOP,
        reveals: 'last-four',
        cards: [{ ...grant, fields: ['number'], keys: [{ part: 'query key', value: 'pk_live_1' }] }],
        ...at,
      },
    ],
  }).baseline;
  const { baseline } = draftBaseline({
    ref: REF,
    recording: recordingOf({
      scripts: [script(kept, `${SHOP}/app.js`, 'app')],
      wire: [message(`${SHOP}/`)],
    }),
    approvedBy: '田中',
    approvedAt: extending.approvedAt,
    extending,
    bodies: kept.bodies,
  });
  expect(baseline.scripts.find(({ where }) => where === `${SHOP}/app.js`)?.hashes).toEqual([]);
  expect(baseline.destinations.find(({ origin }) => origin === SHOP)).toMatchObject({
    reveals: 'last-four',
    cards: [{ ...grant, fields: ['number'], keys: [{ part: 'query key', value: 'pk_live_1' }] }],
  });
});
