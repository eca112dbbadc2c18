import type { Server } from 'node:http';
import { Hono } from 'hono';
import { WebSocketServer } from 'ws';

/** The part that runs in the shop's page: a button, a frame, and a socket that says the visitor is still there. */
const widget = (origin: string): string => `(() => {
  'use strict';
  const home = ${JSON.stringify(origin)};
  const en = document.documentElement.lang === 'en';
  const start = () => {
    const box = document.createElement('div');
    box.id = 'hanasu';
    const shadow = box.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(':host{position:fixed;right:16px;bottom:16px;z-index:40;font:14px/1.5 system-ui,sans-serif}button{border:0;border-radius:999px;width:48px;height:48px;background:#6d7f5a;color:#fff;box-shadow:0 4px 14px #0003;cursor:pointer;display:grid;place-items:center;padding:0}iframe{display:none;position:absolute;right:0;bottom:58px;width:min(300px,86vw);height:340px;border:0;border-radius:14px;background:#fff;box-shadow:0 8px 30px #0003}iframe.open{display:block}');
    shadow.adoptedStyleSheets = [sheet];
    const frame = document.createElement('iframe');
    frame.title = en ? 'Chat with the shop' : 'お店とチャット';
    frame.src = home + '/frame?lang=' + (en ? 'en' : 'ja') + '&v=' + Math.random().toString(36).slice(2);
    const button = document.createElement('button');
    button.type = 'button';
    const draw = (name, attributes) => {
      const node = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const icon = draw('svg', { viewBox: '0 0 24 24', width: '24', height: '24', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.8', 'stroke-linejoin': 'round' });
    icon.append(draw('path', { d: 'M4 5h16v11H11l-5 4v-4H4Z' }), draw('path', { d: 'M8 10h.1M12 10h.1M16 10h.1', 'stroke-linecap': 'round', 'stroke-width': '2.4' }));
    button.append(icon);
    button.setAttribute('aria-label', frame.title);
    button.addEventListener('click', () => frame.classList.toggle('open'));
    shadow.append(frame, button);
    document.body.append(box);
    const socket = new WebSocket(home.replace(/^http/, 'ws') + '/presence');
    const beat = () => {
      if (socket.readyState === 1) socket.send(JSON.stringify({ beat: Date.now(), n: Math.random().toString(36).slice(2), path: location.pathname }));
    };
    socket.addEventListener('open', () => { beat(); setInterval(beat, 4000); });
  };
  // After load, so that the page's own frames come first.
  const later = () => setTimeout(start, 60 + Math.random() * 120);
  if (document.readyState === 'complete') later(); else addEventListener('load', later);
})();
`;

const frame = (lang: 'ja' | 'en', shopOrigin: string): { readonly body: string; readonly csp: string } => {
  const hello =
    lang === 'en'
      ? 'Hello! We answer on weekdays, 10:00 to 16:00. Ask us anything about the goods.'
      : 'こんにちは。平日10時〜16時にお返事しています。商品のこと、なんでもお尋ねください。';
  return {
    csp: `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors ${shopOrigin}`,
    body: `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>chat</title>
<style>body{margin:0;font:14px/1.7 "Noto Sans CJK JP",system-ui,sans-serif;color:#444;display:flex;flex-direction:column;height:100vh}header{background:#6d7f5a;color:#fff;padding:12px 16px;font-weight:600}p{background:#f1efe6;border-radius:12px;margin:16px;padding:12px 14px}</style>
<header>${lang === 'en' ? 'Chat' : 'チャット'}</header><p>${hello}</p></html>`,
  };
};

export function createChat(origin: string, shopOrigin: string): Hono {
  return new Hono()
    .get('/health', (c) => c.json({ ok: true }))
    .get('/hanasu.js', (c) =>
      c.body(widget(origin), 200, {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'no-store',
      }),
    )
    .get('/frame', (c) => {
      const { body, csp } = frame(c.req.query('lang') === 'en' ? 'en' : 'ja', shopOrigin);
      c.header('content-security-policy', csp);
      return c.html(body);
    });
}

/** Answers each heartbeat with one of its own. Returns the way to hang up on everybody. */
export function attachPresence(server: Server, shopOrigin: string): () => void {
  const sockets = new WebSocketServer({
    server,
    path: '/presence',
    maxPayload: 4096,
    verifyClient: ({ origin }: { readonly origin: string }) => origin === shopOrigin,
  });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', () => socket.send(JSON.stringify({ ok: Date.now() })));
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}
