import type { Persona, Recording, VisitRole } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { judgeCheck } from '../src/index.ts';
import { approval, PAGE, recordingOf, REF, REF2, script, SHOP, type Store, store } from './make.ts';

const DESKTOP: Persona = {
  id: 'desktop-ja',
  device: 'desktop',
  viewport: { width: 1366, height: 768 },
  languages: ['ja'],
  timeZone: 'Asia/Tokyo',
  referrer: null,
};
const MOBILE: Persona = {
  ...DESKTOP,
  id: 'mobile-ja',
  device: 'mobile',
  referrer: 'https://www.google.com/',
};
const APP = `${SHOP}/app.js`;
const approvedApp = (kept: Store) =>
  approval({ scripts: [{ where: APP, hashes: [kept.put('app')], owner: null, justification: null }] });
const visit = (persona: Persona, scripts: ReturnType<typeof script>[], role?: VisitRole): Recording =>
  recordingOf({ visit: { persona, ...(role ? { role } : {}) }, scripts });
/** What a check that saw `now` says, given what another visitor received before. */
const compare = (kept: Store, before: Recording, now: Recording, baseline = approvedApp(kept)) =>
  judgeCheck({
    recordings: [{ ref: REF2, recording: now }],
    others: [{ ref: REF, recording: before }],
    baseline,
    bodies: kept.bodies,
  }).findings.filter(({ detector }) => detector === 'persona-difference');

describe('what two visitors received', () => {
  test('a script for one of them only: who got it, in words', () => {
    const kept = store();
    const app = script(kept, APP, 'app');
    const found = compare(
      kept,
      visit(DESKTOP, [app]),
      visit(MOBILE, [app, script(kept, `${SHOP}/m.js`, 'steal')]),
    );
    expect(found).toMatchObject([
      { key: `persona-difference:${SHOP}/m.js`, grade: 'changed', severity: 'high', confidence: 'likely' },
    ]);
    expect(found[0]?.title.en).toContain(
      'Only a first-time visitor on a phone who reads Japanese from www.google.com receives',
    );
    expect(found[0]?.detail.en).toContain('a first-time visitor on a computer');
    expect(found[0]?.references.map(({ blob }) => blob)).toContain(REF2);
  });
  test('another body at an approved address', () => {
    const kept = store();
    const found = compare(
      kept,
      visit(DESKTOP, [script(kept, APP, 'app')]),
      visit(MOBILE, [script(kept, APP, 'app;steal')]),
    );
    expect(found.map(({ key }) => key)).toEqual([`persona-difference:${APP}`]);
    expect(found[0]?.title.ja).toContain('違うスクリプト');
  });
  test('inline code for one of them, told apart by its body', () => {
    const kept = store();
    const found = compare(kept, visit(DESKTOP, []), visit(MOBILE, [script(kept, null, 'steal()')]));
    // The first received no script at all: nothing is known of what it would have received.
    expect(found).toEqual([]);
    const app = script(kept, APP, 'app');
    const [one] = compare(kept, visit(DESKTOP, [app]), visit(MOBILE, [app, script(kept, null, 'steal()')]));
    expect(one?.key).toMatch(new RegExp(`^persona-difference:inline:${PAGE}#`));
  });
  test('quiet: both received it; approved; another page; nothing approved yet; the same kind of visitor', () => {
    const kept = store();
    const app = script(kept, APP, 'app');
    const odd = script(kept, `${SHOP}/odd.js`, 'odd');
    expect(compare(kept, visit(DESKTOP, [app, odd]), visit(MOBILE, [app, odd]))).toEqual([]);
    expect(compare(kept, visit(DESKTOP, [odd]), visit(MOBILE, [app, odd]))).toEqual([]);
    const elsewhere = script(kept, `${SHOP}/list.js`, 'list', { frameUrl: `${SHOP}/list` });
    expect(compare(kept, visit(DESKTOP, [app]), visit(MOBILE, [app, elsewhere]))).toEqual([]);
    expect(compare(kept, visit(DESKTOP, [app]), visit(DESKTOP, [app, odd]))).toEqual([]);
    const [before, now] = [visit(DESKTOP, [app]), visit(MOBILE, [app, odd])];
    const { findings } = judgeCheck({
      recordings: [{ ref: REF2, recording: now }],
      others: [{ ref: REF, recording: before }],
      baseline: null,
      bodies: kept.bodies,
    });
    expect(findings.filter(({ detector }) => detector === 'persona-difference')).toEqual([]);
    // What the other received besides was told in its own check.
    expect(compare(kept, now, before)).toEqual([]);
  });
});

describe('within a check', () => {
  const judge = (kept: Store, second: VisitRole) =>
    judgeCheck({
      recordings: [
        { ref: REF, recording: visit(DESKTOP, [script(kept, APP, 'app')], { kind: 'free', draws: 'low' }) },
        {
          ref: REF2,
          recording: visit(DESKTOP, [script(kept, APP, 'app'), script(kept, `${SHOP}/x.js`, 'x')], second),
        },
      ],
      baseline: approvedApp(kept),
      bodies: kept.bodies,
    }).findings.filter(({ detector }) => detector === 'persona-difference');
  test('the first and the returning visitor are two', () => {
    expect(judge(store(), { kind: 'free', draws: 'high' })[0]?.title.en).toContain('a returning visitor');
  });
  test('a pinned visit is answered from a tape, and compared by others', () => {
    expect(judge(store(), { kind: 'pinned', card: 'a', round: 1, unpinned: [] })).toEqual([]);
  });
});
