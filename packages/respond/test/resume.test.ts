import * as fc from 'fast-check';
import { newId, text, type VerdictKind } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import {
  checkGate,
  currentIncident,
  type EntryDraft,
  type HaltProof,
  pending,
  type ResumeOptions,
  runHalt,
  runResume,
} from '../src/index.ts';
import { broken } from './invariants.ts';
import { MemoryShop, type Mishap } from './memory-shop.ts';
import { blob, CHECK, ROOT, shopOf, World } from './world.ts';

const halted = () => {
  const world = new World();
  const engine = new MemoryShop();
  world.judge('tampered', ['skimmer']);
  world.haltProved();
  engine.turn(false);
  return { world, engine };
};

const options = (world: World, engine: MemoryShop, verdict: VerdictKind = 'clean'): ResumeOptions => ({
  shop: world.shop,
  state: () => world.state,
  port: engine.port(),
  check: async () => ({ check: CHECK, verdict, judgement: blob('check') }),
  confirm: async () => ({ check: CHECK, verdict: 'clean', judgement: blob('confirm') }),
  record: world.record,
  request: { person: '狛井 守', reason: '復旧を確認' },
  signal: new AbortController().signal,
  wait: async () => {},
});

const reporting = (world: World) => (n: number, changes: number) => {
  const id = newId('report', n);
  world.append({
    kind: 'files.reported',
    shop: world.shop.id,
    actor: { kind: 'guard', name: 'inside' },
    data: {
      root: ROOT,
      report: id,
      body: blob('r'),
      changes,
      noticedAt: world.ledger[0]!.entry.at,
      writtenAt: null,
    },
  });
  return { kind: 'files', root: ROOT, report: id } as const;
};

