import { type Site, startSite } from '../site.ts';
import { testShop, type TestShop } from './kit.ts';

/** The shop's only document: a router in the page, fields in shadow roots, the card in a frame of the provider. */
const APP = (provider: string): string => `<div id="app"></div><script>
const state = { cart: 0, lines: {} };
const app = document.querySelector('#app');
const go = (path) => { history.pushState(null, '', path); render(); };
addEventListener('popstate', () => render());
class TextField extends HTMLElement { connectedCallback() {
 this.attachShadow({ mode: 'open' }).innerHTML = '<label><span>' + this.getAttribute('label') + '</span><input name="' + this.getAttribute('name') + '" type="text"></label>';
 this.shadowRoot.querySelector('input').oninput = (e) => { state.lines[e.target.name] = e.target.value; }; } }
customElements.define('text-field', TextField);
const menu = (name, lines) => '<div class="field"><span id="l-' + name + '">都道府県</span><button type="button" aria-haspopup="listbox" aria-labelledby="l-' + name + '" data-menu="' + name + '">選択してください</button></div><ul role="listbox" hidden>' + lines.map((l) => '<li role="option">' + l + '</li>').join('') + '</ul>';
const pages = {
 '/': () => '<h1>一頁店</h1><ul><li><a href="/items/tea">番茶 <b>540円</b></a></li><li><a href="/items/pot">急須 <b>5,400円</b></a></li></ul>',
 '/items/tea': () => '<h1>番茶</h1><p>540円</p><button data-do="add">カートに追加する</button>',
 '/cart': () => state.cart ? '<h1>カート</h1><p>番茶 1点 540円</p><button data-do="order">ご購入手続きへ</button>' : '<h1>カート</h1><p>カートは空です</p>',
 '/order/address': () => '<h1>お届け先</h1><form onsubmit="return false"><text-field label="お名前（フルネーム）" name="fullName"></text-field><text-field label="フリガナ" name="kana"></text-field><text-field label="メールアドレス" name="email"></text-field><text-field label="電話番号（ハイフンなし）" name="tel"></text-field><text-field label="郵便番号" name="zip"></text-field>' + menu('pref', ['北海道', '東京都', '大阪府']) + '<text-field label="市区町村・番地" name="addr1"></text-field></form><button data-do="pay" disabled>お支払い方法の選択へ</button>',
 '/order/payment': () => '<h1>お支払い方法</h1><div role="radiogroup" aria-label="お支払い方法"><div role="radio" aria-checked="false" tabindex="0" data-way="cvs">コンビニ払い</div><div role="radio" aria-checked="false" tabindex="0" data-way="card">クレジットカード / デビットカード</div></div><div id="way"></div><button data-do="buy">注文を確定する</button>',
};
function render() {
 if (location.pathname.startsWith('/order') && !state.cart) return go('/cart');
 app.innerHTML = '<header><a href="/">一頁店</a><a href="/cart" aria-label="カート"><svg width="20" height="20"></svg></a></header><main>読み込み中</main>';
 setTimeout(() => { app.querySelector('main').innerHTML = (pages[location.pathname] ?? (() => '<h1>見つかりません</h1>'))(); }, 120);
}
const ready = setInterval(() => { const b = document.querySelector('[data-do=pay]'); if (b) b.disabled = !(state.lines.fullName && /^[ァ-ヶー ]+$/.test(state.lines.kana) && state.lines.email && /^\\d{11}$/.test(state.lines.tel) && /^\\d{3}-?\\d{4}$/.test(state.lines.zip) && state.lines.pref === '東京都' && state.lines.addr1); }, 100);
document.addEventListener('click', (e) => {
 const link = e.target.closest?.('a[href^="/"]'); if (link) { e.preventDefault(); go(link.getAttribute('href')); return; }
 const does = e.target.closest?.('[data-do]')?.dataset.do;
 if (does === 'add') { state.cart = 1; e.target.textContent = '追加しました'; setTimeout(() => go('/cart'), 200); }
 if (does === 'order') go('/order/address');
 if (does === 'pay') { fetch('/api/address', { method: 'POST', body: new URLSearchParams(state.lines) }); go('/order/payment'); }
 if (does === 'buy') fetch('/api/order', { method: 'POST', body: new URLSearchParams(state.lines) });
 const opens = e.target.closest?.('[data-menu]'); if (opens) opens.parentNode.nextElementSibling.hidden = false;
 if (e.target.getAttribute?.('role') === 'option') { state.lines.pref = e.target.textContent; const ul = e.target.parentNode; ul.hidden = true; ul.previousElementSibling.querySelector('button').textContent = e.target.textContent; }
 const way = e.target.closest?.('[data-way]'); if (way) { document.querySelectorAll('[role=radio]').forEach((r) => r.setAttribute('aria-checked', String(r === way)));
  document.querySelector('#way').innerHTML = way.dataset.way === 'card' ? '<iframe src="${provider}/fields" width="400" height="220" title="card"></iframe>' : '<p>払込番号をお送りします</p>'; }
});
render();
</script>`;

const FIELDS = `<!doctype html><html lang="ja"><body><div><label for="n">カード番号</label><input id="n" name="cardnumber" autocomplete="cc-number"></div><div><label for="e">有効期限</label><input id="e" name="exp-date" autocomplete="cc-exp" placeholder="MM / YY"></div><div><label for="c">セキュリティコード</label><input id="c" name="cvc" autocomplete="cc-csc"></div></body></html>`;

/** A shop of one document with hosted fields. The words on its last button place an order. */
export async function spa(
  host: string,
  providerHost: string,
): Promise<TestShop & { readonly provider: Site }> {
  const provider = await startSite(providerHost, { '/fields': FIELDS });
  const document = (): string => APP(provider.origin);
  const shop = await testShop(
    host,
    {
      '/': document,
      '/items/tea': document,
      '/items/pot': document,
      '/cart': document,
      '/order/address': document,
      '/order/payment': document,
      '/api/address': () => '<!--part-->{}',
      '/api/order': () => '<!--part-->{}',
    },
    (body) => `<!doctype html><html lang="ja"><head><title>一頁店</title></head><body>${body}</body></html>`,
    '/api/order',
  );
  return {
    ...shop,
    provider,
    close: async () => {
      await shop.close();
      await provider.close();
    },
  };
}
