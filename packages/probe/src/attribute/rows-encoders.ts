import type { Row } from './rows.ts';

const row = (act: Row['act'], place: string, example: string, more: Partial<Row> = {}): Row => ({
  api: place.replace(/^\w+ /, '').replace('.prototype.', '.'),
  act,
  place,
  look: 'arguments',
  example,
  ...more,
});
const encode = (place: string, example: string, more: Partial<Row> = {}): Row =>
  row('encode', place, example, { sampled: true, ...more });
const cipher = (method: string, example: string): Row =>
  row('cipher', `call SubtleCrypto.prototype.${method}`, example, { detail: 'algorithm' });

const BYTES = 'new TextEncoder().encode(card)';

/**
 * What turns a value into other text or bytes. `String.prototype.charCodeAt` and its kin are left out: pages call them
 * a million times, and what they are called for shows in who read the field and who sent something.
 */
export const ENCODERS: readonly Row[] = [
  encode('call btoa', 'btoa(card)'),
  encode('call escape', 'escape(card)'),
  encode('call encodeURIComponent', 'encodeURIComponent(card)'),
  encode('call encodeURI', 'encodeURI(card)'),
  encode('call JSON.stringify', 'JSON.stringify({ a: { b: [card] } })'),
  encode('call TextEncoder.prototype.encode', BYTES),
  encode('call TextEncoder.prototype.encodeInto', 'new TextEncoder().encodeInto(card, new Uint8Array(40))'),
  encode('call URLSearchParams', 'new URLSearchParams({ n: card })'),
  encode('call URLSearchParams.prototype.append', 'new URLSearchParams().append("n", card)'),
  encode('call URLSearchParams.prototype.set', 'new URLSearchParams().set("n", card)'),
  encode('call FormData.prototype.append', 'new FormData().append("n", card)'),
  encode('call FormData.prototype.set', 'new FormData().set("n", card)'),
  encode('call Headers', 'new Headers({ "x-n": card })'),
  encode('call Headers.prototype.set', 'new Headers().set("x-n", card)'),
  encode('call Headers.prototype.append', 'new Headers().append("x-n", card)'),
  encode('call Blob', 'new Blob(["n=", card])'),
  encode('call File', 'new File([card], "n.txt")'),
  encode('call URL', 'new URL("http://evil.localhost/?n=" + card)'),
  encode('call CanvasRenderingContext2D.prototype.fillText', 'canvas.getContext("2d").fillText(card, 0, 9)'),
  encode(
    'call CanvasRenderingContext2D.prototype.strokeText',
    'canvas.getContext("2d").strokeText(card, 0, 9)',
  ),
  cipher('digest', `await crypto.subtle.digest("SHA-256", ${BYTES})`),
  cipher(
    'importKey',
    `await crypto.subtle.importKey("raw", ${BYTES}, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])`,
  ),
  cipher(
    'sign',
    `await crypto.subtle.sign("HMAC", await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]), ${BYTES})`,
  ),
  cipher(
    'encrypt',
    `await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]), ${BYTES})`,
  ),
  row('store', 'call Storage.prototype.setItem', 'localStorage.setItem("n", card)', { detail: 0 }),
  row(
    'store',
    'call IDBObjectStore.prototype.put',
    'const db = await new Promise((y) => { const q = indexedDB.open("p"); q.onupgradeneeded = () => q.result.createObjectStore("s", { autoIncrement: true }); q.onsuccess = () => y(q.result) }); db.transaction("s", "readwrite").objectStore("s").put({ n: { card } }); db.close()',
  ),
  row(
    'store',
    'call IDBObjectStore.prototype.add',
    'const db = await new Promise((y) => { const q = indexedDB.open("a"); q.onupgradeneeded = () => q.result.createObjectStore("s", { autoIncrement: true }); q.onsuccess = () => y(q.result) }); db.transaction("s", "readwrite").objectStore("s").add({ card }); db.close()',
  ),
  row('store', 'set Document.prototype.cookie', 'document.cookie = "n=" + card'),
  row('store', 'call CookieStore.prototype.set', 'cookieStore.set("m", card)'),
  row('store', 'set name', 'window.name = card'),
  row('store', 'call History.prototype.pushState', 'history.pushState({ card }, "")', { detail: 1 }),
  row('store', 'call History.prototype.replaceState', 'history.replaceState(null, "", "?n=" + card)', {
    detail: 1,
  }),
  row('store', 'call Cache.prototype.put', '(await caches.open("c")).put("/x?n=" + card, new Response("x"))'),
  row('store', 'call Response', 'new Response(card)', { sampled: true }),
];
