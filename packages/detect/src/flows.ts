import type { Baseline, Leak, Recording } from '@komainu/model';
import { leaksOf } from './canary/leaks.ts';
import type { Bodies } from './define.ts';
import { granted, sender } from './detectors/canary-on-wire.ts';

/** One way a typed value left the browser, legitimate or not. */
export interface Flow extends Leak {
  /** The baseline lets this value go into exactly this call. */
  readonly approved: boolean;
}

/** Every way each typed value was seen to leave the browser, once each, in the order first seen. Never throws. */
export function flowsOf(input: {
  readonly recording: Recording;
  readonly baseline: Baseline | null;
  readonly bodies: Bodies;
}): readonly Flow[] {
  const { recording, baseline, bodies } = input;
  const { wire } = recording.artifacts;
  if (wire.kind === 'failed') return [];
  const { sighted } = leaksOf(recording.visit.canary, wire.value, bodies);
  const flows = sighted.flatMap((one) =>
    one.fields.map(
      (field): Flow => ({
        field,
        encodings: one.encodings,
        channel: `${one.message.resource} ${one.place}`,
        destination: one.message.url.split(/[?#]/, 1)[0] ?? '',
        script: sender(one),
        approved: granted(baseline, one, field),
      }),
    ),
  );
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}
