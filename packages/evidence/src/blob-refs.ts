import type { BlobRef } from '@komainu/model';
import { byBytes, decodeUtf8, utf8, view } from './bytes.ts';
import { isBlobRef } from './file-blobs.ts';

const MARK = view(utf8('"sha256:'));

/**
 * The blobs that JSON refers to: every string in it, at any depth, that is exactly a reference. Sorted, each once; none
 * when the bytes are not JSON. Never throws, and does not recurse: depth may be an attacker's choice.
 */
export function blobRefsIn(untrusted: Uint8Array): readonly BlobRef[] {
  if (!view(untrusted).includes(MARK)) return [];
  const refs = new Set<BlobRef>();
  const open: unknown[] = [parse(untrusted)];
  while (open.length > 0) {
    const value = open.pop();
    if (isBlobRef(value)) refs.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) open.push(inner);
  }
  return [...refs].sort(byBytes);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? 'null');
  } catch {
    return null;
  }
}
