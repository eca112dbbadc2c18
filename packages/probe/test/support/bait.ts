/** A question a skimmer asks before it dares, and what an ordinary headed Chromium on a desktop answers. */
export interface Bait {
  readonly id: string;
  /** Body of an async function of the page; gives a JSON value. */
  readonly ask: string;
  /**
   * What the headed reference run gave (Chromium 156, Debian, Xvfb 1920x1080, started by hand with no switch but the
   * profile's and language's, clicked and typed into by xdotool), or the rule that its answer and every other ordinary
   * one obeys.
   */
  readonly ordinary: unknown;
  readonly rule?: (answer: never) => boolean;
  /** What would give the probe away. */
  readonly why: string;
}

const NATIVE = `const native = (f) => Function.prototype.toString.call(f).replace(/\\s+/g, ' ') === 'function ' + f.name + '() { [native code] }';`;
/** Natives the probe watches; asked for by path. */
const WATCHED = `[
  [HTMLInputElement.prototype, 'value'], [HTMLTextAreaElement.prototype, 'value'], [KeyboardEvent.prototype, 'key'], [InputEvent.prototype, 'data'],
  [Node.prototype, 'textContent'], [Document.prototype, 'cookie'], [HTMLImageElement.prototype, 'src'], [window, 'fetch'], [window, 'btoa'], [JSON, 'stringify'],
  [window, 'encodeURIComponent'], [TextEncoder.prototype, 'encode'], [Storage.prototype, 'setItem'], [Navigator.prototype, 'sendBeacon'], [FormData.prototype, 'get'],
  [XMLHttpRequest.prototype, 'send'], [WebSocket.prototype, 'send'], [SubtleCrypto.prototype, 'encrypt'], [window, 'postMessage'], [Element.prototype, 'setAttribute'],
  [Math, 'cosh'], [window, 'WebSocket'], [window, 'FormData'], [window, 'Worker'], [History.prototype, 'pushState'], [EventTarget.prototype, 'addEventListener']]`;
/** Ten thousand calls of the watched against as many of others of their kind, the least of five rounds, milliseconds. */
const SPEED = `const input = document.createElement('input'); input.value = 'x';
const rounds = (f) => Math.min(...[1, 2, 3, 4, 5].map(() => { const t = performance.now(); for (let i = 0; i < 2000; i++) f(); return performance.now() - t; }));
const watched = rounds(() => input.value) + rounds(() => btoa('x')) + rounds(() => JSON.stringify(1)), others = rounds(() => input.placeholder) + rounds(() => atob('eA==')) + rounds(() => JSON.parse('1'));`;

