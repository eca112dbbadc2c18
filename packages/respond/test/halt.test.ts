import * as fc from 'fast-check';
import { type Failure, text } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import { backoff, checkGate, type EntryDraft, type HaltProof, runHalt, type Wait } from '../src/index.ts';
import { broken } from './invariants.ts';
import { MemoryShop, type Mishap } from './memory-shop.ts';
import { blob, World } from './world.ts';

/** Waits only for its turn, and remembers how long it should have been. */
const quick = () => {
  const waits: number[] = [];
  const wait: Wait = async (ms) => {
    waits.push(ms);
    await new Promise(setImmediate);
  };
  return { waits, wait };
};

const visit = (shop: MemoryShop) => async (): Promise<HaltProof> =>
  shop.open
    ? {
        proved: false,
        reason: text('a card field was reached', 'カード欄に到達できました'),
        proof: blob('visit'),
      }
    : { proved: true, reason: text('no card field', 'カード欄はありません'), proof: blob('visit') };

const halting = () => {
  const world = new World();
  world.judge('tampered', ['skimmer']);
  return world;
};

const options = (world: World, engine: MemoryShop) => ({
  shop: world.shop,
  state: () => world.state,
  port: engine.port(),
  prove: visit(engine),
  record: world.record,
  signal: new AbortController().signal,
  wait: quick().wait,
});

const failing = (failure: Failure, until: number) => {
  let calls = 0;
  return async () =>
    ++calls <= until
      ? ({ kind: 'failed', failure } as const)
      : ({ kind: 'done', value: [{ code: 'card', enabled: false }] } as const);
};

