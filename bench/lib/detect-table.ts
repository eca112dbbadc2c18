import type { Outcome, Told } from './detect-work.ts';

/** Which detectors make a layer; all others look at the page's structure. */
const LAYERS = {
  'wire search': ['canary-on-wire'],
  attribution: ['card-read'],
  differential: ['depends-on-card', 'goes-quiet'],
} as const;
const NAMED: readonly string[] = Object.values(LAYERS).flat();

const caughtBy = ({ findings }: Told, detectors: readonly string[] | null): boolean =>
  findings.some(
    ({ detector, grade }) =>
      grade === 'tampered' && (detectors === null ? !NAMED.includes(detector) : detectors.includes(detector)),
  );

const VERDICTS = ['tampered', 'changed', 'not-fully-observed', 'clean'] as const;
const count = (outcomes: readonly Outcome[], holds: (outcome: Outcome) => boolean): string =>
  String(outcomes.filter(holds).length).padStart(6);

/** Layer by layer, then together: how many of each kind were called tampered. */
function matrix(outcomes: readonly Outcome[]): readonly string[] {
  const skimmers = outcomes.filter(({ kind }) => kind === 'skimmer');
  const benign = outcomes.filter(({ kind }) => kind === 'benign');
  const row = (what: string, holds: (outcome: Outcome) => boolean): string =>
    `  ${what.padEnd(30)}${count(skimmers, holds)} of ${String(skimmers.length).padEnd(5)}${count(benign, holds)} of ${benign.length}`;
  const layers = Object.entries(LAYERS).map(([name, detectors]) =>
    row(`${name}: tampered`, ({ told }) => caughtBy(told, detectors)),
  );
  return [
    `${''.padEnd(34)}skimmers      benign, not approved`,
    ...layers,
    row('structure: tampered', ({ told }) => caughtBy(told, null)),
    ...VERDICTS.map((verdict) => row(`together: ${verdict}`, ({ told }) => told.verdict === verdict)),
    '',
    `${''.padEnd(34)}benign, approved`,
    ...VERDICTS.map(
      (verdict) =>
        `  ${verdict.padEnd(30)}${count(benign, ({ approved }) => approved?.verdict === verdict)} of ${benign.length}`,
    ),
  ];
}

/** Each behaviour with its verdicts over the rounds and what decided. */
function each(outcomes: readonly Outcome[]): readonly string[] {
  const ids = [...new Set(outcomes.map(({ kind, id }) => `${kind} ${id}`))].sort();
  return ids.map((name) => {
    const rounds = outcomes.filter(({ kind, id }) => `${kind} ${id}` === name);
    const decided = [...new Set(rounds.map(({ told }) => told.findings[0]?.detector ?? '-'))].join(', ');
    const approved = tally(rounds.flatMap((one) => one.approved?.verdict ?? []));
    return `  ${name.padEnd(40)} ${tally(rounds.map(({ told }) => told.verdict)).padEnd(28)} ${decided.padEnd(24)}${approved === '' ? '' : ` approved: ${approved}`}`;
  });
}

function tally(verdicts: readonly string[]): string {
  const kinds = [...new Set(verdicts)].sort();
  return kinds.map((kind) => `${verdicts.filter((one) => one === kind).length} ${kind}`).join(', ');
}

/** What must not be: a skimmer called clean, a benign one called tampered (approved or not). */
export function wrongs(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(({ id, kind, round, told, approved }) => {
    if (kind === 'skimmer') return told.verdict === 'clean' ? [`missed: ${id} (round ${round})`] : [];
    const first = told.verdict === 'tampered' ? [`false alarm: ${id} (round ${round}): ${told.says}`] : [];
    const then =
      approved?.verdict === 'tampered'
        ? [`false alarm, approved: ${id} (round ${round}): ${approved.says}`]
        : [];
    return [...first, ...then];
  });
}

/** Worth a look, but no error: skimmers that were not proved, approved benign ones that are not clean. */
function open(outcomes: readonly Outcome[], changed: ReadonlyMap<string, string>): readonly string[] {
  return outcomes.flatMap(({ id, kind, round, told, approved }) => {
    if (kind === 'skimmer')
      return told.verdict === 'tampered' || told.verdict === 'clean'
        ? []
        : [`not proved: ${id} (round ${round}): ${told.verdict}: ${told.says}`];
    if (approved === null || approved.verdict === 'clean' || approved.verdict === 'tampered') return [];
    const why = changed.get(id);
    return why !== undefined && approved.verdict === 'changed'
      ? []
      : [`approved, yet ${approved.verdict}: ${id} (round ${round}): ${approved.says}`];
  });
}

export function table(outcomes: readonly Outcome[], changed: ReadonlyMap<string, string>): string {
  const seconds = outcomes.map((one) => one.seconds).sort((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
  const bad = wrongs(outcomes);
  return [
    ...matrix(outcomes),
    '',
    ...each(outcomes),
    '',
    ...open(outcomes, changed),
    ...bad,
    `${outcomes.length} checks, median ${median.toFixed(1)} s; ${bad.length} wrong`,
  ].join('\n');
}
