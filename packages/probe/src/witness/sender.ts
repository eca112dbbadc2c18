import type { EventOf } from '../cdp/connection.ts';
import type { FrameTree } from '../observe/frame-tree.ts';

/** The document that sent a request: for a navigation the one that is left, or the one that holds the frame. */
export function senderOf(frames: FrameTree, event: EventOf<'Network.requestWillBeSent'>): string {
  const { documentURL, frameId = '', type, request } = event;
  // Of `fetchLater` and of a worker's script the protocol gives the request's own address as its document.
  const nameless = /^about:/i.test(documentURL) || documentURL === request.url;
  return (type === 'Document' || nameless ? frames.documentOf(frameId) : '') || documentURL;
}
