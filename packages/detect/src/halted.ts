import type { Failure, StepRecord, Visit } from '@komainu/model';

/**
 * Where a proving visit stopped that found nothing at a step: `card`, where the card is chosen or typed; `before` it,
 * where anything may have been missing; `unmarked`, when nobody has said which step chooses the card.
 */
export type Stop = 'card' | 'before' | 'unmarked';

export function stopOf(
  { journey: { chooseCard } }: Visit,
  steps: readonly StepRecord[],
  { step }: Failure,
): Stop {
  const role = steps.find(({ index }) => index === step)?.role;
  // Typing a part of the card is the same as choosing it, for a journey that chooses nothing.
  if (role !== undefined && (chooseCard === undefined || (step ?? -1) >= chooseCard)) return 'card';
  if (chooseCard === undefined) return 'unmarked';
  return step === chooseCard ? 'card' : 'before';
}
