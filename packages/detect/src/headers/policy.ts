/** Response headers by which a page defends itself, lower case; a change of any other is no finding. */
const SECURITY_HEADERS = [
  'content-security-policy',
  'content-security-policy-report-only',
  'strict-transport-security',
  'x-frame-options',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
  'cross-origin-opener-policy',
  'cross-origin-embedder-policy',
  'cross-origin-resource-policy',
] as const;
const KNOWN: ReadonlySet<string> = new Set(SECURITY_HEADERS);
export const isSecurityHeader = (name: string): boolean => KNOWN.has(name.toLowerCase());

/** A value without what differs on every response (nonces) or with every release (hashes of inline code). */
export const steadyValue = (value: string): string =>
  value
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/'nonce-[^']*'/gi, "'nonce-{{nonce}}'")
    .replace(/'sha(256|384|512)-[^']*'/gi, "'sha$1-{{nonce}}'");

export type HeaderChange = 'same' | 'removed' | 'weakened' | 'changed' | 'added';

/** How a header's values moved from what was approved; both as {@link steadyValue} gives them. */
export function compareHeader(
  name: string,
  approved: readonly string[],
  now: readonly string[],
): HeaderChange {
  if (approved.length === now.length && approved.every((value, i) => value === now[i])) return 'same';
  if (now.length === 0) return 'removed';
  if (approved.length === 0) return 'added';
  return weaker(name, approved, now) ? 'weakened' : 'changed';
}

/** Strictest last. */
const SCALES: Readonly<Record<string, readonly string[]>> = {
  'x-frame-options': ['sameorigin', 'deny'],
  'x-content-type-options': ['nosniff'],
  'cross-origin-opener-policy': [
    'unsafe-none',
    'same-origin-allow-popups',
    'noopener-allow-popups',
    'same-origin',
  ],
  'cross-origin-embedder-policy': ['unsafe-none', 'credentialless', 'require-corp'],
  'cross-origin-resource-policy': ['cross-origin', 'same-site', 'same-origin'],
  'referrer-policy': [
    'unsafe-url',
    'no-referrer-when-downgrade',
    'origin-when-cross-origin',
    'origin',
    'strict-origin-when-cross-origin',
    'same-origin',
    'strict-origin',
    'no-referrer',
  ],
};

function weaker(name: string, approved: readonly string[], now: readonly string[]): boolean {
  const scale = SCALES[name];
  if (scale !== undefined) return rank(scale, now) < rank(scale, approved);
  switch (name) {
    case 'strict-transport-security':
      return hsts(now) < hsts(approved);
    case 'content-security-policy':
      return weakerPolicy(approved, now);
    case 'permissions-policy':
      return allowances(now).some((one) => !allowances(approved).includes(one));
    default:
      return false;
  }
}

/** The last value that counts, as browsers read lists of fallbacks. */
const rank = (scale: readonly string[], values: readonly string[]): number =>
  Math.max(
    -1,
    ...values.map((value) => scale.indexOf(value.toLowerCase().split(/[,;]/).at(-1)?.trim() ?? '')),
  );

const hsts = ([value = '']: readonly string[]): number =>
  Number(/max-age\s*=\s*"?(\d{1,15})/i.exec(value)?.[1] ?? 0) * 2 +
  (/includesubdomains/i.test(value) ? 1 : 0);

/** `payment=*`, `camera=(self "https://a")`: each feature with each of its allowances. */
const allowances = (values: readonly string[]): readonly string[] =>
  values
    .flatMap((value) => value.split(','))
    .flatMap((part) => {
      const [feature = '', list = ''] = part.split('=');
      return list
        .replace(/[()]/g, ' ')
        .split(' ')
        .filter((item) => item !== '')
        .map((item) => `${feature.trim()} ${item}`);
    });

/** Every directive of every policy with its sources; policies add up, so one policy less is weaker too. */
function weakerPolicy(approved: readonly string[], now: readonly string[]): boolean {
  if (now.length < approved.length) return true;
  return approved.some((policy, i) => {
    const before = directives(policy);
    const after = directives(now[i] ?? '');
    return [...before].some(([name, sources]) => {
      const current = after.get(name);
      if (current === undefined) return true; // The directive is gone.
      return current.some((source) => source !== "'none'" && !sources.includes(source));
    });
  });
}

/** The first of a repeated directive counts (CSP 3, 2.2.1). */
function directives(policy: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const part of policy.split(';')) {
    const [name = '', ...sources] = part.trim().split(' ');
    if (name !== '' && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), sources);
  }
  return found;
}
