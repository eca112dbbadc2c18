import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type BlobRef, canonicalBytes, instant, Instant, type Text, text } from '@komainu/model';
import { z } from 'zod';
import type { EntryDraft } from './draft.ts';
import type { ShopState } from './state.ts';

/** What the payment processor tells a merchant whose cards turn up in fraud. Every string is untrusted. */
export const ProcessorNotice = z
  .strictObject({
    version: z.literal(1),
    /** The processor's case id. */
    id: z.string(),
    suspectedFrom: Instant.nullable(),
    suspectedTo: Instant.nullable(),
    /** Number of cards known to be misused. */
    cards: z.int().nonnegative().nullable(),
    message: z.string(),
  })
  .readonly();
export type ProcessorNotice = z.infer<typeof ProcessorNotice>;

export type NoticeEnd =
  | {
      readonly kind: 'accepted';
      readonly notice: ProcessorNotice;
      /** To be stored as the blob `ref`; equal for every delivery of the same notice. */
      readonly body: Uint8Array;
      readonly ref: BlobRef;
      /** Nothing when this notice was recorded before. */
      readonly drafts: readonly EntryDraft[];
    }
  | { readonly kind: 'refused'; readonly code: NoticeRefusal; readonly reason: Text };

export type NoticeRefusal = 'signature' | 'expired' | 'malformed' | 'too-large';

/** Seconds a signature may be old or ahead: a captured delivery is worth nothing afterwards. */
const WINDOW = 300;
const LARGEST = 64 * 1024;
const ENOUGH = 32;

/**
 * The processor's webhook: verified, parsed, and what is to be recorded for it.
 * @param header `musubi-signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`; several `v1` while a secret rotates
 * @param body the bytes as received
 * @param now milliseconds since 1970
 */
export function processorNotice(input: {
  readonly state: ShopState;
  readonly secret: string;
  readonly header: string | null;
  readonly body: Uint8Array;
  readonly now: number;
  /** Who notified, for the ledger. */
  readonly name?: string;
}): NoticeEnd {
  if (input.body.byteLength > LARGEST) return refused('too-large');
  const signature = verify(input);
  if (signature !== null) return refused(signature);
  const notice = parse(input.body);
  if (notice === null) return refused('malformed');
  const body = canonicalBytes(notice);
  const ref = `sha256:${createHash('sha256').update(body).digest('hex')}` as BlobRef;
  const draft: EntryDraft = {
    kind: 'processor.notified',
    shop: input.state.shop,
    actor: { kind: 'processor', name: input.name ?? 'processor' },
    data: { notice: ref, title: titleOf(notice) },
  };
  const known = input.state.notices.includes(ref);
  return { kind: 'accepted', notice, body, ref, drafts: known ? [] : [draft] };
}

function verify(input: {
  readonly secret: string;
  readonly header: string | null;
  readonly body: Uint8Array;
  readonly now: number;
}): 'signature' | 'expired' | null {
  // An unset secret would make everyone's HMAC valid.
  if (input.secret === '' || input.header === null || input.header.length > 4_096) return 'signature';
  const pairs = input.header.split(',').map((part) => part.trim().split('=', 2));
  const times = pairs.filter(([name]) => name === 't').map(([, value]) => value ?? '');
  const [time] = times;
  if (times.length !== 1 || time === undefined || !/^\d{1,12}$/.test(time)) return 'signature';
  const expected = createHmac('sha256', input.secret).update(`${time}.`).update(input.body).digest();
  const matches = pairs
    .filter(([name, value]) => name === 'v1' && /^[0-9a-f]{64}$/.test(value ?? ''))
    .slice(0, ENOUGH)
    .map(([, value]) => timingSafeEqual(Buffer.from(value ?? '', 'hex'), expected));
  if (!matches.includes(true)) return 'signature';
  return Math.abs(input.now / 1000 - Number(time)) > WINDOW ? 'expired' : null;
}

/** May be unknown, but must be said: any other signed event with an id would halt the shop. */
const moment = z.string().max(100).nullable();
const exact = z.iso.datetime({ offset: true });

/** Members we do not know are the processor's own business; they are left out. */
const Plain = z.object({
  id: z.string().min(1).max(200),
  suspectedFrom: moment,
  suspectedTo: moment,
  cards: z.int().nonnegative().nullish(),
  message: z.string().max(20_000).nullish(),
});

/** Processors send events in an envelope and name members their own way; the case's id, not the event's, is the notice's. */
const Event = z
  .object({
    type: z.literal('leak.suspected'),
    data: z.object({
      case_id: Plain.shape.id,
      suspected_from: moment,
      suspected_to: moment,
      cards: Plain.shape.cards,
      message: Plain.shape.message,
    }),
  })
  .transform(({ data }) => ({
    id: data.case_id,
    suspectedFrom: data.suspected_from,
    suspectedTo: data.suspected_to,
    cards: data.cards,
    message: data.message,
  }));

const Wire = z.union([
  Event,
  Plain.extend({ type: z.never().optional() }).transform(
    ({ id, suspectedFrom, suspectedTo, cards, message }) => ({
      id,
      suspectedFrom,
      suspectedTo,
      cards,
      message,
    }),
  ),
]);

function parse(body: Uint8Array): ProcessorNotice | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
  const read = Wire.safeParse(json);
  if (!read.success) return null;
  const { id, cards, message, ...times } = read.data;
  // A time we cannot place (a bare date has no zone) must neither refuse an alarm nor be guessed: its words are kept.
  const unread = Object.entries(times).filter(([, said]) => said !== null && !exact.safeParse(said).success);
  const words = [message ?? '', ...unread.map(([name, said]) => `[${name}: ${said}]`)];
  return {
    version: 1,
    id: id.toWellFormed(),
    suspectedFrom: instantOf(times.suspectedFrom),
    suspectedTo: instantOf(times.suspectedTo),
    cards: cards ?? null,
    message: words
      .filter((part) => part !== '')
      .join(' ')
      .toWellFormed(),
  };
}

const instantOf = (said: string | null) =>
  exact.safeParse(said).success ? instant(Date.parse(said ?? '')) : null;

function titleOf({ id, cards }: ProcessorNotice): Text {
  const [en, ja] =
    cards === null ? ['', ''] : [`, ${cards} card${cards === 1 ? '' : 's'}`, `、カード${cards}件`];
  return text(
    `The payment processor suspects a leak (case ${id}${en})`,
    `決済代行会社から漏えいの疑いの連絡がありました(案件 ${id}${ja})`,
  );
}

const refused = (code: NoticeRefusal): NoticeEnd => ({ kind: 'refused', code, reason: REASONS[code] });

const REASONS: Readonly<Record<NoticeRefusal, Text>> = {
  signature: text(
    'The signature of this notice is missing or wrong. Check that both sides hold the same webhook secret.',
    'この通知の署名がないか、正しくありません。双方の Webhook の秘密鍵が同じか確認してください。',
  ),
  expired: text(
    'The signature is more than five minutes old or ahead. Check both clocks, then send it again with a new time.',
    '署名の時刻が5分以上ずれています。双方の時計を確認し、新しい時刻で送り直してください。',
  ),
  malformed: text(
    'The notice is not as agreed: JSON with id, suspectedFrom, suspectedTo, cards and message.',
    '通知の形式が正しくありません。id、suspectedFrom、suspectedTo、cards、message を含む JSON で送ってください。',
  ),
  'too-large': text('The notice is larger than 64 KiB.', '通知が64KiBを超えています。'),
};