describe('a halt', () => {
  it('is switched off, voided and proved, each recorded', async () => {
    const world = halting();
    const engine = new MemoryShop();
    expect(await runHalt(options(world, engine))).toEqual({ kind: 'proved' });
    expect(engine.open).toBe(false);
    expect(world.kinds(3)).toEqual(['halt.switched-off', 'halt.voided', 'halt.proved']);
    expect(world.state.gate.state).toBe('halted');
    expect(await runHalt(options(world, engine))).toEqual({ kind: 'proved' });
    expect(world.kinds(6)).toEqual([]);
  });

  it('does nothing where none is ordered', async () => {
    const world = new World();
    const engine = new MemoryShop();
    expect(await runHalt(options(world, engine))).toEqual({ kind: 'not-halting' });
    expect(engine.open).toBe(true);
  });

  it('writes an outage as a few lines with its exact count, and waits longer and longer', async () => {
    const world = halting();
    const engine = new MemoryShop();
    const { waits, wait } = quick();
    const failure: Failure = {
      code: 'unreachable',
      message: text('down', '停止中'),
      detail: '\ud800'.repeat(9_000),
    };
    const port = { ...engine.port(), switchOff: failing(failure, 437) };
    engine.turn(false);
    await runHalt({ ...options(world, engine), port, wait });
    const failures = world.ledger.flatMap(({ entry }) =>
      entry.kind === 'halt.failed' ? [entry.data.attempt] : [],
    );
    expect(failures).toEqual([1, 10, 100, 437]);
    expect(world.state.incidents[0]?.halt).toMatchObject({
      failures: 437,
      lastFailure: { code: 'unreachable' },
    });
    expect(waits.slice(0, 8)).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000]);
    expect(Math.max(...waits)).toBe(15_000);
  });

  it('tells distinct failures apart, but lets a platform that invents them write no flood', async () => {
    const world = halting();
    const engine = new MemoryShop();
    engine.turn(false);
    let calls = 0;
    const port = {
      ...engine.port(),
      voidInFlight: async () =>
        ++calls < 1_000
          ? ({
              kind: 'failed',
              failure: { code: 'step-failed', message: text(`error ${calls}`, `エラー${calls}`) },
            } as const)
          : ({ kind: 'done', value: { voided: 2, note: 'two' } } as const),
    };
    await runHalt({ ...options(world, engine), port });
    expect(world.kinds().filter((kind) => kind === 'halt.failed').length).toBeLessThan(32);
    expect(world.state.incidents[0]?.halt?.failures).toBe(999);
  });

  it('a method that stays on, or none at all, is no switch-off', async () => {
    for (const lie of [[{ code: 'card', enabled: true }], []]) {
      const world = halting();
      const stop = new AbortController();
      const engine = new MemoryShop();
      const port = { ...engine.port(), switchOff: async () => ({ kind: 'done', value: lie }) as const };
      const wait: Wait = async () => stop.abort();
      expect(await runHalt({ ...options(world, engine), port, wait, signal: stop.signal })).toEqual({
        kind: 'aborted',
      });
      expect(world.kinds(3)).toEqual(['halt.failed']);
    }
  });

  it('a platform that comes on again before the proof is switched off again', async () => {
    const world = halting();
    const engine = new MemoryShop();
    let reopened = false;
    const prove = async () => {
      const proof = await visit(engine)();
      // After the visit saw no card, and before the methods are read again.
      if (!reopened) engine.turn(true);
      reopened = true;
      return proof;
    };
    await runHalt({ ...options(world, engine), prove });
    expect(world.kinds(3)).toEqual([
      'halt.switched-off',
      'halt.voided',
      'halt.failed',
      'halt.switched-off',
      'halt.voided',
      'halt.proved',
    ]);
    expect(engine.open).toBe(false);
  });

  it('an act that never answers is cut off and tried again', async () => {
    const world = halting();
    const engine = new MemoryShop();
    let hung = 0;
    const port = {
      ...engine.port(),
      voidInFlight: () =>
        hung++ === 0
          ? new Promise<never>(() => {})
          : engine.port().voidInFlight(new AbortController().signal),
    };
    await runHalt({ ...options(world, engine), port, deadlines: { act: 20, prove: 20 } });
    expect(world.state.gate.state).toBe('halted');
    expect(world.ledger.find(({ entry }) => entry.kind === 'halt.failed')?.entry).toMatchObject({
      data: { act: 'void', failure: { code: 'timeout' } },
    });
  });

  it('a person aborts a run, not the halt: the next run goes on from the act that was reached', async () => {
    const world = halting();
    const engine = new MemoryShop();
    const stop = new AbortController();
    const prove = async (): Promise<HaltProof> => {
      stop.abort();
      return { ...(await visit(engine)()), proved: false };
    };
    expect(await runHalt({ ...options(world, engine), prove, signal: stop.signal })).toEqual({
      kind: 'aborted',
    });
    expect(world.state.gate.state).toBe('halting');
    const from = world.ledger.length;
    await runHalt(options(world, engine));
    expect(world.kinds(from)).toEqual(['halt.proved']);
  });

  it('a stop does not wait for a platform that hangs', async () => {
    const world = halting();
    const stop = new AbortController();
    const port = { ...new MemoryShop().port(), switchOff: () => new Promise<never>(() => {}) };
    const run = runHalt({ ...options(world, new MemoryShop()), port, signal: stop.signal });
    setImmediate(() => stop.abort());
    expect(await run).toEqual({ kind: 'aborted' });
    expect(world.kinds(3)).toEqual([]);
  });

  it('what was done for a former order counts for nothing in the next', async () => {
    const world = halting();
    const engine = new MemoryShop();
    let reordered = false;
    world.gatekeeper = async ({ kind }) => {
      if (kind === 'halt.proved' && !reordered) throw new Error('ENOSPC');
    };
    const wait: Wait = async () => {
      if (reordered) return;
      reordered = true;
      engine.turn(true);
      const { incident } = world;
      const reason = text('again', 'もう一度');
      world.append({
        kind: 'halt.ordered',
        shop: world.shop.id,
        actor: { kind: 'server', name: 'policy' },
        data: { incident, reason },
      });
    };
    await runHalt({ ...options(world, engine), wait });
    expect(engine.open).toBe(false);
    expect(world.kinds(5)).toEqual(['halt.ordered', 'halt.switched-off', 'halt.voided', 'halt.proved']);
  });

  it('goes on while the ledger refuses, and records when it takes entries again', async () => {
    const world = halting();
    const engine = new MemoryShop();
    let full = true;
    let visits = 0;
    world.gatekeeper = async () => {
      if (full) throw new Error('ENOSPC');
    };
    const prove = async () => {
      visits++;
      return visit(engine)();
    };
    const wait: Wait = async () => {
      expect(engine.open).toBe(false);
      expect(visits).toBe(1);
      full = false;
    };
    expect(await runHalt({ ...options(world, engine), prove, wait })).toEqual({ kind: 'proved' });
    expect(world.kinds(3)).toEqual(['halt.switched-off', 'halt.voided', 'halt.proved']);
  });

  it('waits 0.2 s doubling to 15 s', () => {
    expect([1, 2, 3, 7, 8, 1_000].map(backoff)).toEqual([200, 400, 800, 12_800, 15_000, 15_000]);
  });
});