/** Asked while the page loads, as skimmers do. */
export const AT_LOAD: readonly Bait[] = [
  { id: 'webdriver', ask: 'return navigator.webdriver', ordinary: false, why: 'true where a driver steers' },
  {
    id: 'webdriver-place',
    ask: `const d = Object.getOwnPropertyDescriptor(Navigator.prototype, 'webdriver'); ${NATIVE}
return [Object.getOwnPropertyNames(navigator).length, !!d, d && Function.prototype.toString.call(d.get), d && d.enumerable, d && d.set === undefined]`,
    ordinary: [0, true, 'function get webdriver() { [native code] }', true, true],
    why: 'deleted, or put back by hand, to hide it',
  },
  {
    id: 'agent',
    ask: 'return navigator.userAgent + navigator.appVersion',
    ordinary: null,
    rule: (agent: string) => /Chrome\/\d+\.0\.0\.0 Safari/.test(agent) && !/headless/i.test(agent),
    why: '“HeadlessChrome”, or a full version number, which Chrome no longer tells',
  },
  {
    id: 'client-hints',
    ask: `const h = await navigator.userAgentData.getHighEntropyValues(['platform', 'platformVersion', 'architecture', 'bitness', 'fullVersionList', 'uaFullVersion', 'model', 'wow64']);
const major = /Chrome\\/(\\d+)/.exec(navigator.userAgent)[1];
return [h.brands.some((b) => b.version === major && b.brand === 'Chromium'), h.brands.length, h.fullVersionList.length, h.fullVersionList.every((b) => /^\\d+(\\.\\d+){3}$/.test(b.version)), !!h.platform && navigator.userAgent.includes(h.platform.split(' ')[0]), h.platformVersion !== undefined, h.mobile, h.model, h.bitness, h.architecture]`,
    ordinary: null,
    rule: (answer: readonly unknown[]) =>
      JSON.stringify([
        answer[0],
        answer[3],
        answer[4],
        answer[5],
        answer[6],
        answer[7],
        answer[8],
        answer[9],
      ]) === JSON.stringify([true, true, true, true, false, '', '64', 'x86']) && answer[1] === answer[2],
    why: 'an agent that was changed while the hints were not',
  },
  {
    id: 'platform',
    ask: 'return [navigator.platform, navigator.vendor, navigator.productSub, navigator.maxTouchPoints]',
    ordinary: null,
    rule: ([platform, ...rest]: readonly unknown[]) =>
      /^(Win32|Linux x86_64|MacIntel)$/.test(String(platform)) &&
      JSON.stringify(rest) === '["Google Inc.","20030107",0]',
    why: 'the system of a server',
  },
  {
    id: 'plugins',
    ask: 'return [navigator.plugins.length, navigator.mimeTypes.length, navigator.pdfViewerEnabled, navigator.plugins[0].name, Object.prototype.toString.call(navigator.plugins), navigator.plugins instanceof PluginArray]',
    ordinary: [5, 2, true, 'PDF Viewer', '[object PluginArray]', true],
    why: 'old headless browsers have none',
  },
  {
    id: 'languages',
    ask: 'return [navigator.language, navigator.languages, Object.isFrozen(navigator.languages), Intl.DateTimeFormat().resolvedOptions().locale]',
    // That machine had no Japanese locale; where there is one, numbers are written in it.
    ordinary: ['ja', ['ja', 'en-US', 'en'], true, 'en-US'],
    rule: ([first, list, frozen, locale]: readonly [string, readonly string[], boolean, string]) =>
      first === list[0] &&
      list.length > 1 &&
      frozen &&
      list.some((language) => locale.startsWith(language.slice(0, 2))),
    why: 'one language, or another than numbers are written in',
  },
  {
    id: 'zone',
    ask: `return [Intl.DateTimeFormat().resolvedOptions().timeZone, new Date(2026, 0, 1).getTimezoneOffset(), new Date(0).toString().includes('GMT+0900')]`,
    ordinary: ['Asia/Tokyo', -540, true],
    why: 'clock and zone that disagree',
  },
  {
    id: 'chrome',
    ask: `return [typeof chrome, Object.keys(chrome).sort(), typeof chrome.runtime, Object.getOwnPropertyDescriptor(window, 'chrome').writable]`,
    ordinary: ['object', ['app', 'csi', 'loadTimes'], 'undefined', true],
    why: 'missing in headless browsers of old, or built by hand',
  },
  {
    id: 'permissions',
    ask: `const state = async (name) => (await navigator.permissions.query({ name })).state;
return [Notification.permission, await state('notifications'), await state('geolocation'), await state('camera')]`,
    ordinary: ['default', 'prompt', 'prompt', 'prompt'],
    why: 'headless browsers answer “denied” to one and “prompt” to the other',
  },
  {
    id: 'webgl',
    ask: `const gl = document.createElement('canvas').getContext('webgl'); if (!gl) return null; const info = gl.getExtension('WEBGL_debug_renderer_info');
return [gl.getParameter(gl.VENDOR), gl.getParameter(info.UNMASKED_VENDOR_WEBGL), gl.getParameter(info.UNMASKED_RENDERER_WEBGL)]`,
    ordinary: null,
    why: 'software drawing that says so (SwiftShader); without a graphics card a headed browser has none, nor has the probe',
  },
  {
    id: 'media-devices',
    ask: `const list = await navigator.mediaDevices.enumerateDevices(); return [typeof navigator.mediaDevices.getUserMedia, list.every((d) => d.label === '' && d.deviceId === '')]`,
    ordinary: ['function', true],
    why: 'fake devices with names',
  },
  {
    id: 'hardware',
    ask: 'return [navigator.hardwareConcurrency >= 2, [2, 4, 8, 16, 32].includes(navigator.deviceMemory), typeof navigator.connection.rtt, navigator.connection.effectiveType, navigator.onLine, navigator.cookieEnabled, navigator.doNotTrack]',
    ordinary: [true, true, 'number', '4g', true, true, null],
    why: 'values no machine for sale has',
  },
  {
    id: 'media-queries',
    ask: `const m = (q) => matchMedia(q).matches; return [m('(hover: hover)'), m('(pointer: fine)'), m('(any-pointer: coarse)'), m('(prefers-reduced-motion: reduce)'), m('(forced-colors: active)'), m('(color-gamut: srgb)'), m('print')]`,
    ordinary: [true, true, false, false, false, true, false],
    why: 'no pointer, or motion taken out to be quicker',
  },
  {
    id: 'codecs',
    ask: `const v = document.createElement('video'); return ['video/mp4; codecs="avc1.42E01E"', 'audio/mpeg', 'video/webm; codecs="vp9"'].map((t) => v.canPlayType(t))`,
    ordinary: ['probably', 'probably', 'probably'],
    why: 'builds for tests play no films',
  },
  {
    id: 'globals',
    ask: `const clean = document.createElement('iframe'); document.documentElement.append(clean); const w = clean.contentWindow;
const own = new Set(Reflect.ownKeys(w).map(String)), extra = Reflect.ownKeys(window).map(String).filter((k) => !own.has(k) && !/^\\d+$/.test(k) && !before.has(k));
const missing = [...own].filter((k) => !(k in window)); clean.remove(); return [extra, missing]`,
    ordinary: [[], []],
    why: 'what a driver leaves behind: bindings, reporters, hooks',
  },
  {
    id: 'traces-of-drivers',
    ask: `const words = /cdc_|\\$cdc|webdriver|selenium|playwright|__pw|puppeteer|pptr|phantom|nightmare|domAutomation|callSelenium|__nightmare|_Recaptcha|komainu|^eyes$/i;
const keys = (o) => { const found = []; for (let at = o; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) found.push(...Reflect.ownKeys(at).map(String)); return found };
return [window, document, document.documentElement, navigator, console].flatMap(keys).filter((k) => words.test(k) && k !== 'webdriver')`,
    ordinary: [],
    why: 'names drivers are known by',
  },
  {
    id: 'natives',
    ask: `const text = (f) => Function.prototype.toString.call(f); const odd = [];
for (const [owner, name] of ${WATCHED}) { const d = Object.getOwnPropertyDescriptor(owner, name); for (const f of [d.get, d.set, d.value]) { if (typeof f !== 'function') continue;
 if (!/^function [\\w ]*\\(\\) \\{ \\[native code\\] \\}$/.test(text(f)) || f.hasOwnProperty('toString') || (!f.prototype && Reflect.ownKeys(f).sort().join() !== 'length,name')) odd.push(name);
 try { Object.create(f).toString(); odd.push(name + ' proxy') } catch (e) { if (!(e instanceof TypeError)) odd.push(name) } } }
return odd.concat(text(Function.prototype.toString) === 'function toString() { [native code] }' ? [] : ['toString'])`,
    ordinary: [],
    why: 'natives wrapped or replaced',
  },
  {
    id: 'realms',
    ask: `const f = document.createElement('iframe'); document.documentElement.append(f); const w = f.contentWindow, odd = [];
for (const name of ['fetch', 'btoa', 'postMessage', 'setTimeout']) { if (w.Function.prototype.toString.call(window[name]) !== 'function ' + name + '() { [native code] }' || Function.prototype.toString.call(w[name]) !== 'function ' + name + '() { [native code] }') odd.push(name) }
const get = (v) => v.Object.getOwnPropertyDescriptor(v.HTMLInputElement.prototype, 'value').get; if (get(w) === get(window)) odd.push('same getter');
odd.push(...Reflect.ownKeys(w.navigator).map(String), ...(w.navigator.webdriver ? ['webdriver'] : [])); const sr = document.createElement('iframe'); sr.srcdoc = '<p>'; document.documentElement.append(sr);
if (sr.contentWindow.navigator.webdriver) odd.push('srcdoc'); f.remove(); sr.remove(); return odd`,
    ordinary: [],
    why: 'hooks that were not put into a fresh frame',
  },
  {
    id: 'document-keys',
    ask: `const other = document.implementation.createHTMLDocument(''); return [Reflect.ownKeys(document).map(String).filter((k) => !Reflect.ownKeys(other).map(String).includes(k)), document.documentElement.getAttributeNames(), document.querySelectorAll('body ~ *, head ~ :not(body)').length]`,
    ordinary: [[], [], 0],
    rule: ([keys, attributes, after]: readonly [readonly string[], readonly string[], number]) =>
      keys.every((key) => key === 'location') && attributes.length === 0 && after === 0,
    why: 'marks in the document',
  },
  {
    id: 'stack',
    ask: `const lines = new Error('x').stack.split('\\n').slice(1); return [lines.every((l) => l.includes(location.host) || l.includes('<anonymous>')), Error.stackTraceLimit, Object.getOwnPropertyNames(Error).sort()]`,
    ordinary: [true, 10, ['captureStackTrace', 'isError', 'length', 'name', 'prototype', 'stackTraceLimit']],
    why: 'frames of somebody’s script around the page’s own',
  },
  {
    id: 'prepare-stack',
    ask: `let calls = 0; Error.prepareStackTrace = (e, s) => { calls++; return s.map((c) => c.getFileName()).join() }; document.createElement('input').value; btoa('x'); JSON.stringify({}); const stack = new Error('x').stack; const own = calls; delete Error.prepareStackTrace;
return [own, /debugger|pptr|playwright|eval at/i.test(stack)]`,
    ordinary: [1, false],
    why: 'an observer that looks at stacks is seen by who formats them',
  },
  {
    id: 'console-getter',
    ask: `let read = 0; const bait = new Error('x'); Object.defineProperty(bait, 'stack', { get() { read++; return '' } }); const el = document.createElement('p'); Object.defineProperty(el, 'id', { get() { read++; return '' } });
const re = /x/; re.toString = () => { read++; return '' }; const date = new Date(); date.toString = () => { read++; return '' }; const fn = () => {}; fn.toString = () => { read++; return '' };
for (const v of [bait, el, re, date, fn]) { console.debug(v); console.log('%c', v); console.table(v); } console.clear(); return read`,
    ordinary: 9,
    why: 'open developer tools print what is logged (formatting it reads some of it in any browser)',
  },
  {
    id: 'console-proxy',
    ask: `let asked = 0; const trap = new Proxy({}, { ownKeys() { asked++; return [] }, get() { asked++ }, getOwnPropertyDescriptor() { asked++ }, getPrototypeOf() { asked++; return null } });
console.debug(Object.create(trap)); console.log([Object.create(trap)]); console.groupCollapsed(trap); console.groupEnd(); return asked`,
    ordinary: 2,
    why: 'the same, by a Proxy: an enabled Runtime domain looks through prototypes',
  },
  {
    id: 'debugger',
    ask: `const took = []; for (let i = 0; i < 20; i++) { const t = performance.now(); debugger; (0, eval)('debugger'); new Function('debugger')(); (0, eval)('debugger //# sourceURL=http://x/' + i + '.js'); took.push(performance.now() - t); } return Math.min(...took) < 20`,
    ordinary: true,
    why: 'a debugger that stops',
  },
  {
    id: 'speed-at-load',
    ask: `${SPEED} return watched / Math.max(others, 0.3)`,
    ordinary: 1.1,
    rule: (times: number) => times < 8,
    why: 'watched natives are slower than their kin',
  },
  {
    id: 'inherited-setters',
    ask: `let seen = 0; for (let i = 0; i < 8; i++) Object.defineProperty(Array.prototype, i, { configurable: true, set() { seen++ }, get() { seen++ } });
for (const k of ['get', 'set', 'detail', 'kind', 'row']) Object.defineProperty(Object.prototype, k, { configurable: true, set() { seen++ }, get() { seen++; return undefined } });
const el = document.createElement('input'); el.value = 'x'; el.value; btoa('x'); for (let i = 0; i < 8; i++) delete Array.prototype[i]; for (const k of ['get', 'set', 'detail', 'kind', 'row']) delete Object.prototype[k]; return seen`,
    ordinary: 0,
    why: 'an observer’s script that inherits from the page’s prototypes',
  },
  {
    id: 'regexp',
    ask: `/(q)/.exec('q'); document.createElement('input').value; btoa('4242'); return [RegExp.$1, RegExp.lastMatch, RegExp.input]`,
    ordinary: ['q', 'q', 'q'],
    why: 'an observer’s regular expressions leave their last match',
  },
  {
    id: 'workers',
    ask: `const code = 'onmessage = async () => { const h = await navigator.userAgentData.getHighEntropyValues(["platformVersion", "fullVersionList"]); postMessage(JSON.stringify([navigator.userAgent, navigator.languages, navigator.platform, navigator.hardwareConcurrency, navigator.deviceMemory, h.platform, h.platformVersion, h.fullVersionList, Intl.DateTimeFormat().resolvedOptions().timeZone])) }';
const h = await navigator.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList']);
const here = JSON.stringify([navigator.userAgent, navigator.languages, navigator.platform, navigator.hardwareConcurrency, navigator.deviceMemory, h.platform, h.platformVersion, h.fullVersionList, Intl.DateTimeFormat().resolvedOptions().timeZone]);
const w = new Worker(URL.createObjectURL(new Blob([code]))); const there = await new Promise((y) => { w.onmessage = (e) => y(e.data); w.postMessage(0) }); w.terminate(); return there === here ? 'same' : [here, there]`,
    ordinary: 'same',
    why: 'a page that was disguised, and workers that were not',
  },
  {
    id: 'frames-a-second',
    ask: `const t = []; await new Promise((y) => { const f = (n) => { t.push(n); t.length < 20 ? requestAnimationFrame(f) : y() }; requestAnimationFrame(f) }); const d = t.slice(1).map((n, i) => n - t[i]).sort((a, b) => a - b)[9]; return d`,
    ordinary: 16.7,
    rule: (milliseconds: number) => milliseconds > 5 && milliseconds < 1_000,
    why: 'no screen is drawn to',
  },
  {
    id: 'scrollbar',
    ask: `const d = document.createElement('div'); d.style.cssText = 'width:100px;height:100px;overflow:scroll'; document.documentElement.append(d); const w = d.offsetWidth - d.clientWidth; d.remove(); return w`,
    ordinary: 15,
    why: 'screenshots are nicer without, desktops have them',
  },
  {
    id: 'fonts',
    ask: `const c = document.createElement('canvas').getContext('2d'); const w = (f) => { c.font = '40px ' + f; return c.measureText('mmmmmmmmlli').width }; return [w('monospace') !== w('serif'), w('sans-serif') !== w('serif')]`,
    ordinary: [true, true],
    why: 'a machine without fonts',
  },
  {
    id: 'api-shape',
    ask: `return ['Notification', 'PushManager', 'SharedWorker', 'RTCPeerConnection', 'speechSynthesis', 'PaymentRequest', 'BatteryManager', 'Bluetooth', 'USB', 'Credential'].map((n) => n in window)`,
    ordinary: [true, true, true, true, true, true, true, false, true, true],
    why: 'parts left out of a build',
  },
  {
    id: 'smooth-scroll',
    ask: `const d = document.createElement('div'); d.style.height = '5000px'; document.documentElement.append(d); scrollTo({ top: 900, behavior: 'smooth' }); const at = scrollY; await new Promise((y) => setTimeout(y, 1500)); const then = scrollY; scrollTo(0, 0); d.remove(); return [at < 900, then]`,
    ordinary: [true, 900],
    why: 'animations taken out to be quicker',
  },
  {
    id: 'animation',
    ask: `const el = document.createElement('p'); document.documentElement.append(el); const t = performance.now(); await el.animate([{ opacity: 0 }, { opacity: 1 }], 200).finished; const d = performance.now() - t; el.remove(); return d > 150`,
    ordinary: true,
    why: 'the same',
  },
  {
    id: 'battery',
    ask: `const b = await navigator.getBattery(); return [typeof b.level, typeof b.charging]`,
    ordinary: ['number', 'boolean'],
    why: 'parts left out of a build',
  },
  {
    id: 'quota',
    ask: `return (await navigator.storage.estimate()).quota > 100e6`,
    ordinary: true,
    why: 'a profile in memory has little room',
  },
  {
    id: 'resources',
    ask: `const script = document.createElement('script'); script.textContent = 'window.mapped = 1\\n//# sourceMappingURL=/map.json'; document.head.append(script); script.remove(); await new Promise((y) => setTimeout(y, 100)); const w = delete window.mapped; return performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((p) => p !== '/favicon.ico')`,
    ordinary: [],
    why: 'requests the page did not make; the server is asked for `/map.json` as well',
  },
];

