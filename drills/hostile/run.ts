/**
 * Every hostile page in turn, over and over, in one browser, 200 visits in all; then an ordinary visit that must see
 * everything. Prints a line a visit; exit 1 when one was late, said nothing it should have said, or the last is not
 * as it should be.
 *
 *   node --conditions=source drills/hostile/run.ts [visits] [id…]
 */
import { openBrowser } from '@komainu/probe';
import { HOSTILE } from './cases.ts';
import { fight } from './round.ts';
import { openHostileSite } from './site.ts';

const [count = '200', ...ids] = process.argv.slice(2);
const cases = HOSTILE.filter(({ id }) => ids.length === 0 || ids.includes(id));
const site = await openHostileSite(cases);
const browser = await openBrowser();
let failed = 0;
try {
  for (let round = 0; round < Number(count); round++) {
    const which = cases[round % cases.length];
    if (!which) break;
    const { said, verdict, took, inTime } = await fight(browser, site.pageFor(which));
    const told =
      which.says.length === 0 ||
      verdict === 'not-fully-observed' ||
      which.says.some((code) => said.has(code));
    if (!told || !inTime) failed += 1;
    const end = `${inTime ? '' : ' LATE'}${told ? '' : ' SAID NOTHING'}`;
    console.log(
      `${String(round + 1).padStart(4)}  ${which.id.padEnd(18)} ${(took / 1000).toFixed(1).padStart(5)} s  ${verdict.padEnd(18)} ${[...said].join(' ') || '-'}${end}`,
    );
  }
  const { recording, said, took } = await fight(browser, site.pageFor(null));
  const typed = recording.artifacts.cardFields;
  const fields = typed.kind === 'observed' ? typed.value.filter((field) => field.typedAt !== null).length : 0;
  const ordinary = said.size === 0 && fields === 4;
  if (!ordinary) failed += 1;
  console.log(
    `the ordinary visit after them: ${(took / 1000).toFixed(1)} s, ${fields} of 4 fields typed, ${said.size === 0 ? 'nothing missed' : [...said].join(' ')}`,
  );
} finally {
  await browser.close();
  await site.close();
}
console.log(failed === 0 ? 'all held' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
