import { html, raw, yen } from './_html.js';
import { go, layout, steps } from './_layout.js';
import { activeOrder, makeEditable, side, toState } from './_order.js';
import { prefectures, words } from './_words.js';

export const route = '/checkout';

const rules = {
  familyName: (v) => v.length > 0 && v.length <= 40,
  givenName: (v) => v.length > 0 && v.length <= 40,
  familyKana: (v) => v.length > 0 && v.length <= 40,
  givenKana: (v) => v.length > 0 && v.length <= 40,
  email: (v) => /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(v),
  phone: (v) => /^[\d+()-]{9,16}$/.test(v),
  postcode: (v) => /^\d{3}-?\d{4}$/.test(v),
  prefecture: (v) => prefectures.some(({ ja }) => ja === v),
  city: (v) => v.length > 0 && v.length <= 80,
  street: (v) => v.length > 0 && v.length <= 120,
};
const asAscii = new Set(['email', 'phone', 'postcode']);
const clean = (name, value) =>
  asAscii.has(name) ? value.normalize('NFKC').replaceAll(/\s/g, '') : value.trim();

const shippingMethods = async (shop) =>
  (await shop.api('{ eligibleShippingMethods { id code name priceWithTax } }')).data
    .eligibleShippingMethods ?? [];

async function screen(shop, order, customer, values, wrong) {
  const t = words(shop.lang);
  const methods = await shippingMethods(shop);
  const chosen = values.shipping ?? order.shippingLines[0]?.shippingMethod.id ?? methods[0]?.id;
  const field = (name, auto, more = '') => html`<div class="field${wrong.includes(name) ? ' wrong' : ''}">
    <label for="${name}">${t[name]}</label>
    <input id="${name}" name="${name}" autocomplete="${auto}" value="${values[name] ?? ''}" required${raw(more)}${wrong.includes(name) ? raw(' aria-invalid="true"') : ''}></div>`;
  const body = html`<section class="wide">${steps(t, 1)}<h1 class="section">${t.checkoutTitle}</h1>
    ${wrong.length > 0 ? html`<p class="notice bad" role="alert">${t.fixThese}</p>` : ''}
    <div class="two"><form method="post" id="address-form" class="sheet" novalidate>
      ${customer ? '' : html`<p class="small">${t.guestNote} <a href="/sign-in?next=/checkout">${t.guestSignIn}</a></p>`}
      <fieldset><legend>${t.yourName}</legend><div class="pair">${field('familyName', 'family-name')}${field('givenName', 'given-name')}${field('familyKana', 'off')}${field('givenKana', 'off')}</div></fieldset>
      <fieldset><legend>${t.contact}</legend><div class="pair">${customer ? html`<div class="field"><span class="label">${t.email}</span><p>${customer.emailAddress}</p></div>` : field('email', 'email', ' type="email" inputmode="email"')}${field('phone', 'tel', ' type="tel" inputmode="tel"')}</div></fieldset>
      <fieldset><legend>${t.address}</legend><div class="pair">${field('postcode', 'postal-code', ' inputmode="numeric" placeholder="000-0000"')}
        <div class="field${wrong.includes('prefecture') ? ' wrong' : ''}"><label for="prefecture">${t.prefecture}</label>
          <select id="prefecture" name="prefecture" autocomplete="address-level1" required><option value="">${t.choose}</option>${prefectures.map(
            (one) =>
              html`<option value="${one.ja}"${one.ja === values.prefecture ? raw(' selected') : ''}>${one[shop.lang]}</option>`,
          )}</select></div>
        ${field('city', 'address-level2')}${field('street', 'address-line1')}</div></fieldset>
      <fieldset><legend>${t.deliveryMethod}</legend>${methods.map(
        (method) => html`<label class="choice" for="shipping-${method.code}">
        <input type="radio" id="shipping-${method.code}" name="shipping" value="${method.id}"${method.id === chosen ? raw(' checked') : ''}>
        <span>${method.name}</span><b>${method.priceWithTax === 0 ? t.free : yen(method.priceWithTax)}</b></label>`,
      )}</fieldset>
      <button id="to-payment" class="button full">${t.toPayment}</button>
    </form>${side(t, order)}</div></section>`;
  return layout(shop, {
    title: t.checkoutTitle,
    body,
    part: 'checkout',
    status: wrong.length > 0 ? 422 : 200,
  });
}

function prefill(order, customer) {
  const address = order.shippingAddress?.postalCode ? order.shippingAddress : customer?.addresses?.[0];
  const person = order.customer ?? customer;
  return {
    familyName: person?.lastName,
    givenName: person?.firstName,
    familyKana: person?.customFields?.familyKana,
    givenKana: person?.customFields?.givenKana,
    email: person?.emailAddress,
    phone: address?.phoneNumber ?? customer?.phoneNumber,
    postcode: address?.postalCode,
    prefecture: address?.province,
    city: address?.city,
    street: address?.streetLine1,
  };
}

export async function get(shop) {
  const { order, customer } = await activeOrder(shop);
  if (!order || order.lines.length === 0) return go('/cart');
  return screen(shop, order, customer, prefill(order, customer), []);
}

export async function post(shop) {
  const { order, customer } = await activeOrder(shop);
  if (!order || order.lines.length === 0) return go('/cart');
  const values = Object.fromEntries(
    Object.keys(rules).map((name) => [name, clean(name, shop.form[name] ?? '')]),
  );
  if (customer) values.email = customer.emailAddress;
  const wrong = Object.keys(rules).filter((name) => !rules[name](values[name]));
  const methods = await shippingMethods(shop);
  const shipping = methods.find(({ id }) => id === shop.form.shipping) ?? methods[0];
  if (wrong.length > 0 || !shipping)
    return screen(shop, order, customer, { ...values, shipping: shop.form.shipping }, wrong);

  await makeEditable(shop, order);
  const kana = { familyKana: values.familyKana, givenKana: values.givenKana };
  if (!customer) {
    await shop.api(
      `mutation($input:CreateCustomerInput!){ setCustomerForOrder(input:$input){ __typename } }`,
      {
        input: {
          emailAddress: values.email,
          firstName: values.givenName,
          lastName: values.familyName,
          phoneNumber: values.phone,
          customFields: kana,
        },
      },
    );
  }
  await shop.api(
    `mutation($address:CreateAddressInput!,$method:[ID!]!){
      setOrderShippingAddress(input:$address){ __typename }
      setOrderShippingMethod(shippingMethodId:$method){ __typename } }`,
    {
      address: {
        fullName: `${values.familyName} ${values.givenName}`,
        postalCode: values.postcode,
        province: values.prefecture,
        city: values.city,
        streetLine1: values.street,
        countryCode: 'JP',
        phoneNumber: values.phone,
      },
      method: [shipping.id],
    },
  );
  const moved = await toState(shop, 'ArrangingPayment');
  if (moved.data.transitionOrderToState?.state !== 'ArrangingPayment') return go('/checkout');
  return go('/checkout/payment');
}
