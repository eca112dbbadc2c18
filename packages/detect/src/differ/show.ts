import type { Difference, Reference } from '@komainu/model';
import { toBuffer } from '../canary/bytes.ts';
import type { Visited } from '../define.ts';
import type { Sent } from './sent.ts';
import type { Side, Variation } from './variation.ts';

/** Characters shown before what differs, and in all. */
const BEFORE = 60;
const SHOWN = 400;

/** A variation as a finding carries it. */
export function differenceOf({ kind, template, part, a, b }: Variation): Difference {
  let head = 0;
  while (head < Math.min(a.text.length, b.text.length) && a.text[head] === b.text[head]) head++;
  const from = Math.max(0, head - BEFORE);
  return { kind, message: template, part, a: sideOf(a, from), b: sideOf(b, from) };
}

const sideOf = ({ sent, visited, text }: Side, from: number): Difference['a'] => ({
  recording: visited.ref,
  pointer: sent?.pointer ?? null,
  text: `${from > 0 ? '…' : ''}${readable(text.slice(from, from + SHOWN))}${text.length > from + SHOWN ? '…' : ''}`,
});

/** Byte text for people: UTF-8 where it is, otherwise hexadecimal. */
function readable(text: string): string {
  const plain = toBuffer(text).toString('utf8');
  // A cut at either end may have gone through a character.
  const broken = plain.slice(4, -4).includes('\ufffd');
  return broken ? `0x${toBuffer(text.slice(0, SHOWN / 2)).toString('hex')}` : plain;
}

/** References into several recordings: each pointer follows the recording it points into. */
export const inRecording = (
  { ref, recording }: Visited,
  references: readonly Reference[],
): readonly Reference[] => [
  { label: `recording (${nameOf(recording.visit)})`, blob: ref, pointer: '', role: 'other' },
  ...references,
];

const nameOf = ({ role, persona }: Visited['recording']['visit']): string =>
  role === undefined
    ? persona.id
    : role.kind === 'free'
      ? `free, ${role.draws} draws`
      : `card ${role.card}, round ${role.round}`;

const messageReference = (sent: Sent): Reference => ({
  label: sent.message?.url ?? `${sent.connection?.host ?? ''}:${sent.connection?.port ?? ''}`,
  blob: sent.message?.body.kind === 'bytes' ? sent.message.body.blob : null,
  pointer: sent.pointer,
  role: 'message',
});

/** Both sides of a variation. */
export const sidesOf = ({ a, b }: Variation): readonly Reference[] =>
  [a, b].flatMap(({ sent, visited }) => inRecording(visited, sent === null ? [] : [messageReference(sent)]));
