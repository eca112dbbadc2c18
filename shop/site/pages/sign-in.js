import { html } from './_html.js';
import { go, layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/sign-in';

const places = new Set(['/checkout', '/account', '/cart']);

function screen(shop, wrong, email = '') {
  const t = words(shop.lang);
  const body = html`<section class="narrow"><h1>${t.signInTitle}</h1>${wrong ? html`<p class="notice bad" role="alert">${t.signInWrong}</p>` : ''}
    <form method="post" class="sheet"><div class="field"><label for="email">${t.email}</label><input id="email" name="email" type="email" autocomplete="username" value="${email}" required></div>
    <div class="field"><label for="password">${t.password}</label><input id="password" name="password" type="password" autocomplete="current-password" required></div>
    <button id="sign-in" class="button full">${t.signInButton}</button></form>
    <p class="center">${t.noAccount} <a href="/register">${t.navRegister}</a></p></section>`;
  return layout(shop, { title: t.signInTitle, body, status: wrong ? 401 : 200 });
}

export const get = (shop) => screen(shop, false);

export async function post(shop) {
  const { email = '', password = '' } = shop.form;
  const { data } = await shop.api(
    `mutation($email:String!,$password:String!){ login(username:$email,password:$password,rememberMe:true){ __typename } }`,
    { email: email.trim(), password },
  );
  if (data.login?.__typename !== 'CurrentUser') return screen(shop, true, email);
  return go(places.has(shop.query.next) ? shop.query.next : '/account');
}
