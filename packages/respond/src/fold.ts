import type { EntryOf, Instant, Judgement, LedgerEntry, Source } from '@komainu/model';
import { foldHalt, foldIncident, foldResume, onCurrent, owing } from './fold-incident.ts';
import {
  type Alarm,
  BYSTANDERS,
  type Context,
  currentIncident,
  isAltered,
  type GuardianState,
  type PageState,
  type Recorded,
  type RootState,
  type ShopState,
} from './state.ts';
import { timelineItem, withItems } from './timeline.ts';

/** Alarms hold their findings' keys; a page that makes a new one at every visit must not fill the state. */
const KEYS_PER_JUDGEMENT = 200;
const KEYS_PER_INCIDENT = 2_000;
const RECENT = 64;
const NOTICES = 1_000;
const UPLOADS = 1_000;
const AS_SEALED = { altered: false, alteredUploads: [] } as const;

/**
 * The state after one more entry. Pure; entries already folded change nothing, so a replay that overlaps is harmless.
 * Entries of other shops only move the cursor.
 */
export function applyEntry(state: ShopState, recorded: Recorded): ShopState {
  const { index, entry } = recorded;
  if (index <= state.applied) return state;
  const next = { ...state, applied: index };
  const ours = entry.shop === state.shop || (entry.shop === null && entry.kind === 'server.started');
  if (!ours) return next;
  const observed = BYSTANDERS.has(entry.kind) ? beside(next, index, entry) : next;
  return fold(observed, recorded);
}

function fold(state: ShopState, recorded: Recorded): ShopState {
  const { index, entry } = recorded;
  switch (entry.kind) {
    case 'server.started':
    case 'shop.registered':
    case 'file.restored':
    case 'guard.acted':
      return state;
    case 'guardian.enrolled': {
      const { guardian: id, key } = entry.data;
      return { ...state, guardKeys: [...state.guardKeys.filter((one) => one.id !== id), { id, key }] };
    }
    case 'baseline.approved':
      return withPage(state, entry.data.page, (page) => ({ ...page, baseline: entry.data.baseline }));
    case 'seal.made': {
      const { root: id, seal, release, files } = entry.data;
      // What was reported against the former seal says nothing about this one.
      return withRoot(state, id, (root) => ({
        ...root,
        seal: { seal, release, files, at: entry.at },
        ...AS_SEALED,
        lastReport: null,
      }));
    }
    case 'files.reported':
      return reported(state, index, entry);
    case 'judged':
      return judged(state, recorded, entry);
    case 'guardian.silent':
    case 'guardian.back':
      return withGuardian(state, entry);
    case 'processor.notified':
      return notified(state, index, entry);
    case 'incident.opened':
    case 'incident.joined':
      return foldIncident(state, index, entry);
    case 'halt.ordered':
    case 'halt.switched-off':
    case 'halt.voided':
    case 'halt.proved':
    case 'halt.failed':
      return foldHalt(state, index, entry);
    case 'resume.ordered':
    case 'resume.refused':
    case 'resume.done':
    case 'resume.failed':
      return foldResume(state, index, entry);
  }
}

const beside = (state: ShopState, index: number, entry: LedgerEntry): ShopState =>
  onCurrent(state, (incident) => withItems(incident, [timelineItem(index, entry)]));

const remember = (state: ShopState, context: Context): ShopState => ({
  ...state,
  recent: [...state.recent, context].slice(-RECENT),
});

function reported(state: ShopState, index: number, entry: EntryOf<'files.reported'>): ShopState {
  const { root: id, report, body, changes } = entry.data;
  const lastReport = { report, body, at: entry.at, changes, verdict: null, judgement: null };
  const next = withRoot(state, id, (root) => ({ ...root, lastReport }));
  return remember(next, { item: timelineItem(index, entry), refs: [report] });
}

function judged(before: ShopState, recorded: Recorded, entry: EntryOf<'judged'>): ShopState {
  const { source, judgement, verdict, title } = entry.data;
  const previous = lastVerdict(before, source);
  const state = withVerdict(before, recorded, entry);
  const item = timelineItem(recorded.index, entry);
  if (verdict !== 'tampered') {
    // A root full of uploads is judged all day long; only the end of a tampering belongs to the story.
    const tells =
      source.kind === 'check'
        ? previous !== verdict
        : wasAltered(before, source) && !wasAltered(state, source);
    return tells ? onCurrent(state, (incident) => withItems(incident, [item])) : state;
  }
  const alarm: Alarm = {
    index: recorded.index,
    at: entry.at,
    cause: { kind: 'judgement', source, judgement },
    title,
    keys: keysOf(recorded, entry),
  };
  return raise(remember(state, { item, refs: [judgement] }), alarm);
}

