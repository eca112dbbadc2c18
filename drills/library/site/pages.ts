import { SHOP_KEY, type Site } from './site.ts';

type Origins = Site['origins'];

const page = (origins: Origins, title: string, main: string, foot = ''): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}｜若葉自然食品</title>
<link rel="stylesheet" href="/assets/shop.css">
<script async src="${origins.stats}/tag.js?id=WK-20418"></script>
</head>
<body>
<header><a href="/" class="logo">若葉自然食品</a><nav><a href="/cart">カート（<span id="cart-count">2</span>）</a></nav></header>
<main>${main}</main>
<footer><small>© 若葉自然食品株式会社　特定商取引法に基づく表記</small></footer>
<script src="${origins.cdn}/form-kit/2.1.0/form-kit.min.js"></script>
<script src="/assets/shop.js"></script>
${foot}</body>
</html>`;

export const topPage = (origins: Origins): string =>
  page(
    origins,
    '有機野菜と自然食品の通販',
    '<h1>今週のおすすめ</h1><ul><li>有機人参 1kg　680円</li><li>玄米 5kg　3,240円</li></ul>',
  );

export const cartPage = (origins: Origins): string =>
  page(
    origins,
    'カート',
    `<h1>カート</h1>
<table><tr><th>商品</th><th>数量</th><th>小計</th></tr><tr><td>有機人参 1kg</td><td>1</td><td>680円</td></tr><tr><td>玄米 5kg</td><td>1</td><td>3,240円</td></tr></table>
<p class="total">合計 <b id="total">3,920</b>円（税込）</p>
<p><a id="to-payment" class="button" href="/checkout/payment">ご購入手続きへ</a></p>`,
  );

export const thanksPage = (origins: Origins): string =>
  page(
    origins,
    'ご注文完了',
    '<h1>ご注文ありがとうございました</h1><p>確認メールをお送りしました。</p><p><a href="/">買い物を続ける</a></p>',
  );

export const directFields = `<label>カード番号<input id="cc-number" name="card_number" autocomplete="cc-number" inputmode="numeric" maxlength="19" required></label>
<label>有効期限（月/年）<input id="cc-exp" name="card_exp" autocomplete="cc-exp" placeholder="MM/YY" maxlength="5" required></label>
<label>セキュリティコード<input id="cc-csc" name="card_cvc" autocomplete="cc-csc" inputmode="numeric" maxlength="4" required></label>
<label>カード名義人<input id="cc-name" name="card_holder" autocomplete="cc-name" placeholder="TARO YAMADA" required></label>`;

export const paymentPage = (origins: Origins, card: string): string =>
  page(
    origins,
    'お支払い',
    `<h1>お届け先とお支払い</h1>
<form id="checkout" action="/checkout/order" method="post" autocomplete="on" onsubmit="return false">
<fieldset><legend>ご注文者様</legend>
<label>お名前（姓）<input id="family-name" name="family_name" autocomplete="family-name"></label>
<label>セイ<input id="family-kana" name="family_kana"></label>
<label>郵便番号<input id="postcode" name="postal_code" autocomplete="postal-code" inputmode="numeric"></label>
<label>ご住所<input id="address" name="address" autocomplete="street-address"></label>
<label>メールアドレス<input id="email" name="email" type="email" autocomplete="email"></label>
</fieldset>
<fieldset><legend>クレジットカード</legend>
<div id="card-area">${card}</div>
<p id="payment-error" class="error" role="alert" hidden></p>
</fieldset>
<button id="pay" type="submit" class="button">この内容で注文する</button>
</form>`,
    `<script src="${origins.pay}/v1/pay.js" data-key="${SHOP_KEY}"></script>
<script src="/assets/payment.js"></script>
`,
  );