describe('a halted gate', () => {
  it('is held: what the platform switches on by itself is ordered off and proved again', async () => {
    const world = halting();
    const engine = new MemoryShop();
    await runHalt(options(world, engine));
    expect(await checkGate(options(world, engine))).toEqual({ kind: 'as-halted' });
    engine.turn(true);
    const from = world.ledger.length;
    expect(await checkGate(options(world, engine))).toMatchObject({
      kind: 'drifted',
      methods: [{ code: 'card' }, { code: 'card-2' }],
    });
    expect(world.state.gate.state).toBe('halting');
    expect(await checkGate(options(world, engine))).toEqual({ kind: 'not-halted' });
    await runHalt(options(world, engine));
    expect(engine.open).toBe(false);
    expect(world.kinds(from)).toEqual(['halt.ordered', 'halt.switched-off', 'halt.voided', 'halt.proved']);
  });

  it('is unknown, and stays halted, while the platform does not answer', async () => {
    const world = halting();
    const engine = new MemoryShop();
    await runHalt(options(world, engine));
    const port = engine.port(() => 'fail');
    expect(await checkGate({ ...options(world, engine), port })).toMatchObject({
      kind: 'unknown',
      failure: { code: 'unreachable' },
    });
    expect(world.state.gate.state).toBe('halted');
  });
});

const mishaps = fc.constantFrom<Mishap[]>(
  'ok',
  'fail',
  'throw',
  'done-but-fail',
  'crash-before',
  'crash-after',
  'reopen',
);
const disk = fc.constantFrom('ok', 'ok', 'ok', 'full', 'crash-before', 'crash-after');

describe('whatever fails, and wherever the process dies', () => {
  it('the halt ends proved, and nobody switched cards on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(mishaps, { maxLength: 30 }),
        fc.array(disk, { maxLength: 30 }),
        async (calls, writes) => {
          const world = halting();
          const engine = new MemoryShop();
          engine.onResume = () => {
            throw new Error('switched on without an order');
          };
          const nextCall = calls.values();
          const nextWrite = writes.values();
          for (let lives = 0; ; lives++) {
            expect(lives).toBeLessThan(100);
            const died = Promise.withResolvers<'died'>();
            const signal = new AbortController();
            const crash = () => {
              died.resolve('died');
              signal.abort();
              return new Promise<never>(() => {});
            };
            let dead = false;
            void died.promise.then(() => (dead = true));
            const record = async (draft: EntryDraft): Promise<void> => {
              if (dead) return crash();
              const fate = nextWrite.next().value ?? 'ok';
              if (fate === 'full') throw new Error('ENOSPC');
              if (fate === 'crash-before') return crash();
              world.append(draft);
              expect(
                broken(
                  world.ledger.map(({ entry }) => entry),
                  world.state,
                ),
              ).toBeNull();
              return fate === 'crash-after' ? crash() : undefined;
            };
            const port = engine.port(() => nextCall.next().value ?? 'ok', crash);
            const run = runHalt({ ...options(world, engine), port, record, signal: signal.signal });
            const end = await Promise.race([run, died.promise]);
            if (end !== 'died') {
              expect(end).toEqual({ kind: 'proved' });
              break;
            }
            // Only the ledger and the shop outlive a process.
            world.restart();
          }
          expect(world.state.gate.state).toBe('halted');
          if (engine.open) {
            expect((await checkGate(options(world, engine))).kind).toBe('drifted');
            await runHalt(options(world, engine));
          }
          expect(engine.open).toBe(false);
          expect(world.state.gate.state).toBe('halted');
        },
      ),
      { numRuns: 400 },
    );
  });
});
