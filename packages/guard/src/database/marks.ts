import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type RootId, type WatchedTable } from '@komainu/model';
import { replaceDurably } from '../seal/store-seal.ts';
import type { Position } from './select.ts';

/**
 * How far tables have been read by their time of change, on disk, over restarts. Reading goes on some way behind the
 * end: what was written with an earlier time or number may have been committed later.
 */
export interface Marks {
  start(table: WatchedTable): Position | null;
  reached(table: WatchedTable, position: Position, end: boolean): void;
  /** The end of the table was reached, the last time it was read. */
  isAtEnd(table: WatchedTable): boolean;
  save(): Promise<void>;
}

type Stored = readonly (readonly [Position[number]['type'], string])[];
interface Track {
  /** When (ms) which position was the last one read; oldest first. */
  points: (readonly [number, Stored])[];
  end: boolean;
}

/** A transaction may take so long; and so long a finished order may be changed where only its number is known. */
const BEHIND_TIME_MS = 10 * 60_000;
const BEHIND_KEY_MS = 24 * 3_600_000;
const POINTS = 50;
/** After a first reading there is no older mark: about so many pages are read again. */
const PAGES = 10;

export async function openMarks(dir: string, root: RootId): Promise<Marks> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const tracks = new Map<string, Track>(
    Object.entries(parse(await readFile(join(dir, root), 'utf8').catch(() => '{}'))),
  );
  let changed = false;
  const trackOf = (table: WatchedTable): Track => {
    const name = nameOf(table);
    const track = tracks.get(name) ?? { points: [], end: false };
    tracks.set(name, track);
    return track;
  };
  return {
    start(table) {
      const { points, end } = trackOf(table);
      const old = Date.now() - behind(table);
      const point = end ? (points.findLast(([at]) => at <= old) ?? points[0]) : points.at(-1);
      return point ? point[1].map(([type, hex]) => ({ type, bytes: Buffer.from(hex, 'hex') })) : null;
    },
    reached(table, position, end) {
      const track = trackOf(table);
      const stored = position.map(({ type, bytes }) => [type, bytes.toString('hex')] as const);
      const last = track.points.at(-1);
      const catching = !track.end;
      track.end = end || track.end;
      if (!end && !catching) return;
      changed = true;
      if (last && JSON.stringify(last[1]) === JSON.stringify(stored)) return;
      const now = Date.now();
      const [before] = track.points.at(-2) ?? [0];
      // The newest point is provisional until it is some way from the one before: few points over a long time.
      if (!catching && last && last[0] - before < behind(table) / POINTS) track.points.pop();
      track.points.push([now, stored]);
      const keep = track.points.findLastIndex(([at]) => at <= now - behind(table));
      track.points = track.points.slice(catching ? -PAGES : Math.max(keep, 0));
    },
    isAtEnd: (table) => trackOf(table).end,
    async save() {
      if (!changed) return;
      await replaceDurably(dir, root, Buffer.from(`${JSON.stringify(Object.fromEntries(tracks))}\n`));
      changed = false;
    },
  };
}

const behind = ({ since, key }: WatchedTable): number =>
  since === undefined || key.includes(since) ? BEHIND_KEY_MS : BEHIND_TIME_MS;

/** Other columns are other questions: they are asked of the old rows too. */
const nameOf = (table: WatchedTable): string =>
  `${table.table}.${createHash('sha256').update(canonicalJson(table)).digest('hex').slice(0, 16)}`;

/** What cannot be read is begun again: rows are then looked at twice, and told once. */
function parse(text: string): Record<string, Track> {
  try {
    return JSON.parse(text) as Record<string, Track>;
  } catch {
    return {};
  }
}
