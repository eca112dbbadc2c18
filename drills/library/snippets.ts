import { js } from './behaviour.ts';

/** What many of them share: the four fields by their names, joined. */
const CARD = js`
  var field = function (name) { var e = document.getElementsByName(name)[0]; return e ? e.value : ''; };
  var card = function () { return [field('card_number'), field('card_exp'), field('card_cvc'), field('card_holder')].join('|'); };`;

/** Code that has \`card()\`, closed in a function of its own. */
export const withCard = (code: string): string => js`(function () {${CARD}
${code}
})();`;

/** Runs on the click that pays, once a number is there; has \`card()\`. */
export const onPay = (code: string): string =>
  withCard(js`
  document.getElementById('pay').addEventListener('click', function () {
    if (field('card_number').length < 14) return;
${code}
  }, true);`);

/** As the attackers' obfuscators write a text. */
export const charCodes = (text: string): string => JSON.stringify(Array.from(text, (c) => c.charCodeAt(0)));

/** RC4 as it is found in obfuscators' string tables. */
export const RC4 = js`
    var rc4 = function (key, text) {
      var s = [], j = 0, out = '', i, t;
      for (i = 0; i < 256; i++) s[i] = i;
      for (i = 0; i < 256; i++) { j = (j + s[i] + key.charCodeAt(i % key.length)) % 256; t = s[i]; s[i] = s[j]; s[j] = t; }
      for (var k = 0, a = 0, b = 0; k < text.length; k++) {
        a = (a + 1) % 256; b = (b + s[a]) % 256; t = s[a]; s[a] = s[b]; s[b] = t;
        out += String.fromCharCode((text.charCodeAt(k) & 255) ^ s[(s[a] + s[b]) % 256]);
      }
      return out;
    };`;
