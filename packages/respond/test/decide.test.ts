import * as fc from 'fast-check';
import type { VerdictKind } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import {
  applyEntry,
  currentIncident,
  decide,
  initialState,
  orderHalt,
  pending,
  type Recorded,
  stamp,
} from '../src/index.ts';
import { blob, CHECK, shopOf, World } from './world.ts';

describe('what follows from an entry', () => {
  it('a tampered verdict opens an incident and halts', () => {
    const world = new World();
    world.judge('tampered', ['skimmer']);
    expect(world.kinds()).toEqual(['judged', 'incident.opened', 'halt.ordered']);
    expect(world.state.gate.state).toBe('halting');
  });

  it.each(['changed', 'not-fully-observed', 'clean'] as const)(
    '%s opens nothing and never halts',
    (verdict) => {
      const world = new World();
      for (let n = 0; n < 20; n++) world.judge(verdict, ['skimmer']);
      expect(new Set(world.kinds())).toEqual(new Set(['judged']));
      expect(world.state.gate.state).toBe('open');
    },
  );

  it('the same finding again floods nothing; a new one joins', () => {
    const world = new World();
    world.judge('tampered', ['skimmer']);
    world.haltProved();
    const from = world.ledger.length;
    for (let n = 0; n < 50; n++) world.judge('tampered', ['skimmer']);
    world.judge('tampered', ['skimmer', 'form']);
    world.judge('tampered', ['form']);
    expect(world.kinds(from).filter((kind) => kind !== 'judged')).toEqual(['incident.joined']);
    expect(currentIncident(world.state)?.causes).toHaveLength(2);
  });

  it('a page that shows a new finding at every visit fills neither state nor incident without end', () => {
    const world = new World();
    for (let n = 0; n < 50; n++)
      world.judge(
        'tampered',
        Array.from({ length: 500 }, (_, k) => `${n}-${k}`),
      );
    expect(world.state.knownKeys.length).toBeLessThanOrEqual(2_200);
    expect(world.kinds().filter((kind) => kind === 'incident.joined').length).toBeLessThan(12);
    expect(world.state.gate.state).toBe('halting');
  });

  it('without the body of the judgement, source and title stand in for its findings', () => {
    const world = new World();
    const draft = world.judge('tampered', ['skimmer']);
    const bare = new World();
    for (let n = 0; n < 5; n++) {
      bare.append(draft);
      bare.settle(pending);
    }
    expect(bare.kinds().filter((kind) => kind !== 'judged')).toEqual(['incident.opened', 'halt.ordered']);
  });

  it('policy alert opens without halting; the processor may still halt', () => {
    const world = new World(shopOf({ onTampered: 'alert' }));
    world.judge('tampered', ['skimmer']);
    world.judge('tampered', ['skimmer']);
    expect(world.kinds()).toEqual(['judged', 'incident.opened', 'judged']);
    expect(world.state.haltsOwed).toHaveLength(1);
    world.notice('case-1');
    world.notice('case-1');
    expect(world.kinds(3)).toEqual([
      'processor.notified',
      'incident.joined',
      'halt.ordered',
      'processor.notified',
    ]);
  });

  it("the processor's notice opens and halts by its own policy", () => {
    const halting = new World();
    halting.notice('case-1');
    expect(halting.kinds()).toEqual(['processor.notified', 'incident.opened', 'halt.ordered']);
    const alerting = new World(shopOf({ onProcessorNotice: 'alert' }));
    alerting.notice('case-1');
    expect(alerting.kinds()).toEqual(['processor.notified', 'incident.opened']);
  });

  it.each(['known', 'new'])('a %s finding during a resumption orders the halt again', (which) => {
    const world = new World();
    world.judge('tampered', ['known']);
    world.haltProved();
    world.append({
      kind: 'resume.ordered',
      shop: world.shop.id,
      actor: { kind: 'person', name: '狛井' },
      data: { incident: world.incident, reason: 'fixed', check: CHECK },
    });
    expect(world.state.gate.state).toBe('resuming');
    world.judge('tampered', [which]);
    expect(world.kinds().at(-1)).toBe('halt.ordered');
    expect(world.state.gate.state).toBe('halting');
  });

  it('a person halts once, in her name, with or without an incident', () => {
    const world = new World(shopOf({ onTampered: 'alert' }));
    const press = () => {
      const { drafts } = orderHalt(
        world.state,
        { person: '狛井', reason: '不審な注文' },
        world.ledger[0]?.entry.at ?? ('' as never),
      );
      for (const draft of drafts) world.append(draft);
      world.settle(pending);
    };
    press();
    press();
    expect(world.kinds()).toEqual(['incident.opened', 'halt.ordered']);
    expect(currentIncident(world.state)?.halt?.orderedBy).toBe('狛井');
    const alerted = new World(shopOf({ onTampered: 'alert' }));
    alerted.judge('tampered', ['skimmer']);
    for (const draft of orderHalt(alerted.state, { person: '狛井', reason: 'x' }, alerted.ledger[0]!.entry.at)
      .drafts)
      alerted.append(draft);
    alerted.settle(pending);
    expect(alerted.kinds(1)).toEqual(['incident.opened', 'incident.joined', 'halt.ordered']);
  });

  it('may be asked with the state before the entry or after it', () => {
    const world = new World();
    world.judge('tampered', ['skimmer']);
    const [first] = world.ledger as [Recorded];
    const before = initialState(world.shop.id);
    const expected = decide(before, first, world.shop);
    expect(decide(applyEntry(before, first), first, world.shop)).toEqual(expected);
    expect(expected.map(({ kind }) => kind)).toEqual(['incident.opened']);
  });
});

