import type { Baseline, DocumentHeaders } from '@komainu/model';
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
export const isPage = (url: string, page: string): boolean =>
  trimmed(placeOf(url)) === trimmed(placeOf(page));

/** Did the server itself answer with the payment page? */
export const reached = (headers: readonly DocumentHeaders[], page: string): boolean =>
  headers.some((document) => document.main && landed(document) && isPage(document.url, page));
