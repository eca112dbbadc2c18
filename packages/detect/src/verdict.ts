import { type Finding, text, type Verdict } from '@komainu/model';

const GRADES: readonly Finding['grade'][] = ['tampered', 'unobserved', 'changed'];
const SEVERITIES: readonly Finding['severity'][] = ['critical', 'high', 'medium', 'low'];
const CONFIDENCES: readonly Finding['confidence'][] = ['certain', 'likely', 'possible'];

/** Worst first; equal ones by key, so that the order never depends on chance. */
export const worse = (a: Finding, b: Finding): number =>
  GRADES.indexOf(a.grade) - GRADES.indexOf(b.grade) ||
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
  (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

const KIND = { tampered: 'tampered', unobserved: 'not-fully-observed', changed: 'changed' } as const;

/** tampered, then not fully observed, then changed, then clean; the reason is the worst finding's own sentence. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const [worst] = findings.toSorted(worse);
  if (worst === undefined)
    return {
      kind: 'clean',
      reason: text(
        'Everything was observed and is as approved.',
        'すべて観測でき、承認された内容のとおりでした。',
      ),
    };
  const rest = findings.length - 1;
  return {
    kind: KIND[worst.grade],
    reason:
      rest === 0
        ? worst.title
        : text(`${worst.title.en} (and ${rest} more)`, `${worst.title.ja}（ほか${rest}件）`),
  };
}

/** One finding per key, worst first: two visits that see the same wrong see one wrong. */
export function merged(findings: readonly Finding[]): readonly Finding[] {
  const byKey = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byKey.get(finding.key);
    if (known === undefined) byKey.set(finding.key, finding);
    else {
      const [lead, other] = worse(known, finding) <= 0 ? [known, finding] : [finding, known];
      const references = [...lead.references, ...other.references].slice(0, 40);
      byKey.set(finding.key, { ...lead, references });
    }
  }
  return [...byKey.values()].sort(worse);
}
