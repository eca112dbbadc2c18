import { cardForm, PREFECTURES, testShop, type TestShop } from './kit.ts';

const frame = (
  body: string,
): string => `<!doctype html><html lang="ja"><head><meta name="generator" content="WooCommerce 9.4"><title>一枚店</title>
<style>.select2-hidden-accessible{clip:rect(0 0 0 0);height:1px;width:1px;position:absolute;overflow:hidden}.select2-results__options{max-height:80px;overflow:auto}</style></head>
<body class="woocommerce-page"><div class="cookie" role="dialog"><p>当サイトはクッキーを使います。</p><button type="button" onclick="this.parentNode.remove()">同意する</button></div>
<nav><a href="/cart/">カート</a> <a href="/my-account/">マイアカウント</a></nav>${body}</body></html>`;

const field = (id: string, label: string, auto = ''): string =>
  `<p class="form-row" id="${id}_field"><label for="${id}">${label} <abbr title="必須">*</abbr></label><span class="woocommerce-input-wrapper"><input type="text" name="${id}" id="${id}" autocomplete="${auto}" aria-required="true"></span></p>`;

/** A menu drawn by scripts over a select that nobody sees, the lines filled in when it opens. */
const select2 = `<p class="form-row" id="billing_state_field"><label for="billing_state">都道府県 <abbr>*</abbr></label><span class="woocommerce-input-wrapper">
<select name="billing_state" id="billing_state" class="select2-hidden-accessible" tabindex="-1" aria-hidden="true"><option value="">選択してください</option>${PREFECTURES.map((name, at) => `<option value="JP0${at + 1}">${name}</option>`).join('')}</select>
<span class="select2 select2-container"><span class="select2-selection" role="combobox" aria-haspopup="true" aria-expanded="false" tabindex="0" aria-labelledby="rendered"><span id="rendered">選択してください…</span></span></span></span></p>
<script>{ const box = document.querySelector('.select2-selection'), real = document.querySelector('#billing_state');
box.onclick = () => { if (document.querySelector('.select2-dropdown')) return;
 const list = document.createElement('span'); list.className = 'select2-dropdown';
 list.innerHTML = '<ul class="select2-results__options" role="listbox">' + [...real.options].slice(1).map((o) => '<li class="select2-results__option" role="option" data-v="' + o.value + '">' + o.text + '</li>').join('') + '</ul>';
 list.onclick = (e) => { real.value = e.target.dataset.v; document.querySelector('#rendered').textContent = e.target.textContent; list.remove(); real.dispatchEvent(new Event('change', { bubbles: true })); };
 document.querySelector('#billing_state_field').append(list); } }</script>`;

const review = (
  total: string,
): string => `<!--part--><table><tr><th>合計</th><td>${total}</td></tr></table><div id="payment"><ul class="wc_payment_methods">
<li><input id="payment_method_bacs" type="radio" name="payment_method" value="bacs" checked><label for="payment_method_bacs">銀行振込</label></li>
<li><input id="payment_method_card" type="radio" name="payment_method" value="card"><label for="payment_method_card">クレジットカード</label><div class="payment_box" style="display:none">${cardForm({ number: 'wc-card-number', expiry: 'wc-card-expiry', code: 'wc-card-cvc', holder: 'wc-card-name' })}</div></li></ul>
<p><label><input type="checkbox" name="terms" id="terms" required><span>利用規約を読み、同意します</span></label></p><p><label><input type="checkbox" name="newsletter" checked><span>メルマガを受け取る</span></label></p>
<button type="submit" name="woocommerce_checkout_place_order" id="place_order" value="注文する">注文する</button></div>`;

