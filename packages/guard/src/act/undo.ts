import type { Blobs, GuardAct } from '@komainu/model';
import type { OpenSeal } from '../seal/open-seal.ts';
import { quarantineFile } from '../restore/quarantine.ts';
import { restoreFiles, type RestoreResult } from '../restore/restore-file.ts';
import { withKept } from '../restore/with-kept.ts';
import type { Step } from './plan.ts';

/** More than this is not read into memory to be kept before it is replaced; such a file stays, and that is told. */
const MAX_KEPT = 16 << 20;

interface UndoOptions {
  readonly seal: OpenSeal;
  readonly dir: string;
  readonly blobs: Blobs;
  /**
   * A former run of the guard may have done it and not have told, so that what is as sealed now is told as done.
   */
  readonly again: boolean;
}

/**
 * Puts each path as the seal has it. Null where nothing was to be done: it was so already. Restores come first, as in
 * a {@link Planner}'s order.
 */
export async function* undoAll(
  steps: readonly Step[],
  options: UndoOptions,
): AsyncGenerator<readonly [Step, GuardAct | null]> {
  const restores = new Map(steps.filter(({ act }) => act === 'restore').map((step) => [step.path, step]));
  // What stood there when it was reported is in the spool with the report; only what came since must be kept here.
  const blobs = withKept(
    options.blobs,
    [...restores.values()].map(({ change }) => change.bodyAfter),
  );
  const { seal, dir } = options;
  for await (const result of restoreFiles({ seal, dir, paths: restores.keys(), blobs, maxKept: MAX_KEPT })) {
    const step = restores.get(result.path);
    if (step) yield [step, restored(step, result, options)];
  }
  for (const step of steps) if (step.act === 'quarantine') yield [step, await takeAway(step, options)];
}

function restored({ act, path, change }: Step, result: RestoreResult, options: UndoOptions): GuardAct | null {
  if (result.kind === 'refused') return { kind: 'failed', act, path, reason: result.message };
  if (result.kind === 'restored') {
    const { to, replaced, was } = result;
    return { kind: 'restored', path, to, replaced, was };
  }
  if (!options.again) return null;
  const to = options.seal.entries.get(path)?.hash ?? null;
  return { kind: 'restored', path, to, replaced: change.bodyAfter, was: change.after };
}

async function takeAway(step: Step, { dir, blobs, again }: UndoOptions): Promise<GuardAct | null> {
  const { act, path, change } = step;
  const keeping = withKept(blobs, [change.bodyAfter]);
  const quarantine = async () => quarantineFile({ dir, path, blobs: keeping, maxKept: MAX_KEPT });
  let result = await quarantine();
  // Refused when it changed while it was being kept.
  for (let retry = 0; retry < 2 && result.kind === 'refused'; retry++) result = await quarantine();
  if (result.kind === 'quarantined') {
    const { body, was } = result;
    return { kind: 'quarantined', path, body, was };
  }
  if (result.kind === 'gone')
    return again ? { kind: 'quarantined', path, body: change.bodyAfter, was: change.after } : null;
  return { kind: 'failed', act, path, reason: result.message };
}
