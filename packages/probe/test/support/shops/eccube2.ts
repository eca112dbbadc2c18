import { type Ask, options, PREFECTURES, type Route, testShop, type TestShop } from './kit.ts';

const frame = (
  body: string,
): string => `<!doctype html><html lang="ja"><head><meta name="generator" content="EC-CUBE"><title>旧型店</title></head><body class="LC_Page">
<div id="header"><a href="/">旧型店</a><a href="/cart/">カゴの中を見る</a></div><div id="undercolumn">${body}</div></body></html>`;

const image = (alt: string, name: string): string =>
  `<input type="image" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="120" height="30" alt="${alt}" name="${name}" id="${name}">`;

const nonmember = ({ session, form }: Ask): ReturnType<Route> => {
  const value = (name: string) => form?.get(name) ?? '';
  const wrong: Record<string, boolean> = form
    ? {
        kana: !/^[ぁ-んー]+$/.test(value('order_kana01')) || !/^[ぁ-んー]+$/.test(value('order_kana02')),
        zip: value('order_zip01').length !== 3 || value('order_zip02').length !== 4,
        tel: [value('order_tel01'), value('order_tel02'), value('order_tel03')].some(
          (one) => !/^\d{3,4}$/.test(one),
        ),
        other:
          !value('order_name01') ||
          !value('order_name02') ||
          value('order_pref') !== '3' ||
          !value('order_addr01') ||
          !value('order_addr02') ||
          value('order_email') !== value('order_email02') ||
          !value('order_sex'),
      }
    : {};
  if (form && !Object.values(wrong).some(Boolean)) {
    session['given'] = '1';
    return { go: '/shopping/payment.php' };
  }
  const box = (name: string, group = 'other', size = 20) =>
    `<input type="text" name="${name}" value="${value(name)}" size="${size}" maxlength="50"${wrong[group] ? ' class="error"' : ''}>`;
  return `<h2 class="title">お客様情報入力</h2>${form ? '<span class="attention">※入力に誤りがあります。</span>' : ''}
<form name="form1" id="form1" method="post" action="/shopping/nonmember.php"><table summary="お客様情報">
<tr><th>お名前<span class="attention">※</span></th><td>姓&nbsp;${box('order_name01')}&nbsp;&nbsp;名&nbsp;${box('order_name02')}</td></tr>
<tr><th>お名前(フリガナ)<span class="attention">※</span></th><td>セイ&nbsp;${box('order_kana01', 'kana')}&nbsp;&nbsp;メイ&nbsp;${box('order_kana02', 'kana')}</td></tr>
<tr><th>郵便番号<span class="attention">※</span></th><td>〒&nbsp;${box('order_zip01', 'zip', 6)}&nbsp;-&nbsp;${box('order_zip02', 'zip', 6)}</td></tr>
<tr><th>住所<span class="attention">※</span></th><td><select name="order_pref"><option value="" selected>都道府県を選択</option>${options(PREFECTURES)}</select>
<p>${box('order_addr01')}<br>市区町村名</p><p>${box('order_addr02')}<br>番地・ビル名</p></td></tr>
<tr><th>電話番号<span class="attention">※</span></th><td>${box('order_tel01', 'tel', 6)}&nbsp;-&nbsp;${box('order_tel02', 'tel', 6)}&nbsp;-&nbsp;${box('order_tel03', 'tel', 6)}</td></tr>
<tr><th>FAX</th><td>${box('order_fax01', 'fax', 6)}-${box('order_fax02', 'fax', 6)}-${box('order_fax03', 'fax', 6)}</td></tr>
<tr><th>メールアドレス<span class="attention">※</span></th><td>${box('order_email')}<br>${box('order_email02')}<p>確認のため2度入力してください。</p></td></tr>
<tr><th>性別<span class="attention">※</span></th><td><input type="radio" name="order_sex" value="1" id="m"${value('order_sex') === '1' ? ' checked' : ''}><label for="m">男性</label><input type="radio" name="order_sex" value="2" id="f"><label for="f">女性</label></td></tr>
</table><ul><li>${image('戻る', 'back')}</li><li>${image('次へ', 'singular')}</li></ul></form>`;
};

