import type { FailureCode } from '@komainu/model';

/** A page that fights whoever looks at it. Served on loopback only. */
export interface HostileCase {
  readonly id: string;
  /** What it tries, and what must come of it. */
  readonly why: string;
  /** Runs in the payment page, after its card fields are there. */
  readonly script: string;
  /**
   * What the visit says at least one of, as its failure or as a gap, unless its verdict is "not fully observed" for
   * another reason; empty: nothing, for everything can be observed all the same.
   */
  readonly says: readonly FailureCode[];
}

const STOPPED = ['timeout', 'never-settled', 'target-lost', 'crashed', 'browser', 'unreadable'] as const;

export const HOSTILE: readonly HostileCase[] = [
  {
    id: 'loop',
    why: 'The main thread never comes back.',
    script: 'setTimeout(() => { for (;;); }, 300)',
    says: STOPPED,
  },
  {
    id: 'loop-in-frame',
    why: "A frame of another site, in a process of its own, never comes back; the page's own fields are still there.",
    script: `const f = document.createElement('iframe'); f.src = location.origin.replace('shop.', 'evil.') + '/loop'; document.body.append(f)`,
    says: STOPPED,
  },
  {
    id: 'loop-on-leave',
    why: 'Whoever leaves is held: an endless unload handler.',
    script: `addEventListener('pagehide', () => { for (;;); }); addEventListener('beforeunload', (e) => e.preventDefault())`,
    says: [...STOPPED, 'dialog', 'step-failed'],
  },
  {
    id: 'upload-100mb',
    why: 'A body that fills the memory of whoever records it.',
    script: `fetch('/sink', { method: 'POST', body: new Uint8Array(100 << 20).fill(65) })`,
    says: ['body-missing', 'limit', 'browser'],
  },
  {
    id: 'download-100mb',
    why: 'A script of 100 MB from the server.',
    script: `const s = document.createElement('script'); s.src = '/huge.js'; document.head.append(s)`,
    says: ['limit', 'body-missing', 'never-settled', 'timeout'],
  },
  {
    id: 'inline-60mb',
    why: 'A script of 60 MB made in the page: its text alone is more than a message of the protocol should hold.',
    script: `const s = document.createElement('script'); s.text = '/*' + 'x'.repeat(60 << 20) + '*/'; document.head.append(s)`,
    says: ['limit', 'body-missing'],
  },
  {
    id: 'scripts-20000',
    why: 'More scripts than anyone reads; the skimmer is the last.',
    script: `let n = 0; const more = () => { for (let i = 0; i < 1000; i++) { const s = document.createElement('script'); s.text = 'window.n' + n + '=' + n; n++; document.head.append(s); s.remove() } if (n < 20000) setTimeout(more) }; more()`,
    says: ['limit', 'never-settled', 'timeout'],
  },
  {
    id: 'frames-200',
    why: 'More frames than are looked into, each with a card field.',
    script: `for (let i = 0; i < 230; i++) { const f = document.createElement('iframe'); f.srcdoc = '<input autocomplete=cc-number>'; document.body.append(f) }`,
    says: ['limit', 'unreadable', 'never-settled', 'timeout'],
  },
  {
    id: 'frames-recursive',
    why: 'A frame in a frame in a frame.',
    script: `const nest = (doc, left) => { const f = doc.createElement('iframe'); doc.body.append(f); if (left) setTimeout(() => nest(f.contentDocument, left - 1), 5) }; nest(document, 60)`,
    says: ['limit', 'unreadable', 'never-settled', 'timeout'],
  },
  {
    id: 'memory',
    why: 'Takes memory until something gives.',
    script: `const kept = []; setInterval(() => { for (let i = 0; i < 4; i++) kept.push(new Uint8Array(64 << 20).fill(1)) }, 20)`,
    says: STOPPED,
  },
  {
    id: 'memory-heap',
    why: 'The same on the heap of the script engine, without ever giving the thread back.',
    script: `setTimeout(() => { const kept = []; for (;;) kept.push({ a: new Array(1000).fill(Math.random()) }) }, 200)`,
    says: STOPPED,
  },
  {
    id: 'nodes-1m',
    why: 'A document so large that a snapshot of it breaks the connection.',
    script: `document.body.insertAdjacentHTML('beforeend', '<p>x</p>'.repeat(1_000_000))`,
    says: [...STOPPED, 'limit'],
  },
  {
    id: 'deep-20000',
    why: 'Elements nested deeper than a recursive walk survives.',
    script: `let at = document.body; for (let i = 0; i < 20000; i++) { const d = document.createElement('div'); at.append(d); at = d } at.textContent = 'x'`,
    says: [...STOPPED, 'limit'],
  },
  {
    id: 'dialogs',
    why: 'A dialog after a dialog after a dialog.',
    script: `setInterval(() => { alert('a'); confirm('b'); prompt('c') }, 1)`,
    says: ['dialog'],
  },
  {
    id: 'downloads',
    why: 'Files pressed upon the visitor.',
    script: `setInterval(() => { const a = document.createElement('a'); a.href = URL.createObjectURL(new Blob(['x'])); a.download = '../../x.exe'; a.click() }, 50)`,
    says: ['download', 'never-settled', 'timeout'],
  },
  {
    id: 'popups',
    why: 'Windows opened at every touch.',
    script: `for (const type of ['click', 'keydown', 'mousedown']) addEventListener(type, () => { for (let i = 0; i < 5; i++) window.open('/other?' + Math.random()) }, true)`,
    says: ['limit', 'never-settled', 'timeout', 'step-failed'],
  },
  {
    id: 'protocols',
    why: "Addresses for other programs of the visitor's machine.",
    script: `const go = ['mailto:a@shop.localhost', 'tel:0', 'intent://x#Intent;scheme=y;end', 'itms-apps://x', 'ms-settings:']; setInterval(() => { location.href = go[0]; go.push(go.shift()) }, 100)`,
    says: [],
  },
  {
    id: 'print',
    why: 'The dialog for printing, again and again.',
    script: `setInterval(() => print(), 50)`,
    says: [],
  },
  {
    id: 'prompts',
    why: 'Every prompt a browser has for devices, places, files and notices, at every touch.',
    script: `addEventListener('click', () => { navigator.usb?.requestDevice({ filters: [] }).catch(() => 0); navigator.bluetooth?.requestDevice({ acceptAllDevices: true }).catch(() => 0); navigator.hid?.requestDevice({ filters: [] }).catch(() => 0); navigator.serial?.requestPort().catch(() => 0); Notification.requestPermission(); navigator.geolocation.getCurrentPosition(() => 0, () => 0); navigator.mediaDevices?.getUserMedia({ audio: true, video: true }).catch(() => 0); navigator.clipboard.readText().catch(() => 0); window.showOpenFilePicker?.().catch(() => 0); document.body.requestFullscreen().catch(() => 0); document.body.requestPointerLock() }, true)`,
    says: [],
  },
  {
    id: 'away',
    why: 'Takes the visitor to another site as soon as the page is there.',
    script: `setTimeout(() => { location.href = location.origin.replace('shop.', 'evil.') + '/other' }, 150)`,
    says: ['step-not-found', 'step-failed', 'target-lost', 'timeout', 'unreadable'],
  },
  {
    id: 'away-and-back',
    why: 'Loads itself anew for ever.',
    script: `setTimeout(() => location.reload(), 120)`,
    says: [
      'redirect-loop',
      'never-settled',
      'timeout',
      'step-failed',
      'step-not-found',
      'target-lost',
      'unreadable',
    ],
  },
  {
    id: 'console',
    why: 'Floods whoever listens to the console.',
    script: `setInterval(() => { for (let i = 0; i < 500; i++) console.log('x'.repeat(10_000)) }, 10)`,
    says: [],
  },
  {
    id: 'history',
    why: 'Floods whoever listens to navigations.',
    script: `setInterval(() => { for (let i = 0; i < 20; i++) history.replaceState(0, '', '#' + Math.random()) }, 20)`,
    says: [],
  },
  {
    id: 'long-address',
    why: 'Addresses of a megabyte, which is sent, and of two, which is not.',
    script: `history.replaceState(0, '', '#' + 'x'.repeat(1 << 21)); fetch('/sink?' + 'y'.repeat(1 << 20)).catch(() => 0); new Image().src = '/sink?' + 'z'.repeat(1 << 21)`,
    says: [],
  },
  {
    id: 'sockets',
    why: 'Thousands of messages on a WebSocket.',
    script: `const s = new WebSocket(location.origin.replace('http', 'ws') + '/socket'); s.onopen = () => { let n = 0; const t = setInterval(() => { for (let i = 0; i < 200; i++) s.send('x'.repeat(2000)); if ((n += 200) >= 6000) clearInterval(t) }, 10) }`,
    says: ['limit', 'never-settled', 'timeout'],
  },
  {
    id: 'requests',
    why: 'Thousands of requests.',
    script: `let n = 0; const t = setInterval(() => { for (let i = 0; i < 100; i++) fetch('/sink?' + n++).catch(() => 0); if (n >= 6000) clearInterval(t) }, 20)`,
    says: ['limit', 'never-settled', 'timeout'],
  },
  {
    id: 'workers',
    why: 'Hundreds of workers, each in a loop.',
    script: `const u = URL.createObjectURL(new Blob(['for(;;);'])); for (let i = 0; i < 100; i++) new Worker(u)`,
    says: [...STOPPED, 'limit'],
  },
  {
    id: 'fields-100000',
    why: 'Card fields without end; the real one is the last.',
    script: `document.body.insertAdjacentHTML('afterbegin', '<input autocomplete=cc-number>'.repeat(100_000))`,
    says: ['limit', 'timeout', 'never-settled', 'target-lost', 'unreadable'],
  },
  {
    id: 'prototypes',
    why: 'Every built-in is replaced, so that whoever looks from inside the page is lied to.',
    script: `for (const C of [Element, Node, Document, HTMLInputElement, Array, Object, String, Map, Promise, Function]) for (const k of Object.getOwnPropertyNames(C.prototype)) { if (k === 'constructor') continue; try { const d = Object.getOwnPropertyDescriptor(C.prototype, k); if (typeof d.value === 'function' && k !== 'call' && k !== 'apply' && k !== 'bind') C.prototype[k] = function () { throw new Error('no') } } catch {} }`,
    says: [],
  },
  {
    id: 'private-addresses',
    why: 'Uses the visitor to reach into the network it stands in, and into the debugger of its browser.',
    script: `for (const u of ['http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/', 'http://192.168.0.1/', 'http://[fe80::1]/', 'http://[::ffff:169.254.169.254]/', 'http://metadata.google.internal/', 'ws://10.0.0.1/']) { try { u.startsWith('ws') ? new WebSocket(u) : fetch(u, { mode: 'no-cors' }).catch(() => 0) } catch {} }`,
    says: ['address-refused'],
  },
  {
    id: 'debugger',
    why: 'Stops whoever debugs, and looks at the clock.',
    script: `setInterval(() => { const t = performance.now(); debugger; if (performance.now() - t > 100) document.title = 'seen' }, 5)`,
    says: [],
  },
];
