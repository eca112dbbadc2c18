import { instant, type WireMessage } from '@komainu/model';
import type { EventOf } from '../cdp/connection.ts';
import { LIMITS } from '../limits.ts';
import type { Target } from '../observe/target.ts';
import { initiatorOf } from './initiator.ts';
import type { Gaps, Scene } from './witness.ts';

interface Transport {
  readonly at: number;
  readonly event: EventOf<'Network.webTransportCreated'>;
  readonly target: Target;
  readonly frameUrl: string;
  established: boolean;
}

/**
 * WebTransport: only that one was asked for, and where. It speaks QUIC, for which there is no way through the proxy, so
 * it never comes about; what a customer's browser would have sent over it is not known.
 */
export function createTransportRecorder(scene: Scene, gaps: Gaps) {
  const transports = new Map<string, Transport>();

  const attach = (target: Target): void => {
    const { session } = target;
    session.on('Network.webTransportCreated', (event) => {
      if (transports.size >= LIMITS.transports) {
        gaps.limit({ en: 'WebTransports', ja: 'WebTransport' }, LIMITS.transports, event.url);
        return;
      }
      const frameUrl = scene.frames.documentOf(target.id) || target.url;
      transports.set(event.transportId, { at: Date.now(), event, target, frameUrl, established: false });
    });
    session.on('Network.webTransportConnectionEstablished', (event) => {
      const transport = transports.get(event.transportId);
      if (transport) transport.established = true;
    });
  };

  const messages = (): readonly WireMessage[] =>
    [...transports.values()].map(({ at, event, target, frameUrl, established }) => ({
      id: `${event.transportId}/open`,
      at: instant(at),
      channel: 'webtransport',
      resource: 'webtransport',
      method: 'CONNECT',
      url: event.url,
      headers: [],
      body: { kind: 'unseen', reason: 'what goes over WebTransport is not handed over' },
      target: target.kind,
      frameUrl,
      initiator: initiatorOf(event.initiator, frameUrl),
      outcome: established
        ? { kind: 'response', status: 200, mime: '' }
        : { kind: 'failed', error: 'not let out: it would go round the proxy' },
    }));
  return { attach, messages };
}
