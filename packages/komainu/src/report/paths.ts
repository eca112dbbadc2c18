import type { CardField, Finding, Language } from '@komainu/model';
import type { ReportInput } from './report.ts';
import { FIELDS, WORDS } from './words.ts';

/** One way of card data through the page: what was typed, who took it, how it left, where to. */
export interface Path {
  readonly field: string;
  /** Untrusted, as are `how` and `to`. */
  readonly script: string;
  readonly how: string;
  readonly to: string;
  readonly approved: boolean;
}

/**
 * Every way card data was seen, or proved, to take: those a value was recognised on, and those of findings that prove
 * a leak without it (encrypted, counted, timed).
 */
export function pathsOf({ flows, judgement, language: l }: ReportInput): readonly Path[] {
  const known: Path[] = flows.map((flow) => ({
    field: FIELDS[flow.field][l],
    script: flow.script ?? WORDS.unknownScript[l],
    how: `${flow.channel} · ${flow.encodings.length === 0 ? WORDS.asTyped[l] : flow.encodings.join(' › ')}`,
    to: flow.destination,
    approved: flow.approved,
  }));
  const destinations = new Set(known.filter((path) => !path.approved).map((path) => bare(path.to)));
  const proved = judgement.findings
    .filter((finding) => finding.grade === 'tampered')
    .flatMap((finding) => ofFinding(finding, l))
    // The same leak, recognised, is told better by the value itself.
    .filter((path) => !destinations.has(bare(path.to)));
  return distinct([...proved, ...known]);
}

function ofFinding(finding: Finding, l: Language): readonly Path[] {
  const message = finding.references.find((reference) => reference.role === 'message')?.label;
  const script = finding.references.find((reference) => reference.role === 'script')?.label;
  if (finding.leak !== null)
    return [
      {
        field: FIELDS[finding.leak.field][l],
        script: finding.leak.script ?? script ?? WORDS.unknownScript[l],
        how: `${finding.leak.channel} · ${finding.leak.encodings.join(' › ') || WORDS.asTyped[l]}`,
        to: finding.leak.destination,
        approved: false,
      },
    ];
  if (finding.difference === undefined) return [];
  return [
    {
      field: WORDS.card[l],
      script: script ?? WORDS.unknownScript[l],
      how: `${WORDS.depends[l]}${finding.difference.part === '' ? '' : ` · ${finding.difference.part}`}`,
      to: message ?? finding.difference.message,
      approved: false,
    },
  ];
}

const bare = (url: string): string => url.split(/[?#]/, 1)[0] ?? '';
const distinct = (paths: readonly Path[]): readonly Path[] => [
  ...new Map(paths.map((path) => [JSON.stringify(path), path])).values(),
];

/** Card fields in the order of a card form. */
export const inOrder = (fields: readonly CardField[]): readonly CardField[] =>
  (['number', 'expiry', 'code', 'holder'] as const).filter((field) => fields.includes(field));
