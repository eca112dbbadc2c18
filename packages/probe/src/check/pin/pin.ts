import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import type { Canary } from '@komainu/model';
import { type Draws, throwAway } from '../../browser/draws.ts';
import type { Settling } from '../../journey/settle.ts';
import type { Brake, Pace } from '../../journey/stop.ts';
import type { FrameTree } from '../../observe/frame-tree.ts';
import type { Watcher } from '../../observe/observer.ts';
import { hasFrames, type Target } from '../../observe/target.ts';
import type { Sight } from '../../page/sight.ts';
import type { Onward } from '../../witness/gate.ts';
import { type Archive, createArchive } from './archive.ts';
import { createClock } from './clock.ts';
import { type Chance, pinChance } from './page-chance.ts';
import { pinPageClock } from './page-clock.ts';
import { pinnedSettling } from './settle.ts';
import { createTraffic } from './traffic.ts';
import { makeVeil } from './veil.ts';
import { inWorkers } from './workers.ts';

/** What the visits that are compared have in common. */
export interface Pins {
  /** Ms since 1970 at which each of them begins. */
  readonly epoch: number;
  readonly archive: Archive;
  readonly chance: Omit<Chance, 'draws'>;
  /** Of the mouse and keyboard. */
  readonly rhythm: number;
  /** A word no page knows: the address of our scripts. */
  readonly secret: string;
}

export function createPins(epoch: number): Pins {
  return {
    epoch,
    archive: createArchive(),
    chance: { seed: [randomInt(2 ** 31), randomInt(2 ** 31), randomInt(2 ** 31)], pairs: keyPairs() },
    rhythm: randomInt(2 ** 31),
    secret: `k${randomBytes(12).toString('hex')}`,
  };
}

/** One pinned visit. */
export interface Pin {
  readonly secret: string;
  readonly watchers: readonly Watcher[];
  readonly onward: Onward;
  readonly pace: Pace;
  /** Of hands that are alike in every sibling. */
  readonly chance: () => number;
  /** Ms since 1970, by the visit's clock. */
  readonly now: () => number;
  /** Once the page is there and before it goes anywhere. */
  start(page: Target): Promise<void>;
  settling(page: Target, tree: FrameTree, sight: Sight, brake: Brake): Settling;
  /** What could not be pinned, in a few words each. */
  unpinned(): readonly string[];
}

/** Virtual ms of a slice just after something was asked for, and when nothing was for a while. */
const SLICE = { busy: 10, quiet: 100, idle: 500 } as const;
const MAX_UNPINNED = 40;

export function createPin(pins: Pins, canary: Canary, mode: 'keep' | 'give', draws: Draws | null): Pin {
  const { secret } = pins;
  const left = new Set<string>();
  const unpinned = (what: string): void => {
    if (left.size < MAX_UNPINNED) left.add(what);
  };
  /** The slice that is being lived through. */
  let granting = 0;
  let lastTraffic = 0;
  const clock = createClock({
    epoch: pins.epoch,
    underWay: () => traffic.underWay(),
    relieve: () => traffic.relieve(),
    unpinned,
  });
  const traffic = createTraffic({
    archive: pins.archive,
    canary,
    mode,
    // In a slice time stands still for who asks for something, where it can. Between slices the hands are at work:
    // what they bring about waits for the next; a walker who opens a page waits himself.
    // A frame's document may be of a process of its own, which has to begin between two slices.
    holds: ({ resourceType, frameId }, main) =>
      granting > 0
        ? clock.impatient() || (resourceType === 'Document' && frameId !== main)
        : resourceType !== 'Document',
    opened: () => clock.renewed(),
    unpinned,
  });
  let turn: Promise<unknown> = Promise.resolve();
  const pass = (ms: number): Promise<void> => {
    const passed = turn.then(() => live(ms));
    turn = passed.catch(() => undefined);
    return passed;
  };
  const live = async (ms: number): Promise<void> => {
    if (!clock.started()) return new Promise((resolve) => setTimeout(resolve, ms));
    const until = clock.now() + Math.round(ms);
    for (;;) {
      if ((await traffic.settle()) > 0) lastTraffic = clock.now();
      if (traffic.loading()) lastTraffic = clock.now();
      const rest = until - clock.now();
      if (rest <= 0) return;
      const quiet = clock.now() - lastTraffic;
      const slice = Math.min(rest, quiet < 50 ? SLICE.busy : quiet < 3_000 ? SLICE.quiet : SLICE.idle);
      granting = slice;
      await clock.grant(slice);
      granting = 0;
    }
  };

  const config: Chance = { ...pins.chance, draws: draws === null };
  const source = [
    draws === null ? '' : throwAway(draws.low.slice(0, 1)),
    `(()=>{const veil=(${makeVeil.toString()})();const say=console.debug.bind(console,${JSON.stringify(secret)});`,
    `(${pinPageClock.toString()})(veil);(${pinChance.toString()})(veil,${JSON.stringify(config)},say);})();\n//# sourceURL=${secret}`,
  ].join('');
  const script: Watcher = {
    attach: (target) => {
      const { session } = target;
      session.on('Runtime.consoleAPICalled', ({ args }) => {
        if (args[0]?.value === secret) unpinned(String(args[1]?.value ?? '').slice(0, 200));
      });
      session.on('Network.webSocketCreated', ({ url }) => unpinned(`WebSocket ${url.slice(0, 200)}`));
      return [
        session.send('Runtime.enable'),
        ...(hasFrames(target)
          ? [session.send('Page.addScriptToEvaluateOnNewDocument', { source, runImmediately: true })]
          : []),
      ];
    },
  };
  let state = pins.rhythm;
  return {
    secret,
    watchers: [clock, traffic, script, inWorkers(source, secret)],
    onward: traffic.onward,
    pace: { now: () => (clock.started() ? clock.now() : performance.now()), pass },
    // mulberry32
    chance: () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    // What happens in a slice is told of in it or right after: in either case it counts as its end.
    now: () => pins.epoch + clock.now() + granting,
    start: (page) => clock.start(page),
    settling: (page, tree, sight, brake) => pinnedSettling(page, tree, sight, brake, () => lastTraffic),
    unpinned: () => [...left].toSorted(),
  };
}

/** Key pairs for pages that make their own: one of each curve. */
function keyPairs(): Chance['pairs'] {
  const made = [
    ...['P-256', 'P-384', 'P-521'].map(
      (namedCurve) => [namedCurve, generateKeyPairSync('ec', { namedCurve })] as const,
    ),
    ['X25519', generateKeyPairSync('x25519')] as const,
    ['ED25519', generateKeyPairSync('ed25519')] as const,
  ];
  return Object.fromEntries(
    made.map(([name, { publicKey, privateKey }]) => [
      name,
      { publicKey: publicKey.export({ format: 'jwk' }), privateKey: privateKey.export({ format: 'jwk' }) },
    ]),
  );
}
