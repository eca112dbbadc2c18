import type { BlobRef, Language, Text } from '@komainu/model';
import { type Body, SHOWN_BYTES } from '../pure/bytes.ts';

/** The server's own refusal, in both languages; or `null` where it could not be asked at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly sentence: Text | null;
  constructor(status: number, sentence: Text | null, cause?: unknown) {
    super(sentence?.en ?? `status ${status}`, { cause });
    this.status = status;
    this.sentence = sentence;
  }
  inLanguage(language: Language): string | null {
    return this.sentence?.[language] ?? null;
  }
}

const sentenceOf = (body: unknown): Text | null => {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message as
    | Partial<Text>
    | undefined;
  if (typeof message?.en !== 'string' || typeof message.ja !== 'string') return null;
  return { en: message.en, ja: message.ja };
};

const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  try {
    return await fetch(path, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init });
  } catch (cause) {
    throw new ApiError(0, null, cause);
  }
};

const refused = async (response: Response): Promise<ApiError> =>
  new ApiError(response.status, sentenceOf(await response.json().catch(() => null)));

export const getJson = async <T>(path: string, signal?: AbortSignal): Promise<T> => {
  const response = await ask(path, signal === undefined ? {} : { signal });
  if (!response.ok) throw await refused(response);
  return (await response.json()) as T;
};

/** `accepted`: statuses that are answers and not failures, besides 2xx. */
export const postJson = async <T>(
  path: string,
  body: unknown,
  accepted: readonly number[] = [],
): Promise<T> => {
  const response = await ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok && !accepted.includes(response.status)) throw await refused(response);
  return (await response.json().catch(() => null)) as T;
};

/** The address of a body; null when the reference is none, so that no address is ever made from other text. */
export const blobAddress = (ref: string): string | null =>
  /^sha256:[0-9a-f]{64}$/.test(ref) ? `/api/blobs/${ref}` : null;

/** At most `SHOWN_BYTES` of a body; the rest is not fetched. */
export const getBody = async (ref: BlobRef, signal?: AbortSignal): Promise<Body> => {
  const address = blobAddress(ref);
  if (address === null) throw new ApiError(0, null);
  const response = await ask(address, signal === undefined ? {} : { signal });
  if (!response.ok || response.body === null) throw await refused(response);
  const reader = response.body.getReader();
  const bytes = new Uint8Array(SHOWN_BYTES);
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { bytes: bytes.slice(0, size), cut: false };
    const room = SHOWN_BYTES - size;
    bytes.set(value.subarray(0, room), size);
    size += Math.min(room, value.length);
    if (value.length > room) {
      await reader.cancel();
      return { bytes, cut: true };
    }
  }
};
