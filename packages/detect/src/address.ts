/** The address parsed, or null: a page may write anything where an address belongs. */
export const parseUrl = (untrusted: string): URL | null => URL.parse(untrusted);

/** Serialised origin; for what has none, the scheme (`data:`); for what is no address, `invalid:`. */
export function originOf(untrusted: string): string {
  const url = parseUrl(untrusted);
  if (url === null) return 'invalid:';
  return url.origin === 'null' ? url.protocol : url.origin;
}

/** The origin under one name in every visit: labels of a host that look made up for the occasion become `*`. */
export const steadyOrigin = (untrusted: string): string =>
  originOf(untrusted).replace(/(?<=[/.])(?:[^./:]*\d{6}[^./:]*|[0-9a-f]{16,}|[^./:]{24,})(?=\.)/g, '*');

/** A path with the session id some servers hang on it taken off. */
const bare = (path: string): string => path.replace(/;jsessionid=[^/]*/i, '');

/** Origin and path, without query and fragment: the name of a script, a call, a document in a baseline. */
export function placeOf(untrusted: string): string {
  const url = parseUrl(untrusted);
  if (url === null) return `invalid:${untrusted.slice(0, 200).toWellFormed()}`;
  // A blob's path is random and a data address is its own body.
  if (url.protocol === 'blob:') return `blob:${url.origin}`;
  if (url.protocol === 'about:') return `about:${url.pathname}`;
  if (url.origin === 'null' && url.host === '') return url.protocol;
  return `${url.protocol}//${url.host}${bare(url.pathname)}`;
}

/** A UUID, a long hexadecimal or decimal id: another one on the next visit. */
const ID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,}|\d{6,})$/i;

/** The place of a document: as {@link placeOf}, with ids in its path as `{{id}}`, since they change with every order. */
export const documentOf = (untrusted: string): string =>
  placeOf(untrusted)
    .split('/')
    .map((part, i) => (i > 2 && ID.test(part) ? '{{id}}' : part))
    .join('/');

const OWN_ADDRESS = /^(?:https?|file):/i;

/** Where code stands: its own address, or `inline:` and the document when it has none that lasts. */
export const scriptPlace = (url: string | null, frameUrl: string): string =>
  url !== null && OWN_ADDRESS.test(url) ? placeOf(url) : `inline:${documentOf(frameUrl)}`;

/** Nothing leaves the browser for these. */
const LOCAL = /^(?:data|blob|about|javascript):/i;
export const leaves = (url: string): boolean => !LOCAL.test(url);

/** The host for people to read; the address itself where there is none. */
export const hostOf = (untrusted: string): string => {
  const host = parseUrl(untrusted)?.host ?? '';
  return host === '' ? untrusted : host;
};
