import type { FileChange, GuardReport, Incident, Instant } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import { beginningOf, currentIncident, distinctChanges, figuresOf } from '../src/app/pure/story.ts';
import { firstLanguage } from '../src/app/i18n/index.ts';
import { moodOf, postureOf } from '../src/app/scene/posture.ts';
import { clean, halted, halting, silent } from './support/scenes.ts';

const shopOf = ({ snapshot }: ReturnType<typeof clean>) => {
  const [shop] = snapshot.shops;
  if (shop === undefined) throw new Error('no shop');
  return shop;
};
const story = () => {
  const scene = halted();
  const [incident] = shopOf(scene).incidents;
  const cause = incident?.causes[0];
  if (incident === undefined || cause?.kind !== 'judgement') throw new Error('no story');
  const read = (ref: string) => JSON.parse(new TextDecoder().decode(scene.bodies.get(ref)));
  const report = read(read(cause.judgement).over[0]) as GuardReport;
  return { incident, report };
};
const change = (report: GuardReport, at: Instant, part: Partial<FileChange> = {}): GuardReport => ({
  ...report,
  changes: report.changes
    .slice(0, 1)
    .map((one) => ({ ...one, ...part, after: one.after && { ...one.after, ctime: at } })),
});

describe('the beginning', () => {
  it('is the kernel’s time of the first write', () => {
    const { incident, report } = story();
    const beginning = beginningOf(incident, [report]);
    expect(beginning).toEqual({
      kind: 'altered',
      at: Date.parse('2026-11-22T03:14:07.181Z'),
      path: 'assets/payment.js',
    });
    expect(figuresOf(incident, [report], beginning)).toEqual({ noticed: 63, stopped: 412, proved: 3840 });
  });

  it('is the first record where no file tells, or where the file came later', () => {
    const { incident, report } = story();
    const first = Date.parse('2026-11-22T03:14:07.252Z');
    expect(beginningOf(incident, [])).toEqual({ kind: 'opened', at: first });
    expect(beginningOf(incident, [change(report, '2026-11-22T05:00:00.000Z' as Instant)]).kind).toBe(
      'opened',
    );
    expect(figuresOf(incident, [], { kind: 'opened', at: first }).noticed).toBeNull();
  });

  it('is not what the guard was told to ignore', () => {
    const { incident, report } = story();
    const early = change(report, '2026-11-22T01:00:00.000Z' as Instant, { policy: 'ignored' });
    expect(beginningOf(incident, [early, report])).toMatchObject({
      kind: 'altered',
      path: 'assets/payment.js',
    });
  });

  it('shows each change once', () => {
    const { report } = story();
    expect(distinctChanges([report, report])).toHaveLength(report.changes.length);
  });
});

describe('which incident is shown', () => {
  it('the latest that still needs someone', () => {
    const { incident } = story();
    const older: Incident = {
      ...incident,
      id: 'a' as Incident['id'],
      openedAt: '2026-01-01T00:00:00.000Z' as Instant,
    };
    const resumed: Incident = { ...incident, id: 'b' as Incident['id'], state: 'resumed' };
    expect(currentIncident([older, resumed])?.id).toBe('a');
    expect(currentIncident([{ ...older, state: 'resumed' }, resumed])?.id).toBe('b');
    expect(currentIncident([])).toBeNull();
  });
});

describe('how the guardians sit', () => {
  it('calm when clean, alert when not, asleep when silent', () => {
    expect([postureOf(shopOf(clean()), 'guard'), postureOf(shopOf(clean()), 'probe')]).toEqual([
      'calm',
      'calm',
    ]);
    expect([postureOf(shopOf(halting()), 'guard'), postureOf(shopOf(halting()), 'probe')]).toEqual([
      'alert',
      'calm',
    ]);
    expect([postureOf(shopOf(silent()), 'guard'), moodOf(shopOf(silent()))]).toEqual(['silent', 'silent']);
  });

  it('never calls calm what nobody has looked at', () => {
    const shop = shopOf(clean());
    expect(moodOf(shop)).toBe('calm');
    expect(moodOf({ ...shop, guardians: [] })).toBe('waiting');
    expect(moodOf({ ...shop, pages: shop.pages.map((page) => ({ ...page, lastCheck: null })) })).toBe(
      'waiting',
    );
  });

  it('keeps the alarm of a guardian that fell silent after it', () => {
    const shop = shopOf(halted());
    const guardians = shop.guardians.map((guardian) => ({ ...guardian, state: 'silent' as const }));
    expect(postureOf({ ...shop, guardians }, 'guard')).toBe('alert');
  });
});

describe('the first language', () => {
  it('is the one chosen, else the browser’s, else English', () => {
    expect(firstLanguage('en', ['ja-JP'])).toBe('en');
    expect(firstLanguage(null, ['fr', 'ja-JP', 'en'])).toBe('ja');
    expect(firstLanguage('xx', ['fr'])).toBe('en');
  });
});
