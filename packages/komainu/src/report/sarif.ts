import { DETECTORS } from '@komainu/detect';
import type { Finding, Language, Reference, Text } from '@komainu/model';
import type { ReportInput } from './report.ts';

/** SARIF says "open" of what could not be decided; only a "fail" has a level. */
const STANDING = {
  tampered: { kind: 'fail', level: 'error' },
  changed: { kind: 'fail', level: 'warning' },
  unobserved: { kind: 'open', level: 'none' },
} as const;
const RANK = { critical: 100, high: 75, medium: 50, low: 25 } as const;

/** The judgement as SARIF 2.1.0 (OASIS), for the tools that gather findings; findings keep their key over checks. */
export function reportSarif(input: ReportInput): string {
  const { judgement, recordings, language, version } = input;
  const rules = rulesOf(judgement.findings, language);
  const [first] = recordings;
  const visits = recordings.map(({ recording }) => recording.visit);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Komainu', semanticVersion: version, rules } },
        language: language === 'ja' ? 'ja-JP' : 'en-US',
        ...(first
          ? {
              automationDetails: {
                id: `komainu/${first.recording.visit.shop}/${first.recording.visit.page}/`,
                description: { text: input.page },
              },
            }
          : {}),
        invocations: [
          {
            executionSuccessful: judgement.verdict.kind !== 'not-fully-observed',
            ...(visits.length > 0
              ? {
                  startTimeUtc: visits.map((visit) => visit.startedAt).sort()[0],
                  endTimeUtc: visits
                    .map((visit) => visit.endedAt)
                    .sort()
                    .at(-1),
                }
              : {}),
            toolExecutionNotifications: recordings.flatMap(({ recording: { failure } }) =>
              failure === null
                ? []
                : [
                    {
                      level: 'error',
                      message: said(failure.message, language),
                      descriptor: { id: failure.code },
                    },
                  ],
            ),
          },
        ],
        artifacts: recordings.map(({ ref, recording }) => ({
          description: { text: `recording ${recording.visit.id}` },
          mimeType: 'application/json',
          hashes: { 'sha-256': ref.slice('sha256:'.length) },
        })),
        columnKind: 'utf16CodeUnits',
        results: judgement.findings.map((finding) => resultOf(finding, rules, language)),
        properties: {
          verdict: judgement.verdict.kind,
          reason: judgement.verdict.reason[language],
          baseline: judgement.baseline,
        },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

interface Rule {
  readonly id: string;
}

function rulesOf(findings: readonly Finding[], l: Language): readonly Rule[] {
  const named = new Map(DETECTORS.map((detector) => [detector.id, detector]));
  return [...new Set(findings.map((finding) => finding.detector))].sort().map((id) => {
    const detector = named.get(id);
    return detector === undefined
      ? { id }
      : { id, shortDescription: said(detector.title, l), fullDescription: said(detector.why, l) };
  });
}

function resultOf(finding: Finding, rules: readonly Rule[], l: Language) {
  const { leak, difference } = finding;
  return {
    ruleId: finding.detector,
    ruleIndex: rules.findIndex((rule) => rule.id === finding.detector),
    ...STANDING[finding.grade],
    rank: RANK[finding.severity],
    message: { text: `${finding.title[l]}\n\n${finding.detail[l]}` },
    locations: finding.references.slice(0, 1).map(locationOf),
    relatedLocations: finding.references.slice(1).map((reference, id) => ({ id, ...locationOf(reference) })),
    partialFingerprints: { 'komainuKey/v1': finding.key },
    ...(leak === null
      ? {}
      : {
          codeFlows: [
            {
              threadFlows: [
                {
                  locations: [leak.field, leak.script, leak.channel, leak.destination].flatMap((step) =>
                    step === null ? [] : [{ location: { message: { text: step } } }],
                  ),
                },
              ],
            },
          ],
        }),
    properties: {
      grade: finding.grade,
      severity: finding.severity,
      confidence: finding.confidence,
      ...(difference === undefined ? {} : { difference }),
    },
  };
}

/** Addresses are physical places; everything else a page can name itself is said in words, never as a URI. */
function locationOf({ label, blob, pointer, role }: Reference) {
  const url = URL.parse(label);
  const web = url !== null && /^(?:https?|wss?):$/.test(url.protocol);
  return {
    message: {
      text: [role, label, blob, pointer].filter((part) => part !== null && part !== '').join(' · '),
    },
    ...(web
      ? { physicalLocation: { artifactLocation: { uri: url.href } } }
      : { logicalLocations: [{ fullyQualifiedName: label, kind: role }] }),
  };
}

const said = (sentence: Text, l: Language) => ({ text: sentence[l] });
