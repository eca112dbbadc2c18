import * as fc from 'fast-check';
import { type EntryKind, instant, LedgerEntry, newId, text } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import {
  applyEntry,
  currentIncident,
  type EntryDraft,
  initialState,
  type Recorded,
  type ShopState,
  stamp,
  titleOf,
} from '../src/index.ts';
import { broken } from './invariants.ts';
import { blob, checked, judgement, ROOT, shopOf, World } from './world.ts';

const shop = shopOf();
const A = newId('incident', 1);
const B = newId('incident', 2);
const failure = { code: 'timeout', message: text('no answer', '応答がありません') } as const;
const methods = [{ code: 'card', enabled: false }];
const person = { kind: 'person', name: '狛井' } as const;
const server = { kind: 'server', name: 'komainu' } as const;

/** One entry of every kind that a fold could meet, for both of two incidents where it has one. */
const drafts = (): fc.Arbitrary<EntryDraft> => {
  const incident = fc.constantFrom(A, B);
  const actor = fc.constantFrom(person, server);
  const key = fc.constantFrom('skimmer', 'form', 'script');
  const of = <T>(data: fc.Arbitrary<T>, kind: EntryKind, who: fc.Arbitrary<unknown> = fc.constant(server)) =>
    fc.record({
      kind: fc.constant(kind),
      shop: fc.constant(shop.id),
      actor: who,
      data,
    }) as fc.Arbitrary<EntryDraft>;
  const title = fc.constant(text('t', '題'));
  const cause = fc.oneof(
    fc.record({
      kind: fc.constant('judgement' as const),
      source: fc.constant(checked()),
      judgement: key.map(blob),
    }),
    fc.record({ kind: fc.constant('processor' as const), notice: key.map(blob) }),
    fc.record({ kind: fc.constant('person' as const), reason: key }),
  );
  const verdict = fc.constantFrom('clean', 'changed', 'tampered', 'not-fully-observed');
  const report = fc.constantFrom(newId('report', 1), newId('report', 2));
  const source = fc.oneof(
    fc.constant(checked()),
    fc.record({ kind: fc.constant('files' as const), root: fc.constant(ROOT), report }),
    fc.constant({ kind: 'silence' as const, guardian: 'inside' }),
  );
  const guardian = { guardian: fc.constant('inside'), kind: fc.constant('guard') };
  return fc.oneof(
    of(fc.record({ version: fc.constant('1'), recovery: fc.constant(null) }), 'server.started'),
    of(fc.record({ config: key.map(blob) }), 'shop.registered'),
    of(
      fc.record({ page: fc.constantFrom('checkout', 'constructor'), baseline: key.map(blob) }),
      'baseline.approved',
    ),
    of(
      fc.record({ root: fc.constant(ROOT), seal: key.map(blob), release: fc.nat(9), files: fc.nat(9) }),
      'seal.made',
    ),
    of(
      fc.record({
        root: fc.constant(ROOT),
        report,
        body: key.map(blob),
        changes: fc.nat(9),
        noticedAt: fc.constant(instant(0)),
        writtenAt: fc.constant(null),
      }),
      'files.reported',
    ),
    of(fc.record({ source, judgement: key.map(blob), verdict, title }), 'judged'),
    of(fc.record({ ...guardian, lastSeen: fc.constant(null) }), 'guardian.silent'),
    of(fc.record(guardian), 'guardian.back'),
    of(
      fc.record({
        guardian: guardian.guardian,
        key: fc.constant(`${'A'.repeat(43)}=`),
        by: fc.constantFrom('first-contact', 'configuration'),
      }),
      'guardian.enrolled',
    ),
    of(
      fc.record({
        root: fc.constant(ROOT),
        report: fc.constant(newId('report', 1)),
        body: key.map(blob),
        about: fc.constant(null),
        acts: fc.constant(1),
        title,
      }),
      'guard.acted',
    ),
    of(fc.record({ notice: key.map(blob), title }), 'processor.notified'),
    of(fc.record({ incident, cause, title }), 'incident.opened', actor),
    of(fc.record({ incident, cause, title }), 'incident.joined', actor),
    of(fc.record({ incident, reason: title }), 'halt.ordered', actor),
    of(fc.record({ incident, methods: fc.constant(methods) }), 'halt.switched-off'),
    of(fc.record({ incident, voided: fc.nat(9), note: fc.constant('') }), 'halt.voided'),
    of(fc.record({ incident, proof: key.map(blob) }), 'halt.proved'),
    of(
      fc.record({
        incident,
        act: fc.constantFrom('switch-off', 'void', 'prove'),
        attempt: fc.nat(99),
        failure: fc.constant(failure),
      }),
      'halt.failed',
    ),
    of(fc.record({ incident, reason: key, check: fc.constant(newId('check', 1)) }), 'resume.ordered', actor),
    of(fc.record({ incident, reason: title }), 'resume.refused', actor),
    of(fc.record({ incident, methods: fc.constant(methods) }), 'resume.done', actor),
    of(fc.record({ incident, failure: fc.constant(failure) }), 'resume.failed'),
    of(
      fc.record({ root: fc.constant(ROOT), path: key, to: key.map(blob), replaced: fc.constant(null) }),
      'file.restored',
    ),
  );
};

