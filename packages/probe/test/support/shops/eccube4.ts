import { type Ask, cardForm, options, PREFECTURES, type Route, testShop, type TestShop } from './kit.ts';

const frame = (body: string): string => `<!doctype html><html lang="ja"><head><title>試験店</title>
<meta name="generator" content="EC-CUBE 4.3"></head><body class="front_page">
<header><a href="/">試験店</a> <a href="/mypage/login">ログイン</a> <a href="/entry">新規会員登録</a> <a href="/cart">カート</a>
<form action="/products/list"><input type="search" name="name" placeholder="キーワード"><button>検索</button></form></header>${body}
<footer><a href="/help/about">当店について</a> <a href="/help/privacy">プライバシー</a></footer></body></html>`;

const WARES = [
  ['1', '高い棚', '￥12,000'],
  ['2', '安い箱 売り切れ', '￥300'],
  ['3', '手頃な皿', '￥980'],
] as const;

const list: Route = () =>
  `<h1>商品一覧</h1><ul class="ec-shelfGrid">${WARES.map(
    ([id, name, price]) =>
      `<li class="ec-shelfGrid__item"><a href="/products/detail/${id}"><p>${name}</p><p class="price02-default">${price}</p></a></li>`,
  ).join('')}</ul>`;

const detail: Route =
  () => `<div class="ec-productRole"><h2 class="ec-headingTitle">手頃な皿</h2><div>￥980</div>
<form id="form1" method="post" action="/products/add_cart/3"><select name="classcategory_id1"><option value="__unselected">選択してください</option><option value="7">青</option><option value="8">白</option></select>
<div>数量 <input type="number" name="quantity" value="1" min="1"></div><button type="button" class="ec-blockBtn--action add-cart">カートに入れる</button></form>
<a href="/favorite/3">お気に入りに追加</a></div>
<div class="ec-modal" role="dialog" hidden><div>カートに追加しました。</div><span class="ec-modal-close">×</span>
<div class="ec-modal-box"><button type="button" class="ec-inlineBtn--cancel">お買い物を続ける</button><a href="/cart" class="ec-inlineBtn--action">カートへ進む</a></div></div>
<script>document.querySelector('.add-cart').onclick = async () => {
 const body = new URLSearchParams(new FormData(document.querySelector('#form1')));
 if (body.get('classcategory_id1') === '__unselected') return alert('選択してください');
 await fetch('/products/add_cart/3', { method: 'POST', body }); document.querySelector('.ec-modal').hidden = false; }</script>`;

const nonmember = ({ session, form }: Ask): ReturnType<Route> => {
  if (form !== null) {
    const get = (name: string) => form.get(`nonmember[${name}]`) ?? '';
    const good =
      get('name][name01') &&
      /^[ァ-ヶー]+$/.test(get('kana][kana01')) &&
      /^\d{7}$/.test(get('postal_code').replace('-', '')) &&
      get('address][pref') === '3' &&
      get('address][addr01') &&
      get('address][addr02') &&
      /^\d{10,11}$/.test(get('phone_number')) &&
      get('email][first') === get('email][second') &&
      get('email][first').includes('@');
    if (!good) return `<h1>お客様情報</h1><p class="ec-errorMessage">入力内容に誤りがあります。</p>`;
    session['given'] = '1';
    return { go: '/shopping' };
  }
  const input = (name: string, more = '') =>
    `<input type="text" id="nonmember_${name}" name="nonmember[${name.replace(/_(name0|kana0|first|second|pref|addr0)/, '][$1')}]" ${more}>`;
  return `<h1>お客様情報の入力</h1><form method="post" action="/shopping/nonmember" novalidate><div class="ec-borderedDefs">
<dl><dt><label class="ec-label required">お名前</label><span class="ec-required">必須</span></dt><dd>${input('name_name01', 'placeholder="姓"')}${input('name_name02', 'placeholder="名"')}</dd></dl>
<dl><dt><label class="ec-label">お名前(カナ)</label></dt><dd>${input('kana_kana01', 'placeholder="セイ"')}${input('kana_kana02', 'placeholder="メイ"')}</dd></dl>
<dl><dt><label class="ec-label" for="nonmember_company_name">会社名</label></dt><dd>${input('company_name')}</dd></dl>
<dl><dt><label class="ec-label">住所</label></dt><dd>〒<input type="tel" id="nonmember_postal_code" name="nonmember[postal_code]" placeholder="例：5300001">
<select id="nonmember_address_pref" name="nonmember[address][pref]"><option value="">都道府県を選択</option>${options(PREFECTURES)}</select>
${input('address_addr01', 'placeholder="市区町村名 (例：大阪市北区)"')}${input('address_addr02', 'placeholder="番地・ビル名 (例：西梅田1丁目6-8)"')}</dd></dl>
<dl><dt><label class="ec-label" for="nonmember_phone_number">電話番号</label></dt><dd><input type="tel" id="nonmember_phone_number" name="nonmember[phone_number]" placeholder="例：11122223333"></dd></dl>
<dl><dt><label class="ec-label">メールアドレス</label></dt><dd>${input('email_first', 'placeholder="例：ec-cube@example.com"')}${input('email_second', 'placeholder="確認のためもう一度入力してください"')}</dd></dl>
</div><button type="submit" class="ec-blockBtn--action">次へ</button><a href="/cart" class="ec-blockBtn--cancel">戻る</a></form>`;
};

