import type { Journey, Step, StepRecord } from '@komainu/model';
import { cardFieldOf } from './fill.ts';

/** What a step is for, where a proof of halt rests on it. */
export function roleOf(step: Step): NonNullable<StepRecord['role']> | null {
  if ('role' in step && step.role !== undefined) return step.role;
  return step.type === 'change' && cardFieldOf(step.value) !== null ? 'type-card' : null;
}

/** How a recording names its journey: with the index of the step that chooses payment by card, where one is marked. */
export function chooseCardOf(journey: Journey): { readonly chooseCard?: number } {
  const index = journey.steps.findIndex((step) => roleOf(step) === 'choose-card');
  return index < 0 ? {} : { chooseCard: index };
}