const ledgers = (): fc.Arbitrary<readonly Recorded[]> =>
  fc
    .array(fc.record({ draft: drafts(), keys: fc.option(fc.array(fc.constantFrom('k1', 'k2', 'k3'))) }), {
      maxLength: 60,
    })
    .map((list) =>
      list.map(({ draft, keys }, index) => {
        const entry = LedgerEntry.parse(stamp(draft, instant(1_000 + index)));
        return entry.kind === 'judged' && keys !== null
          ? { index, entry, judgement: judgement(entry.data.verdict, keys, `${index}`) }
          : { index, entry };
      }),
    );

/** The life of one halt, of which random entries are left out, doubled or put elsewhere by {@link ledgers}. */
const lives = (): fc.Arbitrary<readonly EntryDraft[]> => {
  const said = text('t', '題');
  const cause = { kind: 'person', reason: 'r' } as const;
  const head = { shop: shop.id, actor: server } as const;
  return fc
    .record({
      incident: fc.constantFrom(A, A, B),
      ordering: fc.constantFrom(person, server),
      ending: fc.constantFrom(person, server),
      kept: fc.array(fc.nat(9), { minLength: 9, maxLength: 9 }),
    })
    .map(({ incident, ordering, ending, kept }) => {
      const life: readonly EntryDraft[] = [
        { ...head, kind: 'incident.opened', data: { incident, cause, title: said } },
        { ...head, kind: 'halt.ordered', data: { incident, reason: said } },
        { ...head, kind: 'halt.switched-off', data: { incident, methods } },
        { ...head, kind: 'halt.voided', data: { incident, voided: 0, note: '' } },
        { ...head, kind: 'halt.proved', data: { incident, proof: blob('p') } },
        {
          ...head,
          actor: ordering,
          kind: 'resume.ordered',
          data: { incident, reason: 'r', check: newId('check', 1) },
        },
        { ...head, actor: ending, kind: 'resume.done', data: { incident, methods } },
      ];
      return life.filter((_, n) => kept[n] !== 0);
    });
};

const lifelike = (): fc.Arbitrary<readonly Recorded[]> =>
  fc
    .array(
      fc.oneof(
        lives(),
        drafts().map((draft) => [draft]),
      ),
      { maxLength: 8 },
    )
    .map((parts) =>
      parts
        .flat()
        .map((draft, index) => ({ index, entry: LedgerEntry.parse(stamp(draft, instant(1_000 + index))) })),
    );

const foldAll = (ledger: readonly Recorded[], from: ShopState = initialState(shop.id)) =>
  ledger.reduce(applyEntry, from);

