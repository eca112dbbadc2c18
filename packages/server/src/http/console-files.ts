import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { MiddlewareHandler } from 'hono';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  readonly lasting: boolean;
}

/**
 * The console's files, read once at start: what is served is what was there then, no path of a request ever reaches
 * the disk, and a file altered later on this machine is not handed out.
 */
export async function consoleFiles(directory: string): Promise<MiddlewareHandler> {
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const body = Uint8Array.from(await readFile(file));
    const path = `/${relative(directory, file).split(sep).join('/')}`;
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    // The build names these files by their content.
    assets.set(path, { body, type, etag, lasting: path.startsWith('/assets/') });
  }
  const index = assets.get('/index.html');

  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    const asset = assets.get(c.req.path) ?? (c.req.path === '/' ? index : undefined);
    if (asset === undefined) return next();
    c.header('etag', asset.etag);
    c.header('cache-control', asset.lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304);
    return c.body(asset.body, 200, { 'content-type': asset.type });
  };
}
