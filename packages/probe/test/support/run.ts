import {
  type BlobRef,
  type Journey,
  newId,
  type PageId,
  type PaymentPage,
  type Recording,
  type ShopId,
  type WireMessage,
} from '@komainu/model';
import { newCanary, PERSONAS, type ProbeBrowser, type VisitOptions, visit } from '../../src/index.ts';
import { memoryBlobs } from './memory-blobs.ts';

export interface Run {
  readonly recording: Recording;
  readonly ref: BlobRef;
  readonly canary: ReturnType<typeof newCanary>;
  readonly blobs: ReturnType<typeof memoryBlobs>;
  /** Values of artifacts that were observed; fails the test otherwise. */
  readonly scripts: readonly (Observed<'scripts'>[number] & { readonly text: string })[];
  readonly wire: readonly (WireMessage & { readonly text: string })[];
  readonly cardFields: Observed<'cardFields'>;
  readonly frames: Observed<'frames'>;
  readonly forms: Observed<'forms'>;
  readonly headers: Observed<'headers'>;
}
type Observed<N extends keyof Recording['artifacts']> = Extract<
  Recording['artifacts'][N],
  { kind: 'observed' }
>['value'];

export const pageOf = (url: string, more: Partial<PaymentPage> = {}): PaymentPage => ({
  id: 'payment' as PageId,
  url,
  journey: 'journey.json',
  paymentCalls: [],
  neverCall: [],
  everySeconds: 300,
  ...more,
});

/** One visit with defaults; everything may be overridden. */
export async function run(
  browser: ProbeBrowser,
  page: PaymentPage,
  journey: Journey | null = null,
  more: Partial<VisitOptions> = {},
): Promise<Run> {
  const blobs = memoryBlobs();
  const canary = newCanary();
  const persona = PERSONAS[0];
  if (!persona) throw new Error('no persona');
  const { recording, ref } = await visit({
    browser,
    shop: 'shop' as ShopId,
    page,
    journey,
    persona,
    canary,
    check: newId('check'),
    purpose: 'check',
    blobs,
    signal: new AbortController().signal,
    privateNetwork: true,
    ...more,
  });
  const of = <N extends keyof Recording['artifacts']>(name: N): Observed<N> => {
    const artifact = recording.artifacts[name];
    return artifact?.kind === 'observed' ? artifact.value : ([] as Observed<N>);
  };
  return {
    recording,
    ref,
    canary,
    blobs,
    scripts: of('scripts').map((script) => ({ ...script, text: blobs.text(script.body) })),
    wire: of('wire').map((message) => ({
      ...message,
      text: message.body.kind === 'bytes' ? blobs.text(message.body.blob) : '',
    })),
    cardFields: of('cardFields'),
    frames: of('frames'),
    forms: of('forms'),
    headers: of('headers'),
  };
}
