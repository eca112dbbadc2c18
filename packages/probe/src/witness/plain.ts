import { instant, type WireMessage } from '@komainu/model';
import type { Plain } from '../network/proxy.ts';
import type { Scene } from './witness.ts';

/**
 * What went over connections that are neither TLS nor HTTP, as the proxy saw it: WebRTC over TCP, where a user name or
 * a fragment of a session description can carry anything. The browser tells of none of it.
 */
export const plainMessages = (scene: Scene, spoken: readonly Plain[]): Promise<readonly WireMessage[]> =>
  Promise.all(
    spoken.map(async ({ id, at, host, port, bytes, all }) => ({
      id: `tcp ${id}`,
      at: instant(at),
      channel: 'request',
      resource: 'tcp',
      method: 'TCP',
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`,
      headers: [],
      body: all
        ? { kind: 'bytes', blob: await scene.blobs.put(bytes), bytes: bytes.byteLength }
        : { kind: 'unseen', reason: 'more than is kept of such a connection' },
      target: 'page',
      frameUrl: '',
      initiator: { kind: 'other', url: null, stack: [] },
      outcome: { kind: 'unanswered' },
    })),
  );
