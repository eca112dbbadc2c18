import type { Artifacts, Baseline, DocumentHeaders, ObservedFrame } from '@komainu/model';
import { documentOf, placeOf } from '../address.ts';
import { isSecurityHeader, steadyValue } from './policy.ts';

/** The security headers of one response, by name, values as a baseline holds them. */
export function securityHeaders(document: DocumentHeaders): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of document.headers) {
    const key = name.toLowerCase();
    if (!isSecurityHeader(key)) continue;
    const values = found.get(key) ?? [];
    found.set(key, [...values, steadyValue(value).toWellFormed()]);
  }
  return found;
}

/** A redirect or an error page has headers of its own; only what a customer ends on is compared. */
export const landed = (document: DocumentHeaders): boolean => document.status >= 200 && document.status < 300;

/** The lines of a baseline for the documents of a visit; of a document seen twice, the last response. */
export function headersOf(documents: readonly DocumentHeaders[]): Baseline['headers'] {
  const last = new Map(
    documents.filter(landed).map((document) => [documentOf(document.url), securityHeaders(document)]),
  );
  return [...last].flatMap(([document, headers]) =>
    [...headers].map(([name, values]) => ({ document, name, values })),
  );
}

/** One address with and without its last slash is one page. */
const trimmed = (place: string): string => place.replace(/\/$/, '');
const isPage = (url: string, page: string): boolean => trimmed(placeOf(url)) === trimmed(placeOf(page));

/** Was the main frame itself seen on the payment page? The documents of pop-ups are `main` too, their frames are not. */
export const shows = (frames: readonly ObservedFrame[], page: string): boolean =>
  frames.some((frame) => frame.parent === null && isPage(frame.url, page));

/** Did the server refuse the payment page, even if only once? A redirect on the way to it is no refusal. */
export const refused = (headers: readonly DocumentHeaders[], page: string): boolean =>
  headers.some(
    (one) => one.main && isPage(one.url, page) && !landed(one) && !(one.status >= 300 && one.status < 400),
  );

/**
 * Did a visit end on the payment page, answered with success, and was the main frame never seen anywhere else? What
 * a proof rests on; a check goes on to other pages after its last step.
 */
export function endedOn({ headers, frames }: Pick<Artifacts, 'headers' | 'frames'>, page: string): boolean {
  if (headers.kind !== 'observed' || frames.kind !== 'observed') return false;
  const last = headers.value.findLast((document) => document.main);
  const elsewhere = frames.value.some((frame) => frame.parent === null && !isPage(frame.url, page));
  return (
    last !== undefined &&
    landed(last) &&
    isPage(last.url, page) &&
    !refused(headers.value, page) &&
    shows(frames.value, page) &&
    !elsewhere
  );
}

/** Did the server itself answer with the payment page? */
export const reached = (headers: readonly DocumentHeaders[], page: string): boolean =>
  headers.some((document) => document.main && landed(document) && isPage(document.url, page));
