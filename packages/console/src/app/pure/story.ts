import type { EntryKind, FileChange, GuardReport, Incident } from '@komainu/model';
import { ms } from './time.ts';

/** When it all began, and how we know. */
export type Beginning =
  /** A file was written, by the kernel's own clock of the write. */
  | { readonly kind: 'altered'; readonly at: number; readonly path: string }
  /** Only the record is known. */
  | { readonly kind: 'opened'; readonly at: number };

/**
 * The kernel's time of a change: `ctime`, which a program cannot set as it can `mtime`; else, and for what a database
 * holds, when it was noticed.
 */
export const writtenAt = (change: FileChange): number => ms(change.after?.ctime ?? change.noticedAt);

/** What a database holds: nobody knows when it was written. */
const UNTIMED: readonly string[] = ['text', 'number', 'binary'];

/** What an attacker changes is content; a directory's own entry changes with every file in it. */
const isContent = ({ policy, before, after }: FileChange): boolean =>
  policy !== 'ignored' && !['directory', ...UNTIMED].includes((after ?? before)?.type ?? '');

export const beginningOf = (incident: Incident, reports: readonly GuardReport[]): Beginning => {
  const opened = Math.min(ms(incident.openedAt), ...incident.timeline.map((item) => ms(item.at)));
  let first: Beginning | null = null;
  for (const change of reports.flatMap((report) => report.changes).filter(isContent)) {
    const at = writtenAt(change);
    if (Number.isFinite(at) && (first === null || at < first.at)) {
      first = { kind: 'altered', at, path: change.path };
    }
  }
  // A first alteration after the incident opened did not open it: another cause came first.
  return first !== null && first.at <= opened ? first : { kind: 'opened', at: opened };
};

/** The three spans that count, in ms from the beginning; null: not reached. */
export interface Figures {
  readonly noticed: number | null;
  readonly stopped: number | null;
  readonly proved: number | null;
}

export const figuresOf = (
  incident: Incident,
  reports: readonly GuardReport[],
  beginning: Beginning,
): Figures => {
  const since = (at: string | null | undefined): number | null => (at ? ms(at) - beginning.at : null);
  // The first time counts: a halt that had to be ordered again has newer times of its own.
  const firstOf = (kind: EntryKind) => incident.timeline.find((item) => item.kind === kind)?.at;
  const noticed = reports.flatMap((report) => report.changes.map((change) => ms(change.noticedAt)));
  const first = Math.min(...noticed, ms(incident.openedAt));
  return {
    noticed: beginning.kind === 'altered' ? Math.max(0, first - beginning.at) : null,
    stopped: since(firstOf('halt.switched-off') ?? incident.halt?.switchedOffAt),
    proved: since(firstOf('halt.proved') ?? incident.halt?.provedAt),
  };
};

/** The latest that still needs someone, else the latest. */
export const currentIncident = (incidents: readonly Incident[]): Incident | null => {
  const sorted = incidents.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1));
  return sorted.find((incident) => incident.state !== 'resumed') ?? sorted[0] ?? null;
};

/** The same change reported twice is one; the later report wins. */
export const distinctChanges = (reports: readonly GuardReport[]): readonly FileChange[] => {
  const byFile = new Map<string, FileChange>();
  for (const report of reports) {
    for (const change of report.changes) {
      const key = JSON.stringify([report.root, change.path, change.kind, change.after?.hash ?? null]);
      byFile.set(key, change);
    }
  }
  return [...byFile.values()];
};