function notified(state: ShopState, index: number, entry: EntryOf<'processor.notified'>): ShopState {
  const { notice, title } = entry.data;
  if (state.notices.includes(notice)) return state;
  const cause = { kind: 'processor', notice } as const;
  const next = remember(
    { ...state, notices: [...state.notices, notice].slice(-NOTICES) },
    { item: timelineItem(index, entry), refs: [notice] },
  );
  return raise(next, { index, at: entry.at, cause, title, keys: [`processor:${notice}`] });
}

/** An alarm that tells nothing new opens and joins nothing; it still forbids cards from coming on again. */
function raise(state: ShopState, alarm: Alarm): ShopState {
  const incident = currentIncident(state);
  if (incident === null) return { ...state, alarms: [...state.alarms, alarm] };
  const known = new Set(state.knownKeys);
  if (known.size < KEYS_PER_INCIDENT && alarm.keys.some((key) => !known.has(key)))
    return { ...state, alarms: [...state.alarms, alarm] };
  return owing(state, incident.id, alarm.cause, alarm.title);
}

function keysOf(recorded: Recorded, entry: EntryOf<'judged'>): readonly string[] {
  const { source, title } = entry.data;
  const found = recorded.judgement?.findings.filter(({ grade }) => grade === 'tampered') ?? [];
  if (found.length === 0) return [`${subject(source)}: ${title.en}`];
  return [...new Set(found.map(({ key }) => key))].slice(0, KEYS_PER_JUDGEMENT);
}

function subject(source: Source): string {
  switch (source.kind) {
    case 'check':
      return `check:${source.page}`;
    case 'files':
      return `files:${source.root}`;
    case 'silence':
      return `silence:${source.guardian}`;
  }
}

const wasAltered = (state: ShopState, source: Source): boolean =>
  source.kind === 'files' && state.roots.some((root) => root.id === source.root && isAltered(root));

function lastVerdict(state: ShopState, source: Source) {
  switch (source.kind) {
    case 'check':
      return state.pages.find(({ id }) => id === source.page)?.lastCheck?.verdict ?? null;
    case 'files':
      return state.roots.find(({ id }) => id === source.root)?.lastReport?.verdict ?? null;
    case 'silence':
      return null;
  }
}

function withVerdict(state: ShopState, { judgement: body }: Recorded, entry: EntryOf<'judged'>): ShopState {
  const { source, judgement, verdict, title } = entry.data;
  if (source.kind === 'check') {
    const lastCheck = { check: source.check, at: entry.at, verdict, title, judgement };
    return withPage(state, source.page, (page) => ({ ...page, lastCheck }));
  }
  if (source.kind !== 'files') return state;
  return withRoot(state, source.root, (root) => {
    const last = root.lastReport?.report === source.report ? root.lastReport : null;
    const asSealed = verdict === 'clean' && last?.changes === 0;
    const altered = alteredNow(root, verdict === 'tampered', asSealed, body?.uploads);
    return last === null
      ? { ...root, ...altered }
      : { ...root, ...altered, lastReport: { ...last, verdict, judgement } };
  });
}

/** Without the judgement's body a tampering is not known to be of uploads only. */
function alteredNow(
  { altered, alteredUploads }: RootState,
  tampered: boolean,
  asSealed: boolean,
  uploads: Judgement['uploads'],
): Pick<RootState, 'altered' | 'alteredUploads'> {
  const others = new Set(uploads?.others);
  const now = [
    ...new Set([...alteredUploads, ...(uploads?.tampered ?? [])].filter((path) => !others.has(path))),
  ];
  const tooMany = now.length > UPLOADS;
  const elsewhere = tampered && (uploads?.tamperedElsewhere ?? true);
  return {
    altered: elsewhere || tooMany || (altered && !asSealed),
    alteredUploads: tooMany ? now.slice(-UPLOADS) : now,
  };
}

/** Arrays, not records: a page may be called `constructor`. */
function upsert<T extends { readonly id: string }>(list: readonly T[], fresh: T, change: (item: T) => T) {
  return list.some(({ id }) => id === fresh.id)
    ? list.map((item) => (item.id === fresh.id ? change(item) : item))
    : [...list, change(fresh)];
}

const withPage = (state: ShopState, id: PageState['id'], change: (page: PageState) => PageState) => ({
  ...state,
  pages: upsert(state.pages, { id, baseline: null, lastCheck: null }, change),
});

const withRoot = (state: ShopState, id: RootState['id'], change: (root: RootState) => RootState) => ({
  ...state,
  roots: upsert(state.roots, { id, seal: null, ...AS_SEALED, lastReport: null }, change),
});

function withGuardian(state: ShopState, entry: EntryOf<'guardian.silent' | 'guardian.back'>): ShopState {
  const { guardian: id, kind } = entry.data;
  const silent = entry.kind === 'guardian.silent';
  const lastSeen: Instant | null = silent ? entry.data.lastSeen : entry.at;
  const guardian: GuardianState = {
    id,
    kind,
    state: silent ? 'silent' : 'watching',
    since: entry.at,
    lastSeen,
  };
  return { ...state, guardians: upsert(state.guardians, guardian, () => guardian) };
}
