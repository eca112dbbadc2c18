import { randomBytes } from 'node:crypto';
import type { VisitRole } from '@komainu/model';
import { ANYWHERE, type Draws, throwAway } from '../browser/draws.ts';
import type { Watcher } from '../observe/observer.ts';
import { hasFrames } from '../observe/target.ts';

/** The first draws of `Math.random` in every page and frame of a free visit. */
export function createLuck(
  role: VisitRole | undefined,
  draws: Draws | null,
): { readonly watcher: Watcher; readonly secret: string } {
  const secret = `k${randomBytes(12).toString('hex')}`;
  const offsets = (role?.kind === 'free' ? draws?.[role.draws] : null) ?? ANYWHERE;
  const source = `${throwAway(offsets)}\n//# sourceURL=${secret}`;
  return {
    secret,
    watcher: {
      attach: (target) =>
        hasFrames(target)
          ? [target.session.send('Page.addScriptToEvaluateOnNewDocument', { source, runImmediately: true })]
          : [],
    },
  };
}
