import { Hono } from 'hono';

/** 「あしあと」: a visitor counter as shops embed them. Random ids, beacons on unload, a pulse while the page is open. */
const script = (origin: string): string => `(() => {
  'use strict';
  const home = ${JSON.stringify(origin)};
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, '0')).join('');
  const cookie = document.cookie.match(/(?:^|; )_ashi=([0-9a-f.]+)/);
  const visitor = cookie ? cookie[1] : random() + '.' + Math.floor(Date.now() / 1000);
  document.cookie = '_ashi=' + visitor + '; path=/; max-age=63072000; SameSite=Lax';
  let session = sessionStorage.getItem('_ashi_s');
  if (!session) sessionStorage.setItem('_ashi_s', (session = random()));
  const view = random(), started = performance.now();
  let depth = 0, clicks = 0, sequence = 0;
  const record = (event, more) => JSON.stringify({
    v: 2, event, visitor, session, view, seq: ++sequence, ms: Math.round(performance.now() - started),
    path: location.pathname, ref: document.referrer, title: document.title, lang: navigator.language,
    screen: screen.width + 'x' + screen.height, ...more,
  });
  const send = (event, more) => fetch(home + '/collect?z=' + random(), {
    method: 'POST', mode: 'cors', keepalive: true, headers: { 'content-type': 'text/plain' }, body: record(event, more),
  }).catch(() => {});
  send('view', { layer: (window.dataLayer || []).length });
  addEventListener('scroll', () => {
    depth = Math.max(depth, Math.round(((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100));
  }, { passive: true });
  addEventListener('click', (e) => {
    clicks += 1;
    const at = e.target instanceof Element ? e.target.closest('a,button,label') : null;
    if (at) send('click', { on: at.id || at.tagName.toLowerCase() });
  });
  setInterval(() => { if (document.visibilityState === 'visible') send('pulse', { depth, clicks }); }, 15000);
  addEventListener('pagehide', () => navigator.sendBeacon(home + '/collect?z=' + random(), record('leave', { depth, clicks })));
})();
`;

export function createAnalytics(origin: string, shopOrigin: string): Hono {
  return new Hono()
    .get('/health', (c) => c.json({ ok: true }))
    .get('/ashiato.js', (c) =>
      c.body(script(origin), 200, {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'no-store',
      }),
    )
    .post('/collect', async (c) => {
      await c.req.text();
      return c.body(null, 204, { 'access-control-allow-origin': shopOrigin, vary: 'origin' });
    });
}
