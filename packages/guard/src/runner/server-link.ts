import type { BlobRef, GuardActs, GuardReport, Heartbeat } from '@komainu/model';
import { sayError } from '../error.ts';
import type { OpenSeal } from '../seal/open-seal.ts';

/** What came of telling the server something. */
export type Sent =
  | { readonly kind: 'taken' }
  /** It understood, and will never take this. */
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  /** Not now: away, busy, full, or the token is wrong. */
  | { readonly kind: 'later'; readonly status: number | null; readonly detail: string };

export interface ServerLink {
  blob(ref: BlobRef, bytes: Uint8Array): Promise<Sent>;
  report(report: GuardReport): Promise<Sent>;
  acts(acts: GuardActs): Promise<Sent>;
  heartbeat(heartbeat: Heartbeat): Promise<Sent>;
  seal(seal: OpenSeal): Promise<Sent>;
}

const ANSWER_MS = 30_000;
const UPLOAD_MS = 120_000;
/** Statuses that say "never", for a body, a report or a seal. All others may pass. */
const NEVER = new Set([400, 409, 413, 415, 422]);

/** The server's API for guards. `token` is asked each time, so that it can be changed under a running guard. */
export function linkServer(url: string, token: () => string, closing: AbortSignal): ServerLink {
  async function send(
    method: string,
    path: string,
    type: string,
    body: BodyInit,
    within: number,
  ): Promise<Sent> {
    try {
      const response = await fetch(new URL(path, url), {
        method,
        body,
        headers: { authorization: `Bearer ${token()}`, 'content-type': type },
        // A server that is not ours must not be able to send the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.any([closing, AbortSignal.timeout(within)]),
      });
      const text = (await response.text()).slice(0, 300);
      if (response.status === 200) return { kind: 'taken' };
      return {
        kind: NEVER.has(response.status) ? 'refused' : 'later',
        status: response.status,
        detail: text,
      };
    } catch (error) {
      const cause = error instanceof Error && error.cause ? error.cause : error;
      return { kind: 'later', status: null, detail: sayError(cause) };
    }
  }
  const post = async (path: string, value: unknown) =>
    send('POST', path, 'application/json', JSON.stringify(value), ANSWER_MS);
  const blob = async (ref: BlobRef, bytes: Uint8Array) =>
    send(
      'PUT',
      `api/guard/blobs/${ref}`,
      'application/octet-stream',
      bytes as Uint8Array<ArrayBuffer>,
      UPLOAD_MS,
    );

  return {
    blob,
    report: async (report) => post('api/guard/reports', report),
    acts: async (acts) => post('api/guard/acts', acts),
    heartbeat: async (heartbeat) => post('api/guard/heartbeats', heartbeat),
    async seal({ seal, release, signature, manifestBytes, entriesBytes }) {
      for (const [ref, bytes] of [
        [seal.manifest, manifestBytes],
        [seal.entries, entriesBytes],
      ] as const) {
        const sent = await blob(ref, bytes);
        if (sent.kind !== 'taken') return sent;
      }
      return post('api/guard/seals', {
        root: seal.root,
        release: Buffer.from(release).toString('utf8'),
        signature: Buffer.from(signature).toString('base64'),
        manifest: seal.manifest,
        entries: seal.entries,
      });
    },
  };
}
