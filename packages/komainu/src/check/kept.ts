import { existsSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { openFileBlobs } from '@komainu/evidence';
import { BlobRef, type Blobs, canonicalBytes, Recording } from '@komainu/model';
import { z } from 'zod';
import { KomainuError } from '../cli/errors.ts';
import { readJsonNamed, writeNamed } from '../cli/files.ts';

export interface Seen {
  readonly ref: BlobRef;
  readonly recording: Recording;
}

/** What `--keep` writes beside the bodies: which recordings are one check. */
const Kept = z.strictObject({
  version: z.literal(1),
  page: z.string(),
  timeZone: z.string(),
  recordings: z.array(BlobRef).min(1).readonly(),
});

export interface KeptCheck {
  readonly page: string;
  readonly timeZone: string;
  readonly blobs: Blobs;
  readonly seen: readonly Seen[];
}

export const blobsIn = (dir: string): Promise<Blobs> => openFileBlobs({ dir: join(dir, 'blobs') });

export function keep(dir: string, check: Omit<KeptCheck, 'blobs'>): void {
  const { page, timeZone, seen } = check;
  const kept = { version: 1, page, timeZone, recordings: seen.map(({ ref }) => ref) };
  writeNamed(join(dir, 'check.json'), 'check', canonicalBytes(kept));
}

/** A check made earlier, to be judged again. @throws KomainuError that names what is missing or not readable */
export async function readKept(dir: string): Promise<KeptCheck> {
  const file = join(dir, 'check.json');
  if (!existsSync(file) && existsSync(join(dir, 'recording.json'))) return readSingle(dir);
  const parsed = Kept.safeParse(readJsonNamed(file, 'check'));
  if (!parsed.success) throw unreadable(file, z.prettifyError(parsed.error));
  const blobs = await blobsIn(dir);
  const seen = await Promise.all(parsed.data.recordings.map((ref) => recordingAt(blobs, dir, ref)));
  return { page: parsed.data.page, timeZone: parsed.data.timeZone, blobs, seen };
}

/** As kept by versions that made one visit per check. */
async function readSingle(dir: string): Promise<KeptCheck> {
  const file = join(dir, 'recording.json');
  const parsed = Recording.safeParse(readJsonNamed(file, 'recording'));
  if (!parsed.success) throw unreadable(file, z.prettifyError(parsed.error));
  const recording = parsed.data;
  const ref = `sha256:${hash('sha256', canonicalBytes(recording))}` as BlobRef;
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { page: recording.visit.url, timeZone, blobs: await blobsIn(dir), seen: [{ ref, recording }] };
}

async function recordingAt(blobs: Blobs, dir: string, ref: BlobRef): Promise<Seen> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(await blobs.get(ref)).toString('utf8'));
  } catch (cause) {
    throw unreadable(join(dir, 'blobs'), `${ref}: ${String(cause)}`);
  }
  const parsed = Recording.safeParse(value);
  if (!parsed.success) throw unreadable(ref, z.prettifyError(parsed.error));
  return { ref, recording: parsed.data };
}

const unreadable = (where: string, why: string): KomainuError =>
  new KomainuError('data', {
    en: `${where}: this is no check kept by --keep, or a part of it is missing or altered: ${why}`,
    ja: `${where}: --keep で保存された検査として読めません。一部が欠けているか、書き換えられています: ${why}`,
  });
