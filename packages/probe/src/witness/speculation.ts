import { instant, type WireMessage } from '@komainu/model';
import type { EventOf } from '../cdp/connection.ts';
import { LIMITS } from '../limits.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import type { Gaps, Scene } from './witness.ts';

type Prefetch = EventOf<'Preload.prefetchStatusUpdated'>;

/**
 * Speculation rules ask for pages ahead of time. To another site Chromium sends no such request while a proxy is set,
 * a customer's browser does: that the page wanted it is told here.
 */
export function createSpeculationRecorder(scene: Scene, gaps: Gaps) {
  const kept = new Map<string, { at: number; event: Prefetch; target: Target; frameUrl: string }>();

  const attach = (target: Target): readonly Promise<unknown>[] => {
    if (!hasFrames(target)) return [];
    target.session.on('Preload.prefetchStatusUpdated', (event) => {
      if (event.status !== 'Failure' && event.status !== 'NotSupported') return;
      if (kept.size >= LIMITS.speculations) {
        gaps.limit({ en: 'speculation rules', ja: '先読みの指定' }, LIMITS.speculations, event.prefetchUrl);
        return;
      }
      const frameUrl = scene.frames.documentOf(event.initiatingFrameId) || target.url;
      kept.set(event.requestId, { at: Date.now(), event, target, frameUrl });
    });
    return [target.session.send('Preload.enable').catch(() => undefined)];
  };

  /** Those of which no request is known. */
  const messages = (isKnown: (requestId: string) => boolean): readonly WireMessage[] =>
    [...kept]
      .filter(([id]) => !isKnown(id))
      .map(([id, { at, event, target, frameUrl }]) => ({
        id: `${id}/0`,
        at: instant(at),
        channel: 'request',
        resource: 'prefetch',
        method: 'GET',
        url: event.prefetchUrl,
        headers: [],
        body: { kind: 'none' },
        target: target.kind,
        frameUrl,
        initiator: { kind: 'other', url: frameUrl || null, stack: [] },
        outcome: { kind: 'failed', error: event.prefetchStatus },
      }));
  return { attach, messages };
}
