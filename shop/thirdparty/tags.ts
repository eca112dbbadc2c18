import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const javascript = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' };

/** The container: what a tag manager hands out. It writes one more script element into the page. */
const loader = (origin: string): string => `(() => {
  'use strict';
  const layer = (window.dataLayer = window.dataLayer || []);
  layer.push({ event: 'tags.start', at: Date.now() });
  const tag = document.createElement('script');
  tag.async = true;
  tag.src = ${JSON.stringify(origin)} + '/t/audience.js?c=KT-2041&r=' + Math.random().toString(36).slice(2);
  (document.head || document.documentElement).appendChild(tag);
})();
`;

/** The tag itself, different bytes on every request as ad tags are: a request id is baked in. */
const audience = (origin: string): string => `(() => {
  'use strict';
  const request = '${randomBytes(6).toString('hex')}';
  const kept = localStorage.getItem('_kt');
  const id = kept || Math.random().toString(36).slice(2) + Date.now().toString(36);
  if (!kept) localStorage.setItem('_kt', id);
  const image = new Image(1, 1);
  image.src = ${JSON.stringify(origin)} + '/p.gif?c=KT-2041&u=' + id + '&q=' + request + '&p=' + encodeURIComponent(location.pathname) + '&t=' + Date.now();
})();
`;

export function createTags(origin: string): Hono {
  return new Hono()
    .get('/health', (c) => c.json({ ok: true }))
    .get('/kt.js', (c) => c.body(loader(origin), 200, javascript))
    .get('/t/audience.js', (c) => c.body(audience(origin), 200, javascript))
    .get('/p.gif', (c) =>
      c.body(new Uint8Array(pixel), 200, { 'content-type': 'image/gif', 'cache-control': 'no-store' }),
    );
}