/** EC-CUBE 2: tables, picture buttons, everything in several boxes, and the card asked for after the confirmation page. */
export const eccube2 = (host: string): Promise<TestShop> =>
  testShop(
    host,
    {
      '/': () =>
        `<h1>旧型店</h1><div><a href="/products/detail.php?product_id=9"><img alt="布" src="/x.png" width="50" height="50"></a><h3><a href="/products/detail.php?product_id=9">藍染の布</a></h3><p>価格：<span>1,200円</span></p></div>`,
      '/products/detail.php': ({ form, session }) => {
        if (form) {
          session['cart'] = '1';
          return { go: '/cart/' };
        }
        return `<h2>藍染の布</h2><p>1,200円</p><form name="form1" method="post" action="/products/detail.php?product_id=9"><dl><dt>数量</dt><dd><input type="text" name="quantity" value="1" size="3"></dd></dl><a href="javascript:void(document.form1.submit())"><img alt="カゴに入れる" src="/c.png" width="100" height="30"></a></form>`;
      },
      '/cart/': ({ form, session }) => {
        if (form) return { go: '/shopping/' };
        return session['cart'] === undefined
          ? '<h2 class="title">現在のカゴの中</h2><p class="empty">※ 現在カート内に商品はございません。</p>'
          : `<h2 class="title">現在のカゴの中</h2><table><tr><td>藍染の布</td><td>1,200円</td></tr></table><form name="form1" method="post" action="/cart/"><p>お買い物を続ける場合は「お買い物を続ける」を選択してください。</p>${image('購入手続きへ', 'confirm')}</form>`;
      },
      '/shopping/': ({ form }) =>
        form
          ? { go: '/shopping/nonmember.php' }
          : `<h2 class="title">ログイン</h2><form name="member_form" id="member_form" method="post" action="/login">メールアドレス：<input type="text" name="login_email">パスワード：<input type="password" name="login_pass">${image('ログイン', 'log')}</form>
<h3>まだ会員登録されていないお客様</h3><a href="/entry/kiyaku.php"><img alt="会員登録をする" src="/e.png" width="100" height="30"></a><h4>会員登録をせずに購入手続きへ進む</h4><form name="member_form2" id="member_form2" method="post" action="/shopping/"><input type="hidden" name="mode" value="nonmember">${image('購入手続きへ', 'buystep')}</form>`,
      '/shopping/nonmember.php': nonmember,
      '/shopping/payment.php': ({ form, session }) => {
        if (form) {
          session['pay'] = form.get('payment_id') ?? '';
          return { go: '/shopping/confirm.php' };
        }
        return `<h2 class="title">お支払方法・お届け時間等の指定</h2><form id="form1" method="post" action="/shopping/payment.php"><table summary="お支払方法選択"><tr><th>選択</th><th colspan="2">お支払方法</th></tr>
<tr><td><input type="radio" id="pay_1" name="payment_id" value="1" checked></td><td><label for="pay_1">代金引換</label></td></tr><tr><td><input type="radio" id="pay_4" name="payment_id" value="4"></td><td><label for="pay_4">クレジットカード</label></td></tr></table>
<select name="deliv_time_id0"><option value="">指定なし</option><option value="1">午前</option></select>${image('戻る', 'back03')}${image('次へ', 'next')}</form>`;
      },
      '/shopping/confirm.php': ({ form, session }) => {
        if (form) return { go: '/shopping/load_payment_module.php' };
        const alt = session['pay'] === '4' ? '次へ' : 'ご注文完了ページへ';
        return `<h2 class="title">入力内容のご確認</h2><p class="information">下記ご注文内容で送信してもよろしいでしょうか？</p><form id="form1" method="post" action="/shopping/${session['pay'] === '4' ? 'confirm.php' : 'complete.php'}"><a href="./payment.php"><img alt="戻る" src="/b.png" width="100" height="30"></a>${image(alt, 'next-top')}</form>`;
      },
      '/shopping/load_payment_module.php': () =>
        `<h2 class="title">クレジットカード決済</h2><form id="form1" method="post" action="/shopping/complete.php"><table><tr><th>カード番号</th><td>${[1, 2, 3, 4].map((at) => `<input type="text" name="card_no0${at}" size="6" maxlength="4">`).join('-')}</td></tr>
<tr><th>カード有効期限</th><td><select name="card_month"><option value="">--</option>${Array.from({ length: 12 }, (_, at) => `<option>${String(at + 1).padStart(2, '0')}</option>`).join('')}</select>月/<select name="card_year"><option value="">--</option>${Array.from({ length: 12 }, (_, at) => `<option>${new Date().getFullYear() - 2000 + at}</option>`).join('')}</select>年</td></tr>
<tr><th>セキュリティコード</th><td><input type="text" name="security_code" size="4" maxlength="4"></td></tr></table>${image('ご注文完了ページへ', 'next')}</form>`,
      '/shopping/complete.php': () => '<h2>ご注文完了</h2>',
    },
    frame,
    '/shopping/complete.php',
  );