/** Asked after the page has come to rest: the window is laid out by then. */
export const AT_REST: readonly Bait[] = [
  {
    id: 'window',
    ask: 'return [innerWidth, innerHeight, outerWidth, outerHeight, screen.width, screen.height, screen.availWidth, screen.availHeight, screenX, screenY, screen.colorDepth, devicePixelRatio]',
    ordinary: [1382, 788, 1382, 876, 1920, 1080, 1920, 1080, 0, 0, 24, 1],
    rule: ([
      iw = 0,
      ih = 0,
      ow = 0,
      oh = 0,
      sw = 0,
      sh = 0,
      aw = 0,
      ah = 0,
      x = 0,
      y = 0,
      depth,
      ratio,
    ]: readonly number[]) =>
      ow >= iw &&
      oh - ih >= 40 &&
      oh - ih <= 200 &&
      sw >= ow &&
      sh >= oh &&
      aw <= sw &&
      ah <= sh &&
      x >= 0 &&
      y >= 0 &&
      x + ow <= sw + 16 &&
      depth === 24 &&
      ratio === 1,
    why: 'a window without a frame, or larger than its screen',
  },
  {
    id: 'visible',
    ask: 'return [document.hasFocus(), document.visibilityState, document.hidden, document.wasDiscarded]',
    ordinary: [true, 'visible', false, false],
    why: 'a page nobody looks at',
  },
  {
    id: 'navigation',
    ask: `const [n] = performance.getEntriesByType('navigation'); return [n.type, n.responseStart > 0, n.domContentLoadedEventEnd > n.responseStart, performance.getEntriesByType('paint').length > 0, history.length <= 3, document.referrer]`,
    ordinary: ['navigate', true, true, true, true, ''],
    why: 'a page that was never painted, or came from nowhere',
  },
];

