import { type Artifact, type Failure, type FileChange, type GuardReport, text } from '@komainu/model';
import type { Bodies } from '../define.ts';
import { executableByName } from '../files/executable.ts';
import { shown } from '../show.ts';
import { findSigns, type Hit } from './find.ts';
import { languagesOf } from './language.ts';
import type { ReadyRules } from './rules.ts';

/** What a change added that is a sign. */
export interface FileSigns {
  readonly change: FileChange;
  /** Of the change in its report. */
  readonly index: number;
  readonly hits: readonly Hit[];
}

/** Of one file and of all files of a report: what is beyond is not looked through, and that is said. */
const MAX_FILE = 2 * 1024 * 1024;
const MAX_ALL = 8 * 1024 * 1024;

/** Looks through what changed for signs; what it could not look through is a gap. */
export function collectSigns(
  { changes }: GuardReport,
  bodies: Bodies,
  rules: ReadyRules,
  notInForce?: Failure,
): Artifact<readonly FileSigns[]> {
  const value: FileSigns[] = [];
  const gaps: Failure[] = notInForce === undefined ? [] : [notInForce];
  let left = MAX_ALL;
  changes.forEach((change, index) => {
    const { bodyBefore, bodyAfter, path, from, after, before } = change;
    if (bodyAfter === null || after?.type !== 'file') return;
    // The same bytes under a name by which they run are new; under any other they were there.
    const awakes = from !== null && executableByName(path) !== null && executableByName(from) === null;
    const now = before?.hash === after.hash && !awakes ? undefined : bodies(bodyAfter);
    if (now === undefined) return;
    const content = ends(now);
    const languages = languagesOf(path, content);
    if (languages.length === 0) return;
    if (now.length > MAX_FILE || now.length > left) {
      gaps.push(tooMuch(path, now.length));
      if (now.length > left) return;
    }
    left -= Math.min(now.length, MAX_FILE);
    const was = bodyBefore === null || awakes ? undefined : bodies(bodyBefore);
    const old = was === undefined ? null : ends(was);
    const found = languages.map((language) => findSigns(path, old, content, language, rules));
    const hits = found.flatMap((one) => one.hits);
    if (hits.length > 0) value.push({ change, index, hits });
    for (const id of found.flatMap((one) => one.gaveUp)) gaps.push(tangled(path, id));
  });
  return { kind: 'observed', value, gaps };
}

/** Code is put at one of the ends of what is long. */
const ends = (bytes: Uint8Array): string =>
  bytes.length <= MAX_FILE
    ? latin1(bytes)
    : `${latin1(bytes.subarray(0, MAX_FILE / 2))}\n${latin1(bytes.subarray(-MAX_FILE / 2))}`;
const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

const tooMuch = (path: string, size: number): Failure => ({
  code: 'limit',
  message: text(
    `${shown(path)} (${size} bytes) is too long to be looked through for signs of theft to its end.`,
    `${shown(path)}（${size}バイト）は長すぎるため、不審なコードの有無を最後まで調べていません。`,
  ),
  url: path,
});
const tangled = (path: string, id: string): Failure => ({
  code: 'limit',
  message: text(
    `${shown(path)} is made so that the rule ${id} cannot be applied to it in reasonable time.`,
    `${shown(path)} は規則 ${id} を適用するのに時間がかかりすぎるため、調べていません。`,
  ),
  url: path,
});
