import { type Baseline, text } from '@komainu/model';
import { hostOf, leaves, originOf } from '../address.ts';
import { ofBytes } from '../canary/bytes.ts';
import { destinationOf, mayLearn, takesCards } from '../allowance.ts';
import type { Bodies, Draft, Visited } from '../define.ts';
import { type Message, messagesIn } from '../messages.ts';
import { shown } from '../show.ts';
import { explainerFor } from './explain.ts';
import { leavesOf } from './leaves.ts';
import { templateOf } from './sent.ts';
import { inRecording } from './show.ts';

/** Bytes of a body that are looked through. */
const MAX_BODY = 1024 * 1024;

/**
 * Who is told the first six digits, seen by reading them: the compared cards share them, the free visits have others.
 * A provider that is sent whole numbers may ask for a few digits first.
 */
export function firstSix(
  visits: readonly Visited[],
  baseline: Baseline | null,
  bodies: Bodies,
  told: ReadonlySet<string>,
): readonly Draft[] {
  const found = new Map<
    string,
    { readonly bins: Set<string>; readonly message: Message; readonly part: string }
  >();
  for (const message of messagesIn(visits)) {
    const { card } = message.visited.recording.visit.canary;
    const bin = card.number.slice(0, 6);
    const destination = destinationOf(baseline, originOf(message.message.url));
    if (!leaves(message.message.url) || takesCards(destination) || mayLearn(destination, 'first-six'))
      continue;
    if (!mentions(message, bin, bodies) || told.has(templateOf(message.message))) continue;
    const digits = new RegExp(`(?<!\\d)${bin}(?!\\d)`);
    const part = [...explainerFor(card).explain(leavesOf(message.message, bodies))].find(([, value]) =>
      digits.test(value),
    )?.[0];
    if (part === undefined) continue;
    const key = `${templateOf(message.message)} ${part}`;
    const known = found.get(key) ?? { bins: new Set(), message, part };
    known.bins.add(bin);
    found.set(key, known);
  }
  // Six digits may be anything; the first six of two cards are no accident.
  return [...found.values()].filter(({ bins }) => bins.size > 1).map(draft);
}

function mentions({ message }: Message, bin: string, bodies: Bodies): boolean {
  if (message.url.includes(bin) || message.headers.some(([, value]) => value.includes(bin))) return true;
  const body =
    message.body.kind === 'bytes' && message.body.bytes <= MAX_BODY ? bodies(message.body.blob) : null;
  return body != null && ofBytes(body).includes(bin);
}

function draft({
  message: { message, visited, pointer },
  part,
}: {
  readonly message: Message;
  readonly part: string;
}): Draft {
  const host = shown(hostOf(message.url));
  return {
    subject: `first-six:${templateOf(message)}`,
    grade: 'changed',
    severity: 'medium',
    title: text(
      `The page tells ${host} the first six digits of the card.`,
      `ページが、カード番号の上6桁を ${host} に送信しています。`,
    ),
    detail: text(
      `They stand in the part "${shown(part, 60)}" of ${shown(message.url, 160)}, for another card each time. They tell the issuer and the brand, not the card. If ${host} needs them, approve that it may learn "first-six"; if not, have it stopped.`,
      `${shown(message.url, 160)} の「${shown(part, 60)}」に、カードごとに異なる上6桁が含まれていました。分かるのは発行会社とブランドまでです。${host} に必要な情報であれば、「first-six」まで知らせてよいと承認してください。不要であれば、送信をやめさせてください。`,
    ),
    references: inRecording(visited, [
      {
        label: message.url,
        blob: message.body.kind === 'bytes' ? message.body.blob : null,
        pointer,
        role: 'message',
      },
    ]),
  };
}
