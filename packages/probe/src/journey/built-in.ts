import { instant, type StepRecord } from '@komainu/model';
import { viewOf } from '../page/view.ts';
import type { Ground, Walked } from './walk.ts';
import { walk } from './walk.ts';

/** Without a journey: open the page, type where a card is asked for, leave the fields. Nothing is submitted. */
export const BUILT_IN = { title: 'Open the page, type where a card is asked for', builtIn: 1 } as const;

export async function walkBuiltIn(ground: Ground, url: string): Promise<Walked> {
  const opened = await walk(ground, {
    title: BUILT_IN.title,
    steps: [{ type: 'navigate', url }],
  });
  if (opened.failure && opened.failure.code !== 'never-settled') return opened;
  const at = instant();
  const started = performance.now();
  await ground.beforeTyping();
  const view = await viewOf(ground.sight, ground.tree, ground.page);
  const fields = await ground.cardFields.see(view, ground.page);
  await ground.typist.byHint(fields.slice(0, 12), ground.filling.canary);
  const typing: StepRecord = {
    index: 1,
    type: 'typeCard',
    at,
    took: Math.round(performance.now() - started),
    failure: null,
  };
  return { steps: [...opened.steps, typing], failure: opened.failure };
}