/** Asked when the card has been typed: by events, of the person. */
export const AFTER_TYPING: readonly Bait[] = [
  {
    id: 'trusted',
    ask: 'return [seen.length > 60, seen.every((e) => e.trusted)]',
    ordinary: [true, true],
    why: 'events made by a script',
  },
  {
    id: 'mouse',
    ask: `const m = seen.filter((e) => e.type === 'mousemove'); return [m.length >= 3, new Set(m.map((e) => e.x + ',' + e.y)).size >= 3, m.every((e) => e.screenX >= e.x && e.screenY > e.y)]`,
    ordinary: [true, true, true],
    why: 'a pointer that jumps, or is where its window is not',
  },
  {
    id: 'pointer-order',
    ask: `const i = seen.findIndex((e) => e.type === 'pointerdown'); return seen.slice(i).filter((e) => /^(pointer(down|up)|mouse(down|up)|click|focus)$/.test(e.type)).slice(0, 6).map((e) => e.type)`,
    ordinary: ['pointerdown', 'mousedown', 'focus', 'pointerup', 'mouseup', 'click'],
    why: 'a click without what comes before it',
  },
  {
    id: 'pointer-shape',
    ask: `const e = seen.find((e) => e.type === 'pointerdown'); return [e.pointerType, e.pressure, e.detail, e.button, e.buttons, seen.find((e) => e.type === 'click').detail]`,
    ordinary: ['mouse', 0.5, 0, 0, 1, 1],
    why: 'a pointer without weight',
  },
  {
    id: 'press-time',
    ask: `const d = seen.find((e) => e.type === 'mousedown'), u = seen.find((e) => e.type === 'mouseup'); return u.at - d.at > 2`,
    ordinary: true,
    why: 'a button that is let go in the moment it is pressed',
  },
  {
    id: 'keys',
    ask: `const downs = seen.filter((e) => e.type === 'keydown' && /\\d/.test(e.key)), ups = seen.filter((e) => e.type === 'keyup' && /\\d/.test(e.key)), gaps = downs.slice(1).map((e, i) => e.at - downs[i].at);
return [downs.length >= 16, ups.length >= 16, new Set(gaps.map(Math.round)).size >= 4, Math.min(...gaps) >= 1, downs.every((e) => e.code === 'Digit' + e.key && e.keyCode === 48 + Number(e.key) && e.location === 0 && !e.repeat)]`,
    ordinary: [true, true, true, true, true],
    why: 'keys of one rhythm, without codes, or all at once',
  },
  {
    id: 'key-held',
    ask: `const held = seen.filter((e) => e.type === 'keydown' && /\\d/.test(e.key)).map((e) => { const u = seen.find((x) => x.type === 'keyup' && x.key === e.key && x.at >= e.at); return u ? u.at - e.at : -1 }); return [Math.min(...held) >= 0, Math.max(...held) > 1]`,
    ordinary: [true, true],
    why: 'keys that are let go in the moment they are pressed',
  },
  {
    id: 'key-order',
    ask: `const i = seen.findIndex((e) => e.type === 'keydown' && /\\d/.test(e.key)); return seen.slice(i).filter((e) => /^(key|beforeinput|input)/.test(e.type)).slice(0, 5).map((e) => e.type)`,
    ordinary: ['keydown', 'keypress', 'beforeinput', 'input', 'keyup'],
    why: 'input without keys',
  },
  {
    id: 'input-shape',
    ask: `const e = seen.find((e) => e.type === 'input'); return [e.inputType, e.data.length, e.composed]`,
    ordinary: ['insertText', 1, true],
    why: 'a value that was set',
  },
  {
    id: 'stack-in-handler',
    ask: `return [...new Set(seen.map((e) => e.depth))]`,
    ordinary: [1],
    why: 'who calls a handler stands in its stack',
  },
  {
    id: 'hooks-while-typed',
    ask: `return { ...hooks, quick: took.sort((a, b) => a - b)[took.length >> 1] < 5 }`,
    ordinary: { read: 0, prepared: 0, changed: 0, quick: true },
    why: 'an observer that is called when the field is read: through prototypes, through `Error`, or by the time it takes',
  },
  {
    id: 'speed-after-typing',
    ask: `${SPEED} return watched / Math.max(others, 0.3)`,
    ordinary: 1.1,
    rule: (times: number) => times < 8,
    why: 'watched natives are slower than their kin',
  },
];

