import { visitor, visitorFields } from './_goods.js';
import { html } from './_html.js';
import { layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/info/:page';

const rows = (pairs) =>
  html`<dl class="law">${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

const content = {
  about: {
    ja: [
      '私たちのこと',
      html`<p class="lead">こもれび自然市は、六つのつくり手と、それを食べ、使う人たちのための小さな市場です。</p>
      <p>はじまりは、神社の境内で月に一度ひらいた朝市でした。雨の日に来られない方のために箱を送り始めて、いまでは全国の台所へお届けしています。</p>
      <p>私たちは仕入れて売るのではなく、つくり手の畑や蔵を訪ね、話を聞き、自分たちの台所で食べてから並べます。「こもれび有機」のしるしは、当店の認証員が年に二度、土と記録をたしかめた品だけにつけています。</p>`,
    ],
    en: [
      'About us',
      html`<p class="lead">Komorebi Organic Market is a small market for six makers and the people who eat and use what they make.</p>
      <p>It began as a monthly morning market in the grounds of a shrine. For those who could not come on rainy days we started sending boxes; now they go to kitchens all over Japan.</p>
      <p>We visit every field and brewery, listen, and cook everything at home before we list it. Only goods whose soil and records our inspectors have checked twice a year carry the “Komorebi Organic” mark.</p>`,
    ],
  },
  delivery: {
    ja: [
      'お届けについて',
      rows([
        ['通常便(常温)', '660円。商品合計6,000円以上で無料。'],
        ['クール便(冷蔵)', '990円。野菜・たまご・みそはこちらをおすすめします。'],
        ['お届け日', 'ご注文から2〜4日。野菜は収穫の日に発送します。'],
        ['返品', 'いたみがあったときは、到着から3日以内にご連絡ください。すぐに代わりをお送りします。'],
      ]),
    ],
    en: [
      'Delivery',
      rows([
        ['Standard parcel', '¥660, free when the items come to ¥6,000.'],
        ['Chilled parcel', '¥990, recommended for vegetables, eggs and miso.'],
        ['When', '2 to 4 days after the order. Vegetables leave on the day they are picked.'],
        ['Returns', 'If anything arrives damaged, tell us within three days and we send another at once.'],
      ]),
    ],
  },
  law: {
    ja: [
      '特定商取引法に基づく表記',
      rows([
        ['販売業者', '合同会社こもれび自然市(架空)'],
        ['運営責任者', '小森 春'],
        ['所在地', '木ノ実郡風見村大字梢1-2(架空の住所)'],
        ['お問い合わせ', 'market@komorebi.example'],
        ['販売価格', '各商品に税込で表示'],
        ['商品代金以外の費用', '送料(660円または990円)'],
        ['お支払い方法', 'クレジットカード、銀行振込、代金引換'],
        ['お支払い時期', 'カード: ご注文時 / 振込: 7日以内 / 代引: お届け時'],
        ['引渡し時期', 'ご注文から2〜4日'],
        ['返品', '到着から3日以内にご連絡ください'],
      ]),
    ],
    en: [
      'Legal notice',
      rows([
        ['Seller', 'Komorebi Shizen-ichi LLC (fictional)'],
        ['Responsible', 'Haru Komori'],
        ['Address', '1-2 Kozue, Kazami, Konomi (fictional)'],
        ['Contact', 'market@komorebi.example'],
        ['Prices', 'Shown with each item, tax included'],
        ['Other costs', 'Delivery (¥660 or ¥990)'],
        ['Payment', 'Credit card, bank transfer, cash on delivery'],
        ['When you pay', 'Card: with the order / transfer: within 7 days / cash: on delivery'],
        ['Delivery', '2 to 4 days after the order'],
        ['Returns', 'Tell us within three days of arrival'],
      ]),
    ],
  },
  privacy: {
    ja: [
      'プライバシー',
      html`<p>お名前、ご住所、ご連絡先は、お届けとご連絡のためだけに使います。</p><p>クレジットカードの番号は、決済会社「むすび決済」の入力欄から直接決済会社へ送られます。当店のサーバーには届かず、保存もいたしません。</p><p>当店では、来訪の数を知るための解析、お知らせのためのタグ、チャットの三つの外部サービスを使っています。</p>`,
    ],
    en: [
      'Privacy',
      html`<p>We use your name, address and contact details only to deliver and to reach you.</p><p>Card numbers go straight from our payment provider’s fields to the provider, Musubi Payments. They never reach our server and we keep none.</p><p>We use three outside services: visitor statistics, a tag loader for announcements, and a chat.</p>`,
    ],
  },
};

export async function get(shop) {
  const t = words(shop.lang);
  const { data } = await shop.api(`{ ${visitorFields} }`);
  const found = Object.hasOwn(content, shop.params.page) ? content[shop.params.page][shop.lang] : undefined;
  const [title, text] = found ?? [t.notFoundTitle, html`<p>${t.notFoundText}</p>`];
  return layout(shop, {
    title,
    status: found ? 200 : 404,
    body: html`<section class="narrow prose"><h1>${title}</h1>${text}</section>`,
    ...visitor(data),
  });
}
