import type { Brake } from './journey/stop.ts';
import type { Ground } from './journey/walk.ts';

/**
 * After the last step: leave the fields, wait, go on to another page of the shop, leave that. What was stashed on the
 * payment page and is sent from the next one, and what is sent on blur and on unload, is seen only this way.
 */
export async function leave(ground: Ground, next: string | null): Promise<void> {
  const { walker, settling, brake } = ground;
  if (next !== null) {
    await attempt(brake, ground.leaveFrames());
    const there = await attempt(brake, walker.goto(next, { waitUntil: 'commit', timeout: 5_000 }));
    if (there) await settling.rest(150, 2_500);
  }
  await attempt(brake, ground.leaveFrames());
  await attempt(brake, walker.goto('about:blank', { waitUntil: 'commit', timeout: 3_000 }));
  await settling.rest(150, 1_500);
}

/** Leaving may fail; what was seen stands. */
async function attempt(brake: Brake, action: Promise<unknown>): Promise<boolean> {
  try {
    await brake.race(action);
    return true;
  } catch {
    return false;
  }
}

/** Clicks nowhere, tabs on: the last field loses the keyboard, `change` and `blur` fire. */
export async function leaveFields(ground: Ground, cap: number): Promise<void> {
  await ground.hands.press('Tab').catch(() => undefined);
  await ground.settling.rest(300, cap);
}