/** The page: asks, listens, and posts what it found to `/load`, `/rest` and `/typed`. */
export function baitPage(): string {
  const asking = (baits: readonly Bait[]): string =>
    `{${baits.map(({ id, ask }) => `${JSON.stringify(id)}: async () => {${ask}\n}`).join(',\n')}}`;
  return `<!doctype html><meta charset="utf-8"><title>お支払い</title><script>
const before = new Set(['before', 'answers', 'seen', 'took', 'hooks', 'LOAD', 'REST', 'TYPED', 'note']);
const seen = [], took = [], hooks = { read: 0, prepared: 0, changed: 0 };
async function answers(path, asks) {
  const found = {};
  for (const [id, ask] of Object.entries(asks)) try { found[id] = await ask() } catch (error) { found[id] = 'threw: ' + error }
  await fetch(path, { method: 'POST', body: JSON.stringify(found) });
}
const LOAD = ${asking(AT_LOAD)};
const REST = ${asking(AT_REST)};
const TYPED = ${asking(AFTER_TYPING)};
addEventListener('load', async () => { await answers('/load', LOAD); await new Promise((y) => setTimeout(y, 200)); await answers('/rest', REST) });
</script><body><h1>お支払い</h1><form action="/done"><label>カード番号 <input id="n" name="card" autocomplete="cc-number" style="position:absolute;left:120px;top:140px;width:300px;height:40px"></label>
<label>有効期限 <input id="e" name="exp" autocomplete="cc-exp"></label></form><script>
const note = (e) => seen.push({ type: e.type, trusted: e.isTrusted, at: e.timeStamp, x: e.clientX, y: e.clientY, screenX: e.screenX, screenY: e.screenY, key: e.key, code: e.code, keyCode: e.keyCode, location: e.location, repeat: e.repeat,
  inputType: e.inputType, data: e.data, composed: e.composed, pointerType: e.pointerType, pressure: e.pressure, detail: e.detail, button: e.button, buttons: e.buttons, depth: new Error('x').stack.split('\\n').length - 1 });
for (const type of ['mousemove', 'pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'keydown', 'keypress', 'keyup', 'beforeinput', 'input']) document.addEventListener(type, note, true);
const field = document.querySelector('#n'), value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').get;
field.addEventListener('focus', note);
// Reads the field as a skimmer does, with every trap laid that would show an observer.
field.addEventListener('input', () => {
  for (let i = 0; i < 6; i++) Object.defineProperty(Array.prototype, i, { configurable: true, get() { hooks.read++ }, set() { hooks.read++ } });
  for (const key of ['get', 'set', 'bubbles', 'detail', 'kind']) Object.defineProperty(Object.prototype, key, { configurable: true, get() { hooks.read++ }, set() { hooks.read++ } });
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit').value;
  Error.prepareStackTrace = () => { hooks.prepared++ };
  const keys = Reflect.ownKeys(Error).length, started = performance.now();
  const text = value.call(field), encoded = btoa(text);
  const time = performance.now() - started;
  if (Reflect.ownKeys(Error).length !== keys || Error.stackTraceLimit !== limit || typeof Error.prepareStackTrace !== 'function') hooks.changed++;
  delete Error.prepareStackTrace;
  for (let i = 0; i < 6; i++) delete Array.prototype[i];
  for (const key of ['get', 'set', 'bubbles', 'detail', 'kind']) delete Object.prototype[key];
  took.push(time);
});
field.addEventListener('change', () => answers('/typed', TYPED));
</script>`;
}
