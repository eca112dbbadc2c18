import { instant } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import type { OpenSeal } from './open-seal.ts';

/**
 * What is to be told of a seal whose time is up, or null. It still guards (an old seal is better than none), but
 * whoever keeps newer releases from arriving must not be able to have an old, weak state believed for ever.
 */
export const expiryOf = ({ seal }: OpenSeal): Gap | null =>
  seal.expires === null || seal.expires > instant()
    ? null
    : {
        path: null,
        detail: `the seal, release ${seal.release}, expired at ${seal.expires}: seal anew, or find out what keeps newer releases from arriving`,
      };