describe('a resumption', () => {
  it('opens the gate in the name of a person, after a clean check', async () => {
    const { world, engine } = halted();
    const from = world.ledger.length;
    expect(await runResume(options(world, engine))).toMatchObject({
      kind: 'resumed',
      methods: [{ enabled: true }, { enabled: true }],
    });
    expect(engine.open).toBe(true);
    expect(world.kinds(from)).toEqual(['resume.ordered', 'resume.done']);
    expect(world.ledger.at(-1)?.entry.actor).toEqual({ kind: 'person', name: '狛井 守' });
    expect(world.state.gate.state).toBe('open');
    expect(currentIncident(world.state)).toBeNull();
    expect(await runResume(options(world, engine))).toMatchObject({ kind: 'refused' });
    world.judge('tampered', ['skimmer']);
    expect(world.state.incidents).toHaveLength(2);
    expect(world.state.gate.state).toBe('halting');
  });

  it.each(['changed', 'tampered', 'not-fully-observed'] as const)(
    'closes the gate again when the check with cards switched on is %s',
    async (verdict) => {
      const { world, engine } = halted();
      const from = world.ledger.length;
      const confirm = async () => {
        expect(engine.open).toBe(true);
        return { check: CHECK, verdict, judgement: blob('confirm') } as const;
      };
      expect(await runResume({ ...options(world, engine), confirm })).toMatchObject({ kind: 'failed' });
      expect(engine.open).toBe(false);
      expect(world.kinds(from)).toEqual(['resume.ordered', 'resume.failed']);
      expect(world.state.gate.state).toBe('halting');
    },
  );

  it('lets go of the platform at once when a halt is ordered during that check', async () => {
    const { world, engine } = halted();
    const confirm = () => {
      world.judge('tampered', ['another skimmer']);
      return new Promise<never>(() => undefined);
    };
    expect(await runResume({ ...options(world, engine), confirm })).toMatchObject({ kind: 'failed' });
    expect(world.state.gate.state).toBe('halting');
  });

  it.each(['changed', 'tampered', 'not-fully-observed'] as const)(
    'is refused, and recorded so, when the check is %s',
    async (verdict) => {
      const { world, engine } = halted();
      const end = await runResume(options(world, engine, verdict));
      expect(end.kind).toBe('refused');
      expect(world.kinds().at(-1)).toBe('resume.refused');
      expect(engine.open).toBe(false);
      expect(world.state.gate.state).toBe('halted');
    },
  );

  it.each([
    ['nobody', { person: ' ', reason: 'x' }],
    ['a name without end', { person: 'x'.repeat(201), reason: 'x' }],
    ['no reason', { person: '狛井', reason: '\n' }],
  ])('is refused for %s', async (_, request) => {
    const { world, engine } = halted();
    expect((await runResume({ ...options(world, engine), request })).kind).toBe('refused');
    expect(world.kinds().at(-1)).toBe('resume.refused');
    expect(engine.open).toBe(false);
  });

  it('is refused when the check throws or never ends', async () => {
    const { world, engine } = halted();
    const check = async () => {
      throw new Error('the browser is gone');
    };
    expect((await runResume({ ...options(world, engine), check })).kind).toBe('refused');
    expect(world.state.gate.state).toBe('halted');
  });

  it('is refused before the halt is proved, unless the person takes that upon herself by name', async () => {
    const world = new World();
    const engine = new MemoryShop();
    world.judge('tampered', ['skimmer']);
    engine.turn(false);
    expect((await runResume(options(world, engine))).kind).toBe('refused');
    const request = { person: '狛井', reason: '決済ページを廃止', accept: ['unproved-halt'] as const };
    expect((await runResume({ ...options(world, engine), request })).kind).toBe('resumed');
    const ordered = world.ledger.find(({ entry }) => entry.kind === 'resume.ordered');
    expect(ordered?.entry).toMatchObject({ data: { reason: '決済ページを廃止 [accepted: unproved-halt]' } });
  });

  it('is refused until the guard reports that all is as sealed: a harmless report since does not count', async () => {
    const { world, engine } = halted();
    const report = reporting(world);
    world.judge('tampered', ['skimmer'], report(1, 1));
    expect((await runResume(options(world, engine))).kind).toBe('refused');
    world.judge('clean', [], report(2, 1));
    expect((await runResume(options(world, engine))).kind).toBe('refused');
    world.judge('clean', [], report(3, 0));
    expect((await runResume(options(world, engine))).kind).toBe('resumed');
  });

  it('is refused while an upload that was tampered with stands, however often the rest is as sealed', async () => {
    const { world, engine } = halted();
    const report = reporting(world);
    const resumed = async () => (await runResume(options(world, engine))).kind === 'resumed';
    const told = (tampered: readonly string[], others: readonly string[], tamperedElsewhere = false) => ({
      uploads: { tampered, others, tamperedElsewhere },
    });
    world.judge('tampered', ['store'], report(1, 1), told(['up/a.png', 'up/b.png'], []));
    world.judge('clean', [], report(2, 0));
    world.judge('clean', [], report(3, 1), told([], ['up/a.png', 'up/c.png']));
    expect(await resumed()).toBe(false);
    world.judge('clean', [], report(4, 1), told([], ['up/b.png']));
    expect(await resumed()).toBe(true);
  });

  it('counts a tampering beside an upload as one of what is sealed', async () => {
    const { world, engine } = halted();
    const report = reporting(world);
    const uploads = { tampered: ['up/a.png'], others: [], tamperedElsewhere: true };
    world.judge('tampered', ['both'], report(1, 2), { uploads });
    world.judge('clean', [], report(2, 1), {
      uploads: { tampered: [], others: ['up/a.png'], tamperedElsewhere: false },
    });
    expect((await runResume(options(world, engine))).kind).toBe('refused');
    world.judge('clean', [], report(3, 0));
    expect((await runResume(options(world, engine))).kind).toBe('resumed');
  });

  it('a tampered check during the resumption wins', async () => {
    const { world, engine } = halted();
    const port = engine.port();
    const resume: typeof port.resume = async (signal) => {
      const done = await port.resume(signal);
      world.judge('tampered', ['skimmer']);
      return done;
    };
    const shared = { ...port, resume };
    expect((await runResume({ ...options(world, engine), port: shared })).kind).toBe('failed');
    expect(world.state.gate.state).toBe('halting');
    await runHalt({ ...options(world, engine), port: shared, prove: proveBy(engine) });
    expect(engine.open).toBe(false);
    expect(world.state.gate.state).toBe('halted');
  });

  it('a new cause during the check refuses it', async () => {
    const { world, engine } = halted();
    const check = async () => {
      world.notice('case-1');
      return { check: CHECK, verdict: 'clean', judgement: blob('check') } as const;
    };
    expect((await runResume({ ...options(world, engine), check })).kind).toBe('refused');
    expect(engine.open).toBe(false);
  });

  it('that the platform does not carry out fails, and the gate halts again', async () => {
    const { world, engine } = halted();
    let calls = 0;
    const port = engine.port(() => (++calls <= 9 ? 'done-but-fail' : 'ok'));
    const from = world.ledger.length;
    expect(await runResume({ ...options(world, engine), port, tries: 3 })).toMatchObject({
      kind: 'failed',
      failure: { code: 'unreachable' },
    });
    expect(world.kinds(from)).toEqual(['resume.ordered', 'resume.failed']);
    expect(world.state.gate.state).toBe('halting');
    await runHalt({ ...options(world, engine), prove: proveBy(engine) });
    expect(engine.open).toBe(false);
  });

  it('that a stop of the server cuts short leaves no cards on', async () => {
    const { world, engine } = halted();
    const stop = new AbortController();
    const confirm = () => {
      expect(engine.open).toBe(true);
      stop.abort();
      return new Promise<never>(() => {});
    };
    expect((await runResume({ ...options(world, engine), confirm, signal: stop.signal })).kind).toBe(
      'failed',
    );
    expect(engine.open).toBe(false);
    expect(world.state.gate.state).toBe('halting');
    expect(world.kinds().at(-1)).toBe('resume.failed');
  });

  it('that cannot be recorded does not stand', async () => {
    const { world, engine } = halted();
    world.gatekeeper = async ({ kind }) => {
      if (kind === 'resume.done') throw new Error('ENOSPC');
    };
    expect(await runResume(options(world, engine))).toMatchObject({
      kind: 'failed',
      failure: { detail: 'ENOSPC' },
    });
    expect(engine.open).toBe(false);
    expect(world.state.gate.state).toBe('halting');
  });

  it('closes an incident that only alerted without touching the platform', async () => {
    const world = new World(shopOf({ onTampered: 'alert' }));
    const engine = new MemoryShop();
    world.judge('tampered', ['skimmer']);
    engine.onResume = () => expect.unreachable('nothing was halted');
    expect((await runResume(options(world, engine))).kind).toBe('resumed');
    expect(world.state.gate).toEqual({ state: 'open', since: null });
    expect(currentIncident(world.state)).toBeNull();
  });
});

