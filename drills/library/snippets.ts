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