describe('the fold', () => {
  it('gives the same in one go, in pieces kept as JSON between, and over an overlapping replay', () => {
    fc.assert(
      fc.property(ledgers(), fc.nat(60), fc.nat(10), (ledger, cut, overlap) => {
        const whole = foldAll(ledger);
        const kept = JSON.parse(JSON.stringify(foldAll(ledger.slice(0, cut)))) as ShopState;
        expect(foldAll(ledger.slice(Math.max(0, cut - overlap)), kept)).toEqual(whole);
        expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('never states a gate that its ledger does not bear out, whatever the entries', () => {
    fc.assert(
      fc.property(fc.oneof(ledgers(), lifelike()), (ledger) => {
        let state = initialState(shop.id);
        for (const recorded of ledger) {
          state = applyEntry(state, recorded);
          const entries = ledger.slice(0, recorded.index + 1).map(({ entry }) => entry);
          expect(broken(entries, state)).toBeNull();
        }
      }),
      { numRuns: 800 },
    );
  });

  it('has a title in both languages for every kind of entry', () => {
    const titled = new Set<EntryKind>();
    fc.assert(
      fc.property(drafts(), (draft) => {
        const { en, ja } = titleOf(stamp(draft, instant(0)));
        titled.add(draft.kind);
        expect(en.length * ja.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
    const kinds = LedgerEntry.options.map((option) => option.unwrap().shape.kind.value);
    expect(kinds.filter((kind) => !titled.has(kind))).toEqual([]);
  });

  it('leaves other shops alone', () => {
    const world = new World();
    const other = { ...world.judge('tampered', ['k']), shop: 'other' } as EntryDraft;
    const entry = LedgerEntry.parse(stamp(other, instant(5)));
    const state = applyEntry(initialState(shop.id), { index: 7, entry });
    expect(state).toEqual({ ...initialState(shop.id), applied: 7 });
  });
});

describe('an incident', () => {
  it('whose halt is in force is the one that is proved, whatever else is open', () => {
    const head = { shop: shop.id, actor: server } as const;
    const reason = text('t', '題');
    const story: readonly EntryDraft[] = [
      { ...head, kind: 'halt.ordered', data: { incident: A, reason } },
      { ...head, kind: 'halt.ordered', data: { incident: B, reason } },
      { ...head, kind: 'halt.switched-off', data: { incident: B, methods } },
      { ...head, kind: 'halt.voided', data: { incident: B, voided: 0, note: '' } },
      { ...head, kind: 'halt.ordered', data: { incident: A, reason } },
      { ...head, kind: 'halt.proved', data: { incident: B, proof: blob('p') } },
    ];
    const world = new World();
    for (const draft of story) world.append(draft);
    expect(world.state.gate.state).toBe('halting');
    expect(currentIncident(world.state)?.id).toBe(A);
  });

  it('tells its story from the report that led to it', () => {
    const world = new World();
    const report = newId('report', 1);
    world.append({
      kind: 'files.reported',
      shop: shop.id,
      actor: { kind: 'guard', name: 'inside' },
      data: { root: ROOT, report, body: blob('report'), changes: 1, noticedAt: instant(1), writtenAt: null },
    });
    world.judge('tampered', ['payment.js'], { kind: 'files', root: ROOT, report });
    world.haltProved();
    const incident = currentIncident(world.state);
    expect(incident?.timeline.map(({ kind }) => kind)).toEqual([
      'files.reported',
      'judged',
      'incident.opened',
      'halt.ordered',
      'halt.switched-off',
      'halt.voided',
      'halt.proved',
    ]);
    expect(incident).toMatchObject({
      state: 'contained',
      halt: { proof: blob('proof'), orderedBy: 'policy' },
    });
    expect(world.state.gate.state).toBe('halted');
    expect(world.state.roots).toMatchObject([{ id: ROOT, lastReport: { verdict: 'tampered', changes: 1 } }]);
  });

  it('keeps its beginning and its end when it stays open for weeks', () => {
    const world = new World();
    world.judge('tampered', ['k']);
    for (let n = 0; n < 3_000; n++)
      world.append({
        kind: 'guardian.back',
        shop: shop.id,
        actor: server,
        data: { guardian: 'inside' as never, kind: 'guard' },
      });
    const timeline = currentIncident(world.state)?.timeline ?? [];
    expect(timeline).toHaveLength(1_000);
    expect(timeline[1]?.kind).toBe('incident.opened');
    expect(timeline.at(-1)?.index).toBe(world.state.applied);
  });
});
