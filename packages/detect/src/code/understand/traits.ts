import { type Text, text } from '@komainu/model';
import type { TraitKind } from './types.ts';

/** Something a script can do, by the names and texts that give it away. */
export interface TraitRow {
  readonly id: string;
  readonly kind: TraitKind;
  /** In brackets behind what its kind says: "sends data (fetch)". */
  readonly name: Text;
  /** Must give the trait, parsed or scanned. */
  readonly example: string;
  /** Names of the browser, bare or of a window, called or only mentioned: an alias is as good. */
  readonly globals?: readonly string[];
  /** Properties of anything, read or called. */
  readonly members?: readonly string[];
  /** Functions of anything, or bare, only where they are called. */
  readonly calls?: readonly string[];
  /** Properties of anything that are set. */
  readonly writes?: readonly string[];
  /** Elements that are made. */
  readonly elements?: readonly string[];
  /** In any text, property name or pattern of the script. Time linear to the text. */
  readonly words?: RegExp;
}

const api = (name: string): Text => text(name, name);

/** Rows without names or words are noticed by what stands around them: see `walk.ts` and `scan.ts`. */
export const TRAITS: readonly TraitRow[] = [
  {
    id: 'card-fields',
    kind: 'card',
    name: text('by name', '名前で指定'),
    words:
      /card[_-]?(?:num|no\b)|cc[_-]?(?:num|no\b|exp|cvc|cvv|csc)|\bcvv2?\b|\bcvc2?\b|cc-(?:number|csc|exp|name)|(?:security|card|verification)[_-]?code|expir(?:y|ation)[_-]?(?:date|month|year)|exp[_-]?(?:month|year)\b|card[_-]?holder/i,
    example: "q('[name=card_number]')",
  },
  {
    id: 'card-test',
    kind: 'card',
    name: text('by testing for card numbers', 'カード番号かどうかの判定'),
    words:
      /\\d\{1[3-9],1?[4-9]\}|\[0-9\]\{1[2-9](?:,1?[4-9])?\}|\(\?:\d?5\[1-5\]|\^4\[0-9\]|\^5\[1-5\]|3\[47\]/,
    example: 'if (/^4[0-9]{12}/.test(v)) f()',
  },
  {
    id: 'value',
    kind: 'read',
    name: text('values of fields', '入力欄の値'),
    members: ['value', 'valueAsNumber'],
    example: 'f.value',
  },
  {
    id: 'form-data',
    kind: 'read',
    name: text('whole forms', 'フォーム全体'),
    globals: ['FormData'],
    calls: ['serialize', 'serializeArray'],
    example: 'new FormData(f)',
  },
  {
    id: 'keys',
    kind: 'read',
    name: text('keys pressed', '押されたキー'),
    members: ['keyCode', 'charCode', 'which'],
    example: 'k += e.keyCode',
  },
  {
    id: 'clipboard',
    kind: 'read',
    name: text('the clipboard', 'クリップボード'),
    members: ['clipboardData', 'clipboard'],
    example: "e.clipboardData.getData('text')",
  },
  {
    id: 'all-fields',
    kind: 'read',
    name: text('every field', 'すべての入力欄'),
    words: /^\s*(?:input|select|textarea)(?:\s*,\s*(?:input|select|textarea|button|checkbox))*\s*$/,
    example: "document.querySelectorAll('input, select')",
  },
  {
    id: 'dom-text',
    kind: 'read',
    name: text('the page as text', 'ページ全体の内容'),
    globals: ['XMLSerializer'],
    example: 'new XMLSerializer()',
  },
  { id: 'listen', kind: 'listen', name: text('', ''), example: "d.addEventListener('keyup', f)" },
  { id: 'fetch', kind: 'send', name: api('fetch'), globals: ['fetch', 'fetchLater'], example: 'fetch(u)' },
  {
    id: 'xhr',
    kind: 'send',
    name: api('XMLHttpRequest'),
    globals: ['XMLHttpRequest', 'ActiveXObject'],
    members: ['XMLHttpRequest'],
    example: 'new XMLHttpRequest',
  },
  { id: 'ajax', kind: 'send', name: api('ajax'), example: '$.post(u, d)' },
  {
    id: 'beacon',
    kind: 'send',
    name: api('sendBeacon'),
    members: ['sendBeacon'],
    example: 'navigator.sendBeacon(u, d)',
  },
  {
    id: 'image',
    kind: 'send',
    name: text('in the address of an image', '画像のアドレス'),
    globals: ['Image'],
    elements: ['img', 'image'],
    example: 'new Image().src = u',
  },
  {
    id: 'source',
    kind: 'send',
    name: text('in the address of an element', '要素のアドレス'),
    writes: ['src', 'srcset', 'ping', 'poster'],
    example: 'e.src = u',
  },
  {
    id: 'link',
    kind: 'send',
    name: text('in the address of a style sheet or a hint', 'スタイルシートなどのアドレス'),
    elements: ['link'],
    words: /\b(?:dns-prefetch|preconnect)\b/,
    example: "document.createElement('link')",
  },
  {
    id: 'submit',
    kind: 'send',
    name: text('by submitting a form', 'フォームの送信'),
    calls: ['submit', 'requestSubmit'],
    example: 'f.submit()',
  },
  {
    id: 'navigate',
    kind: 'send',
    name: text('by leaving the page', '別ページへの移動'),
    example: 'location.href = u',
  },
  {
    id: 'websocket',
    kind: 'channel',
    name: api('WebSocket'),
    globals: ['WebSocket'],
    example: 'new WebSocket(u)',
  },
  {
    id: 'eventsource',
    kind: 'channel',
    name: api('EventSource'),
    globals: ['EventSource'],
    example: 'new EventSource(u)',
  },
  {
    id: 'rtc',
    kind: 'channel',
    name: api('WebRTC'),
    globals: ['RTCPeerConnection', 'webkitRTCPeerConnection', 'mozRTCPeerConnection'],
    members: ['createDataChannel'],
    example: 'new RTCPeerConnection(c)',
  },
  {
    id: 'webtransport',
    kind: 'channel',
    name: api('WebTransport'),
    globals: ['WebTransport'],
    example: 'new WebTransport(u)',
  },
  {
    id: 'script',
    kind: 'load',
    name: text('script element', 'script要素'),
    elements: ['script'],
    words: /<script\b/i,
    example: "document.createElement('script')",
  },
  {
    id: 'import',
    kind: 'load',
    name: api('import'),
    calls: ['importScripts', 'getScript'],
    example: 'importScripts(u)',
  },
  {
    id: 'write',
    kind: 'load',
    name: api('document.write'),
    example: "document.write('<b>')",
  },
  {
    id: 'service-worker',
    kind: 'load',
    name: api('service worker'),
    members: ['serviceWorker'],
    example: 'navigator.serviceWorker.register(u)',
  },
  {
    id: 'worker',
    kind: 'load',
    name: api('worker'),
    globals: ['Worker', 'SharedWorker'],
    example: 'new Worker(u)',
  },
  { id: 'eval', kind: 'run', name: api('eval'), globals: ['eval'], example: 'eval(s)' },
  { id: 'function', kind: 'run', name: api('Function'), example: 'new Function(s)' },
  { id: 'timer', kind: 'run', name: text('timer', 'タイマー'), example: "setTimeout('f()', 9)" },
  {
    id: 'wasm',
    kind: 'run',
    name: api('WebAssembly'),
    globals: ['WebAssembly'],
    example: 'WebAssembly.compile(b)',
  },
  {
    id: 'html',
    kind: 'page',
    name: api('innerHTML'),
    writes: ['innerHTML', 'outerHTML', 'srcdoc'],
    calls: ['insertAdjacentHTML', 'createContextualFragment', 'setHTMLUnsafe'],
    example: 'e.innerHTML = h',
  },
  {
    id: 'iframe',
    kind: 'frame',
    name: text('frame', 'フレーム'),
    elements: ['iframe', 'frame', 'object', 'embed'],
    words: /<iframe\b/i,
    example: "document.createElement('iframe')",
  },
  {
    id: 'form',
    kind: 'frame',
    name: text('form', 'フォーム'),
    elements: ['form'],
    words: /<form\b/i,
    example: "document.createElement('form')",
  },
  {
    id: 'message',
    kind: 'pass',
    name: api('postMessage'),
    members: ['postMessage'],
    globals: ['postMessage', 'BroadcastChannel'],
    example: 'parent.postMessage(m, o)',
  },
  {
    id: 'storage',
    kind: 'store',
    name: text('storage', 'ストレージ'),
    globals: ['localStorage', 'sessionStorage', 'indexedDB'],
    members: ['localStorage', 'sessionStorage', 'indexedDB'],
    example: 'localStorage.k = v',
  },
  {
    id: 'cookie',
    kind: 'store',
    name: text('cookies', 'Cookie'),
    members: ['cookie', 'cookieStore'],
    writes: ['cookie'],
    example: 'document.cookie = c',
  },
  { id: 'base64', kind: 'encode', name: api('base64'), globals: ['btoa', 'atob'], example: 'btoa(s)' },
  {
    id: 'codes',
    kind: 'encode',
    name: text('character codes', '文字コード'),
    members: ['fromCharCode', 'fromCodePoint', 'charCodeAt', 'codePointAt'],
    example: 'String.fromCharCode(104)',
  },
  {
    id: 'compress',
    kind: 'encode',
    name: text('compression', '圧縮'),
    globals: ['CompressionStream', 'pako'],
    members: ['deflate', 'gzip', 'compressToBase64', 'compressToEncodedURIComponent'],
    example: 'pako.deflate(s)',
  },
  {
    id: 'picture',
    kind: 'encode',
    name: text('pictures', '画像'),
    members: ['toDataURL', 'getImageData'],
    example: 'c.toDataURL()',
  },
  {
    id: 'xor',
    kind: 'cipher',
    name: api('XOR'),
    example: 'o += s.charCodeAt(i) ^ k',
  },
  {
    id: 'webcrypto',
    kind: 'cipher',
    name: api('WebCrypto'),
    members: ['subtle'],
    example: 'crypto.subtle.encrypt(a, k, d)',
  },
  {
    id: 'cipher-library',
    kind: 'cipher',
    name: text('cipher library', '暗号ライブラリ'),
    globals: ['CryptoJS', 'JSEncrypt', 'forge', 'sjcl'],
    members: ['CryptoJS', 'JSEncrypt', 'setPublicKey'],
    words: /BEGIN (?:RSA )?PUBLIC KEY/,
    example: 'CryptoJS.AES.encrypt(s, k)',
  },
  {
    id: 'hook',
    kind: 'hook',
    name: text('replaced', '置き換え'),
    example: 'XMLHttpRequest.prototype.send = f',
  },
  {
    id: 'checkout-only',
    kind: 'trigger',
    name: text('on checkout pages', '決済ページのみ'),
    words: /checkout|onepage|one-step|onestep|\/payment\b/i,
    example: "if (location.href.indexOf('checkout') > 0) f()",
  },
  {
    id: 'not-administrators',
    kind: 'trigger',
    name: text('not for administrators', '管理者を除外'),
    words: /wp-settings-|wordpress_logged_in|\badminhtml\b|wp-admin-?bar/i,
    example: 'if (!/adminhtml/.test(document.cookie)) f()',
  },
  {
    id: 'developer-tools',
    kind: 'evade',
    name: text('developer tools', '開発者ツール'),
    members: ['outerHeight', 'outerWidth', 'firebug'],
    words: /devtools|firebug/i,
    example: 'if (window.outerHeight - innerHeight > 99) f()',
  },
  {
    id: 'automation',
    kind: 'evade',
    name: text('automated browsers', '自動操作のブラウザ'),
    members: ['webdriver', 'callPhantom', '_phantom'],
    words: /HeadlessChrome|phantomjs|\bselenium\b/i,
    example: 'if (!navigator.webdriver) f()',
  },
  {
    id: 'console',
    kind: 'evade',
    name: text('clears or mutes the console', 'コンソールの消去や無効化'),
    example: 'console.clear()',
  },
  {
    id: 'debugger',
    kind: 'evade',
    name: text('stops debuggers', 'デバッガの妨害'),
    words: /^\s*debugger\b/,
    example: 'debugger;',
  },
  {
    id: 'own-text',
    kind: 'evade',
    name: text('looks at its own source', '自身のソースの検査'),
    words: /\(\(\(\.\+\)\+\)\+\)\+\$/,
    example: 'arguments.callee.toString()',
  },
];

/** Events that tell of typing, clicking, sending and leaving. Others are listeners too, but are not told apart from names. */
export const EVENTS: ReadonlySet<string> = new Set(
  'input change blur focus focusout focusin keyup keydown keypress submit click mousedown mouseup touchstart touchend paste copy cut drop beforeinput compositionend pagehide pageshow beforeunload unload visibilitychange message load error DOMContentLoaded readystatechange popstate hashchange formdata storage push install activate'.split(
    ' ',
  ),
);

/** What a script replaces to see what others send. */
export const HOOKED: ReadonlySet<string> = new Set(
  'fetch XMLHttpRequest WebSocket sendBeacon open send submit addEventListener postMessage stringify getData encrypt'.split(
    ' ',
  ),
);

/** Functions whose first address, among all arguments, is where data goes or code comes from. */
export const TARGETED: ReadonlySet<string> = new Set(
  'fetch fetchLater sendBeacon open WebSocket EventSource WebTransport importScripts getScript ajax post get getJSON request put register Worker SharedWorker'.split(
    ' ',
  ),
);
/** Properties whose value is such an address. */
export const TARGETS: ReadonlySet<string> = new Set(['src', 'action', 'ping', 'srcset', 'location']);
