import type { ShopPort, VerdictKind } from '@komainu/model';
import { type ResumeCheck, type ResumeEnd, type ResumeRequest, runResume } from '@komainu/respond';
import type { Checks } from '../watch/checks.ts';
import type { Desk } from './desk.ts';

/** Worst first: one page that is not clean keeps the gate of the whole shop shut. */
const WORST: readonly VerdictKind[] = ['tampered', 'not-fully-observed', 'changed', 'clean'];

/**
 * Resumption as a person asks for it: every payment page is checked anew, the worst verdict counts; and once more with
 * cards switched on, when the checks type one again.
 */
export function resumer(desk: Desk, port: ShopPort, checks: Checks, signal: AbortSignal) {
  const check = async (): Promise<ResumeCheck> => {
    const { id, pages } = desk.shop;
    const results = await Promise.all(pages.map((page) => checks.check(id, page.id, 'fresh')));
    const [worst] = results.toSorted((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict));
    if (worst === undefined) throw new Error('no payment page is configured, so none can be checked');
    return worst;
  };
  return (request: ResumeRequest): Promise<ResumeEnd> =>
    runResume({
      shop: desk.shop,
      state: desk.state,
      port,
      check,
      confirm: check,
      record: async (draft) => void (await desk.record(draft)),
      request,
      signal,
    });
}
