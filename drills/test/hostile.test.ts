import { openProbe, type Probe } from '@komainu/probe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE } from '../hostile/cases.ts';
import { approve, fight, type Ordinary } from '../hostile/round.ts';
import { type HostileSite, openHostileSite } from '../hostile/site.ts';

/** The quick ones, of each kind one; all of them: `make hostile`. */
const SOME = [
  'loop',
  'frames-200',
  'dialogs',
  'popups',
  'away',
  'prototypes',
  'private-addresses',
  'debugger',
];
const cases = HOSTILE.filter(({ id }) => SOME.includes(id));

let site: HostileSite;
let probe: Probe;
let ordinary: Ordinary;
beforeAll(async () => {
  site = await openHostileSite(cases);
  probe = await openProbe();
  ordinary = await approve(probe, site.pageFor(null));
});
afterAll(async () => {
  await probe.close();
  await site.close();
});

test.each(cases)('$id: $why', async (which) => {
  const { inTime, told } = await fight(probe, site.pageFor(which), which);
  expect({ inTime, told }).toEqual({ inTime: true, told: true });
});

test('an ordinary check after them is clean', async () => {
  const { verdict } = await ordinary.check();
  expect(verdict).toMatchObject({ kind: 'clean' });
});