const shopping =
  (cards: boolean): Route =>
  ({ session, form }) => {
    if (session['given'] === undefined)
      return { go: session['cart'] === undefined ? '/cart' : '/shopping/login' };
    if (form !== null) session['pay'] = form.get('_shopping_order[Payment]') ?? session['pay'] ?? '1';
    const pay = session['pay'] ?? '1';
    const ways: readonly (readonly [string, string])[] = [
      ['1', '郵便振替'],
      ['2', '銀行振込'],
      ...(cards ? ([['5', 'クレジットカード決済']] as const) : []),
    ];
    return `<h1>ご注文手続き</h1><form id="shopping-form" method="post" action="/shopping/confirm"><div class="ec-orderAccount"><h2>お客様情報</h2><button type="button" class="ec-inlineBtn">変更</button></div>
<div class="ec-orderPayment"><h2>お支払方法</h2>${ways
      .map(
        ([id, name]) =>
          `<div class="ec-radio"><input type="radio" id="p${id}" name="_shopping_order[Payment]" value="${id}"${pay === id ? ' checked' : ''} onchange="this.form.action='/shopping';this.form.submit()"><label for="p${id}">${name}</label></div>`,
      )
      .join(
        '',
      )}</div>${pay === '5' ? cardForm({ number: 'card_no', expiry: 'card_expire', code: 'card_cvc', holder: 'card_name' }) : ''}
<h2>お問い合わせ</h2><textarea name="_shopping_order[message]" placeholder="お問い合わせ事項"></textarea>
<button type="submit" class="ec-blockBtn--action">確認する</button><a href="/cart" class="ec-blockBtn--cancel">カートに戻る</a></form>
<script>document.querySelector('#shopping-form').onsubmit = (e) => { if (!document.querySelector('#card_no') || e.target.action.endsWith('/shopping')) return; e.preventDefault();
 fetch('/pay/token', { method: 'POST', body: JSON.stringify({ n: card_no.value }) }).then((r) => { if (r.ok) e.target.submit(); }); }</script>`;
  };

/** EC-CUBE 4: panels, a page for guests, ways to pay that reload the page, a confirmation page. */
export const eccube4 = (host: string, cards = true): Promise<TestShop> =>
  testShop(
    host,
    {
      '/': () => `<h1>ようこそ</h1><a href="/products/list">商品一覧</a>`,
      '/products/list': list,
      '/products/detail/1': detail,
      '/products/detail/2': detail,
      '/products/detail/3': detail,
      '/products/add_cart/3': ({ session }) => {
        session['cart'] = '1';
        return '<!--part-->{}';
      },
      '/cart': ({ session }) =>
        session['cart'] === undefined
          ? '<h1>ショッピングカート</h1><p>現在カート内に商品はございません。</p>'
          : '<h1>ショッピングカート</h1><p>手頃な皿 ￥980</p><a class="ec-blockBtn--action" href="/cart/buystep">レジに進む</a><a class="ec-blockBtn--cancel" href="/">お買い物を続ける</a>',
      '/cart/buystep': () => ({ go: '/shopping/login' }),
      '/shopping/login': () =>
        `<h1>ログイン</h1><form method="post" action="/mypage/login"><input name="login_email" type="text" placeholder="メールアドレス"><input type="password" name="login_pass" placeholder="パスワード"><label><input type="checkbox" name="login_memory">次回から自動的にログインする</label><button class="ec-blockBtn--cancel">ログイン</button></form>
<div class="ec-guest"><p>会員登録をせずに購入手続きをされたい方は、下記よりお進みください。</p><a href="/shopping/nonmember" class="ec-blockBtn--cancel">ゲスト購入</a></div>`,
      '/shopping/nonmember': nonmember,
      '/shopping': shopping(cards),
      '/shopping/confirm': () =>
        '<h1>ご注文内容のご確認</h1><form method="post" action="/shopping/checkout"><button type="submit" class="ec-blockBtn--action">注文する</button></form>',
      '/shopping/checkout': () => '<h1>ご注文完了</h1>',
      '/pay/token': () => '<!--part-->{"token":"t"}',
    },
    frame,
    '/shopping/checkout',
  );
