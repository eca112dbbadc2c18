import { type Journey, newId, type Recording, type ShopId, type WireMessage } from '@komainu/model';
import { check, type CheckOptions, PERSONAS, type Probe, type Visited } from '../../src/index.ts';
import { memoryBlobs } from './memory-blobs.ts';
import { pageOf } from './run.ts';

export interface Checked {
  readonly visits: readonly Visited[];
  /** `free low`, `free high`, `a1`, `b1`, `a2`…: what each visit sent, as text, in the order in which it was sent. */
  readonly sent: Readonly<Record<string, readonly Sent[]>>;
  readonly recordings: Readonly<Record<string, Recording>>;
}
export interface Sent extends WireMessage {
  readonly text: string;
}

/** A whole check of a page, with defaults. */
export async function checked(
  probe: Probe,
  url: string,
  journey: Journey | null,
  more: Partial<CheckOptions> = {},
): Promise<Checked> {
  const blobs = memoryBlobs();
  const [persona] = PERSONAS;
  if (!persona) throw new Error('no persona');
  const visits = await check({
    probe,
    shop: 'shop' as ShopId,
    page: pageOf(url),
    journey,
    persona,
    check: newId('check'),
    blobs,
    signal: new AbortController().signal,
    privateNetwork: true,
    deadline: 120_000,
    ...more,
  });
  const name = ({ visit: { role } }: Recording): string =>
    role?.kind === 'pinned' ? `${role.card}${role.round}` : `free ${role?.draws}`;
  const sentBy = ({ artifacts: { wire } }: Recording): readonly Sent[] =>
    wire.kind === 'failed'
      ? []
      : wire.value.map((message) => ({
          ...message,
          text: message.body.kind === 'bytes' ? blobs.text(message.body.blob) : '',
        }));
  const recordings = visits.map(({ recording }) => recording);
  return {
    visits,
    sent: Object.fromEntries(recordings.map((one) => [name(one), sentBy(one)])),
    recordings: Object.fromEntries(recordings.map((one) => [name(one), one])),
  };
}

/** A journey of one step that opens the page, and one for each field that is typed into. */
export const journeyTo = (
  url: string,
  fields: Readonly<Record<string, string>>,
  frame?: readonly number[],
): Journey => ({
  title: 'test',
  steps: [
    { type: 'navigate', url },
    ...Object.entries(fields).map(([selector, value]) => ({
      type: 'change' as const,
      ...(frame ? { frame: [...frame] } : {}),
      selectors: [[selector]],
      value,
    })),
  ],
});

export const CARD = {
  '#number': '{{canary.number}}',
  '#expiry': '{{canary.expiry}}',
  '#code': '{{canary.code}}',
  '#holder': '{{canary.holder}}',
};
export const CARD_FIELDS = `<form onsubmit="return false">
<input id="number" autocomplete="cc-number"><input id="expiry" autocomplete="cc-exp">
<input id="code" autocomplete="cc-csc"><input id="holder" autocomplete="cc-name"></form>`;

/** A message as siblings must agree on it: without what names a visit, with the card's values by their names. */
export function comparable(message: Sent, recording: Recording): string {
  const { number, expiry, code, holder } = recording.visit.canary.card;
  const whole = `${message.at.slice(11)} ${message.method} ${decodeURIComponent(message.url)} ${message.text}`;
  return (
    whole
      .replaceAll(number, '{number}')
      .replaceAll(expiry, '{expiry}')
      .replaceAll(holder, '{holder}')
      // Three digits are also a time or a size: as a value of its own only.
      .replaceAll(`"${code}"`, '"{code}"')
  );
}
