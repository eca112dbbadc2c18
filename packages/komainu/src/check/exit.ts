import type { VerdictKind } from '@komainu/model';
import { EXIT, type ExitCode } from '../cli/errors.ts';

/** The exit code that says a verdict, for `check` and `scan`. */
export const EXIT_OF_VERDICT: Readonly<Record<VerdictKind, ExitCode>> = {
  clean: EXIT.ok,
  tampered: EXIT.tampered,
  changed: EXIT.changed,
  'not-fully-observed': EXIT.notFullyObserved,
};