/** WooCommerce: all on one page, its lower half fetched anew whenever the address changes. */
export const woo = (host: string): Promise<TestShop> =>
  testShop(
    host,
    {
      '/': () => '<h1>一枚店</h1><a href="/shop/">ショップ</a>',
      '/shop/': () =>
        '<h1>ショップ</h1><ul class="products"><li class="product"><a class="woocommerce-LoopProduct-link" href="/product/cup/"><h2>湯呑み</h2><span class="price">¥1,500</span></a><a href="/product/cup/?add" rel="nofollow">続きを読む</a></li><li class="product"><a class="woocommerce-LoopProduct-link" href="/product/plate/"><h2>小皿</h2><span class="price">¥800</span></a></li></ul>',
      '/product/plate/': ({ form, session }) => {
        if (form) session['cart'] = form.get('quantity') ?? '0';
        return `<h1>小皿</h1><p>¥800</p>${form ? '<div class="woocommerce-message">「小皿」をカートに追加しました。<a href="/cart/" class="button wc-forward">カートを表示</a></div>' : ''}<form class="cart" method="post" action="/product/plate/"><input type="number" name="quantity" value="1"><button type="submit" name="add-to-cart" value="1" class="single_add_to_cart_button">お買い物カゴに追加</button></form>`;
      },
      '/cart/': ({ session }) =>
        session['cart'] === undefined
          ? '<h1>カート</h1><p>お買い物カゴは現在空です。カートに商品はありません。</p>'
          : '<h1>カート</h1><p>小皿 ¥800</p><input name="coupon_code" placeholder="クーポンコード"><button name="apply_coupon">クーポンを適用</button><div class="wc-proceed-to-checkout"><a href="/checkout/" class="checkout-button">お支払いに進む</a></div>',
      '/checkout/': ({ session }) =>
        session['cart'] === undefined
          ? { go: '/cart/' }
          : `<h1>お支払い</h1><div class="woocommerce-info">すでに購入されたことがありますか ? <a href="#" class="showlogin">ここをクリックしてログイン</a></div>
<form name="checkout" method="post" class="checkout" action="/checkout/order"><h3>請求の詳細</h3>${field('billing_last_name', '姓', 'family-name')}${field('billing_first_name', '名', 'given-name')}${field('billing_yomigana_last_name', '姓（ふりがな）')}${field('billing_yomigana_first_name', '名（ふりがな）')}
${field('billing_postcode', '郵便番号', 'postal-code')}${select2}${field('billing_city', '市区町村', 'address-level2')}${field('billing_address_1', '番地', 'address-line1')}<p class="form-row"><input type="text" name="billing_address_2" id="billing_address_2" placeholder="アパート名、部屋番号など (オプション)" autocomplete="address-line2"></p>
${field('billing_phone', '電話', 'tel')}${field('billing_email', 'メールアドレス', 'email')}<p><label><input type="checkbox" name="createaccount"><span>アカウントを作成しますか ?</span></label></p>
<h3>あなたのご注文</h3><div id="order_review">読み込んでいます</div></form>
<script>{ const form = document.forms.checkout, box = document.querySelector('#order_review'); let timer;
const update = async () => { box.innerHTML = await (await fetch('/wc-ajax', { method: 'POST', body: new URLSearchParams(new FormData(form)) })).text(); };
form.addEventListener('change', (e) => { if (e.target.name === 'payment_method') box.querySelector('.payment_box').style.display = e.target.value === 'card' ? '' : 'none';
 else if (/postcode|state|city|address_1/.test(e.target.name)) { clearTimeout(timer); timer = setTimeout(update, 250); } });
form.onsubmit = (e) => { e.preventDefault(); if (!form.terms.checked) return; fetch('/pay/token', { method: 'POST', body: box.querySelector('#wc-card-number').value }).then((r) => r.ok && form.submit()); };
update(); }</script>`,
      '/wc-ajax': () => review('¥800'),
      '/checkout/order': () => '<h1>注文を受け付けました</h1>',
      '/pay/token': () => '<!--part-->{"token":"t"}',
    },
    frame,
    '/checkout/order',
  );
