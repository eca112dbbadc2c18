import { html } from './_html.js';
import { go, layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/register';

function screen(shop, wrong) {
  const t = words(shop.lang);
  const field = (
    name,
    auto,
    type = 'text',
    hint = '',
  ) => html`<div class="field"><label for="${name}">${t[name]}${hint ? html` <small>${hint}</small>` : ''}</label>
    <input id="${name}" name="${name}" type="${type}" autocomplete="${auto}" value="${type === 'password' ? '' : (shop.form[name] ?? '')}" required></div>`;
  const body = html`<section class="narrow"><h1>${t.registerTitle}</h1>${wrong ? html`<p class="notice bad" role="alert">${t.registerTaken}</p>` : ''}
    <form method="post" class="sheet"><div class="pair">${field('familyName', 'family-name')}${field('givenName', 'given-name')}${field('familyKana', 'off')}${field('givenKana', 'off')}</div>
    ${field('email', 'email', 'email')}${field('password', 'new-password', 'password', t.passwordHint)}
    <button id="register" class="button full">${t.registerButton}</button></form></section>`;
  return layout(shop, { title: t.registerTitle, body, status: wrong ? 422 : 200 });
}

export const get = (shop) => screen(shop, false);

export async function post(shop) {
  const text = (name) => (shop.form[name] ?? '').trim();
  const password = shop.form.password ?? '';
  const names = ['familyName', 'givenName', 'familyKana', 'givenKana'].map(text);
  if (password.length < 8 || names.includes('') || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text('email')))
    return screen(shop, true);
  const [lastName, firstName, familyKana, givenKana] = names;
  const { data } = await shop.api(
    `mutation($input:RegisterCustomerInput!){ registerCustomerAccount(input:$input){ __typename } }`,
    { input: { emailAddress: text('email'), firstName, lastName, password } },
  );
  if (data.registerCustomerAccount?.__typename !== 'Success') return screen(shop, true);
  const signedIn = await shop.api(
    `mutation($email:String!,$password:String!){ login(username:$email,password:$password,rememberMe:true){ __typename } }`,
    { email: text('email'), password },
  );
  if (signedIn.data.login?.__typename !== 'CurrentUser') return go('/sign-in');
  await shop.api(`mutation($input:UpdateCustomerInput!){ updateCustomer(input:$input){ id } }`, {
    input: { customFields: { familyKana, givenKana } },
  });
  return go('/account');
}
