/**
 * Every hostile page in turn, over and over, in one browser, 200 visits in all; then a whole check of the untouched
 * page, which must be clean. Prints a line a visit; exit 1 when one was late, said nothing it should have said, or the
 * last check is not as it should be.
 *
 *   node --conditions=source drills/hostile/run.ts [visits] [id…]
 */
import { openProbe } from '@komainu/probe';
import { HOSTILE } from './cases.ts';
import { approve, fight } from './round.ts';
import { openHostileSite } from './site.ts';

const [count = '200', ...ids] = process.argv.slice(2);
const cases = HOSTILE.filter(({ id }) => ids.length === 0 || ids.includes(id));
const site = await openHostileSite(cases);
const probe = await openProbe();
let failed = 0;
try {
  const ordinary = await approve(probe, site.pageFor(null));
  for (let round = 0; round < Number(count); round++) {
    const which = cases[round % cases.length];
    if (!which) break;
    const { said, verdict, took, inTime, told } = await fight(probe, site.pageFor(which), which);
    if (!told || !inTime) failed += 1;
    const end = `${inTime ? '' : ' LATE'}${told ? '' : ' SAID NOTHING'}`;
    console.log(
      `${String(round + 1).padStart(4)}  ${which.id.padEnd(18)} ${(took / 1000).toFixed(1).padStart(5)} s  ${verdict.padEnd(18)} ${[...said].join(' ') || '-'}${end}`,
    );
  }
  const { verdict } = await ordinary.check();
  if (verdict.kind !== 'clean') failed += 1;
  console.log(`an ordinary check after them: ${verdict.kind}: ${verdict.reason.en}`);
} finally {
  await probe.close();
  await site.close();
}
console.log(failed === 0 ? 'all held' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
