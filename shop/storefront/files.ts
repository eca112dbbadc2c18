import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  ico: 'image/x-icon',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
};

/** A file under `assets/` or `uploads/`, fresh from disk; undefined when there is none to give. */
export async function siteFile(siteDir: string, path: string): Promise<Response | undefined> {
  const match = /^\/(assets|uploads)((?:\/[\w-][\w.-]*)+)$/.exec(path);
  if (match === null) return undefined;
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  try {
    const body = await readFile(join(siteDir, path));
    return new Response(new Uint8Array(body), {
      headers: {
        'content-type': types[extension] ?? 'application/octet-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    });
  } catch {
    return undefined;
  }
}
