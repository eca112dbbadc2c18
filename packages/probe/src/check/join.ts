import type { Journey } from '@komainu/model';
import { type Ground, walk, type Walked } from '../journey/walk.ts';
import type { Fork } from './fork.ts';
import { ForkLost } from './setting.ts';

/** Longest rest after the page was opened, ms of the visit. */
const REST = 8_000;

/**
 * Opens the page another visit came to, with what that visit had in its stores, and walks the rest of the journey.
 * @throws ForkLost where the page sends us elsewhere, or the steps do not come to the card
 */
export async function joined(ground: Ground, journey: Journey, fork: Fork): Promise<Walked> {
  const { walker, brake, settling } = ground;
  try {
    const response = await brake.race(
      walker.goto(fork.address, {
        waitUntil: 'commit',
        timeout: 15_000,
        ...(fork.referrer ? { referer: fork.referrer } : {}),
      }),
    );
    if (response && response.status() >= 400) throw new ForkLost(`HTTP ${response.status()}`);
    await settling.rest(120, REST);
  } catch (error) {
    brake.check();
    throw error instanceof ForkLost ? error : new ForkLost('the page did not open', { cause: error });
  }
  const there = ground.tree.main(ground.page)?.url ?? '';
  if (place(there) !== place(fork.address)) throw new ForkLost('sent elsewhere');
  const walked = await walk(ground, journey, fork.step);
  if (
    !ground.cardFields.anyTyped() &&
    walked.failure &&
    /^(step-|http-status|redirect-loop)/.test(walked.failure.code)
  )
    throw new ForkLost(walked.failure.code);
  return walked;
}

/** Origin and path: what follows them may be drawn anew for every visit. */
function place(address: string): string {
  const url = URL.parse(address);
  return url ? url.origin + url.pathname : address;
}