type Event =
  | { readonly verdict: VerdictKind; readonly keys: readonly string[] }
  | { readonly notice: string };

const events: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    verdict: fc.constantFrom<VerdictKind[]>('clean', 'changed', 'tampered', 'not-fully-observed'),
    keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ notice: fc.constantFrom('case-1', 'case-2') }),
);

describe('recovery', () => {
  it('a crash between a cause and what follows from it loses and doubles nothing', () => {
    const policy = fc.constantFrom<('halt' | 'alert')[]>('halt', 'alert');
    fc.assert(
      fc.property(
        fc.array(events, { maxLength: 8 }),
        policy,
        policy,
        (list, onTampered, onProcessorNotice) => {
          const world = new World(shopOf({ onTampered, onProcessorNotice }));
          for (const event of list) {
            if ('notice' in event) world.notice(event.notice);
            else world.judge(event.verdict, event.keys);
          }
          for (let cut = 0; cut <= world.ledger.length; cut++) {
            const survivor = new World(world.shop);
            for (const { entry, judgement } of world.ledger.slice(0, cut)) {
              const { v: _, at: __, ...draft } = entry;
              survivor.append(draft, judgement);
            }
            survivor.settle(pending);
            // What the crash cut off is made again, byte for byte: ids and order included.
            const made = survivor.ledger.map(({ entry }) => entry);
            expect(made).toEqual(world.ledger.slice(0, made.length).map(({ entry }) => entry));
            for (const { index, entry, judgement } of world.ledger.slice(made.length)) {
              survivor.state = applyEntry(survivor.state, { index, entry, judgement });
            }
            expect(survivor.state).toEqual(world.state);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('a resumption that was under way when the server ended has failed: the gate halts again', () => {
    const world = new World();
    world.judge('tampered', ['skimmer']);
    world.haltProved();
    const check = CHECK;
    const actor = { kind: 'person', name: '狛井' } as const;
    world.append({
      kind: 'resume.ordered',
      shop: world.shop.id,
      actor,
      data: { incident: world.incident, reason: 'x', check },
    });
    world.restart();
    expect(world.kinds().slice(-2)).toEqual(['server.started', 'resume.failed']);
    expect(world.state.gate.state).toBe('halting');
    expect(currentIncident(world.state)?.halt).toMatchObject({ switchedOffAt: null, provedAt: null });
  });

  it('stamps say when, drafts say what', () => {
    const draft = new World().judge('clean', []);
    expect(stamp(draft, '2026-01-01T00:00:00.000Z' as never)).toMatchObject({
      v: 1,
      at: '2026-01-01T00:00:00.000Z',
    });
    expect(blob('x')).toMatch(/^sha256:/);
  });
});
