import { type Initiator, instant, type WireBody, type WireMessage } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import { LIMITS } from '../limits.ts';
import type { Target } from '../observe/target.ts';
import { initiatorOf } from './initiator.ts';
import type { Gaps, Scene } from './witness.ts';

interface Socket {
  readonly at: number;
  readonly id: string;
  readonly url: string;
  readonly target: Target;
  readonly frameUrl: string;
  readonly initiator: Initiator;
  headers?: Protocol.Network.Headers;
  outcome?: WireMessage['outcome'];
}
interface Frame {
  readonly at: number;
  readonly socket: Socket;
  readonly bytes: Uint8Array;
}

/** WebSockets: the handshake (its address can carry something) and every frame that was sent. Fetch does not see them. */
export function createSocketRecorder(scene: Scene, gaps: Gaps) {
  const sockets = new Map<string, Socket>();
  const frames: Frame[] = [];

  const attach = (target: Target): void => {
    const { session } = target;
    session.on('Network.webSocketCreated', (event) => {
      const frameUrl =
        (target.kind === 'page' || target.kind === 'frame' ? scene.frames.get(target.id)?.url : null) ??
        target.url;
      const initiator = initiatorOf(event.initiator, frameUrl);
      sockets.set(event.requestId, {
        at: scene.now(),
        id: event.requestId,
        url: event.url,
        target,
        // The innermost script's document is not told; a frame of the same process is named by its script at least.
        frameUrl,
        initiator,
      });
    });
    session.on('Network.webSocketWillSendHandshakeRequest', (event) => {
      const socket = sockets.get(event.requestId);
      if (socket) socket.headers = event.request.headers;
    });
    session.on('Network.webSocketHandshakeResponseReceived', (event) => {
      const socket = sockets.get(event.requestId);
      if (socket) socket.outcome = { kind: 'response', status: event.response.status, mime: '' };
    });
    session.on('Network.webSocketFrameError', (event) => {
      const socket = sockets.get(event.requestId);
      if (socket) socket.outcome ??= { kind: 'failed', error: event.errorMessage };
    });
    session.on('Network.webSocketFrameSent', (event) => {
      const socket = sockets.get(event.requestId);
      if (!socket) return;
      if (frames.length >= LIMITS.websocketFrames) {
        gaps.limit(
          { en: 'WebSocket messages', ja: 'WebSocket メッセージ' },
          LIMITS.websocketFrames,
          socket.url,
        );
        return;
      }
      const { opcode, payloadData } = event.response;
      // Text frames (1) come as text, all others in base64.
      frames.push({
        at: scene.now(),
        socket,
        bytes: Buffer.from(payloadData, opcode === 1 ? 'utf8' : 'base64'),
      });
    });
  };

  const message = (socket: Socket, at: number, id: string, method: string, body: WireBody): WireMessage => ({
    id,
    at: instant(at),
    channel: 'websocket',
    resource: 'websocket',
    method,
    url: socket.url,
    headers: Object.entries(socket.headers ?? {}),
    body,
    target: socket.target.kind,
    frameUrl: socket.frameUrl,
    initiator: socket.initiator,
    outcome: socket.outcome ?? { kind: 'unanswered' },
  });

  const messages = async (): Promise<readonly WireMessage[]> => {
    const handshakes = [...sockets.values()].map((socket) =>
      message(socket, socket.at, `${socket.id}/open`, 'GET', { kind: 'none' }),
    );
    const sent = frames.map(async ({ at, socket, bytes }, index) => {
      const body: WireBody =
        bytes.byteLength > LIMITS.bodyBytes
          ? { kind: 'unseen', reason: `${bytes.byteLength} bytes, more than ${LIMITS.bodyBytes}` }
          : bytes.byteLength === 0
            ? { kind: 'none' }
            : { kind: 'bytes', blob: await scene.blobs.put(bytes), bytes: bytes.byteLength };
      return message(socket, at, `${socket.id}/${index}`, 'SEND', body);
    });
    return [...handshakes, ...(await Promise.all(sent))];
  };
  return { attach, messages };
}