const proveBy = (engine: MemoryShop) => async (): Promise<HaltProof> => ({
  proved: !engine.open,
  reason: text('r', '理由'),
  proof: blob('visit'),
});

type Event = 'tampered' | 'clean' | 'notice' | 'resume' | 'drift' | 'restart';
const eventsOf = fc.array(
  fc.constantFrom<Event[]>('tampered', 'clean', 'notice', 'resume', 'drift', 'restart'),
  { minLength: 1, maxLength: 12 },
);
const mishapsOf = fc.array(
  fc.constantFrom<Mishap[]>(
    'ok',
    'ok',
    'fail',
    'throw',
    'done-but-fail',
    'crash-before',
    'crash-after',
    'reopen',
  ),
  { maxLength: 30 },
);

describe('a life of alarms, resumptions, failures and crashes', () => {
  it('cards are on only where a person ordered it, and every halt ends proved', async () => {
    await fc.assert(
      fc.asyncProperty(eventsOf, mishapsOf, async (events, mishaps) => {
        const world = new World();
        const engine = new MemoryShop();
        const next = mishaps.values();
        const entries = () => world.ledger.map(({ entry }) => entry);
        engine.onResume = () => {
          const ordered = entries().findLastIndex(({ kind }) => kind === 'halt.ordered');
          const resumed = entries().findLastIndex(
            ({ kind, actor }) => kind === 'resume.ordered' && actor.kind === 'person',
          );
          expect(resumed).toBeGreaterThan(ordered);
        };
        /** Runs one actor until it ends or the process dies under it; then another process takes over. */
        const live = async (act: (life: ResumeOptions) => Promise<unknown>): Promise<void> => {
          const died = Promise.withResolvers<void>();
          const stop = new AbortController();
          const crash = () => {
            died.resolve();
            stop.abort();
            return new Promise<never>(() => {});
          };
          const port = engine.port(() => next.next().value ?? 'ok', crash);
          const record = (draft: EntryDraft): Promise<void> => {
            if (stop.signal.aborted) return new Promise(() => {});
            world.append(draft);
            expect(broken(entries(), world.state)).toBeNull();
            world.settle(pending);
            return Promise.resolve();
          };
          await Promise.race([
            act({ ...options(world, engine), port, record, signal: stop.signal }),
            died.promise,
          ]);
          if (stop.signal.aborted) world.restart();
        };
        for (const event of [...events, 'restart' as const]) {
          if (event === 'notice') world.notice(`case ${world.ledger.length}`);
          else if (event === 'resume') await live(runResume);
          else if (event === 'drift') engine.turn(true);
          else if (event === 'restart') world.restart();
          else world.judge(event, ['skimmer']);
          expect(broken(entries(), world.state)).toBeNull();
          if (event === 'drift' || event === 'restart') await live(checkGate);
          while (world.state.gate.state === 'halting') {
            await live((life) => runHalt({ ...life, prove: proveBy(engine) }));
          }
        }
        const gate = () => world.state.gate.state;
        while (gate() === 'halted' && engine.open) {
          await live(checkGate);
          while (gate() === 'halting') await live((life) => runHalt({ ...life, prove: proveBy(engine) }));
        }
        expect(['open', 'halted']).toContain(world.state.gate.state);
        if (world.state.gate.state === 'halted') expect(engine.open).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});
