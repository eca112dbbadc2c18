'use strict';
(() => {
  const merchant = document.body.dataset.merchant;
  const form = document.getElementById('card-form');
  const input = (name) => document.getElementById(`card-${name}`);
  const names = ['number', 'expiry', 'cvc', 'holder'];
  const digits = (text) => text.normalize('NFKC').replace(/\D/g, '');
  const tell = (message) => parent.postMessage({ source: 'musubi', ...message }, merchant);

  const brands = [
    [/^9999/, 'MUSUBI'],
    [/^4/, 'VISA'],
    [/^(5[1-5]|2[2-7])/, 'Mastercard'],
    [/^35/, 'JCB'],
    [/^3[47]/, 'AMEX'],
    [/^3[0689]/, 'Diners'],
    [/^6/, 'Discover'],
  ];
  const brandOf = (number) => brands.find(([pattern]) => pattern.test(number))?.[1] ?? '';

  const luhn = (number) =>
    [...number].toReversed().reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return sum + (value > 9 ? value - 9 : value);
    }, 0) %
      10 ===
    0;

  const expiry = () => {
    const text = digits(input('expiry').value);
    const month = Number(text.slice(0, 2));
    const year = text.length === 6 ? Number(text.slice(2)) : 2000 + Number(text.slice(2, 4));
    return { month, year, complete: text.length === 4 || text.length === 6 };
  };

  const checks = {
    number: () => {
      const n = digits(input('number').value);
      return n.length >= 12 && n.length <= 19 && luhn(n);
    },
    expiry: () => {
      const { month, year, complete } = expiry();
      return complete && month >= 1 && month <= 12 && new Date(year, month, 1) > new Date();
    },
    cvc: () => /^\d{3,4}$/.test(digits(input('cvc').value)),
    holder: () => input('holder').value.trim() !== '',
  };

  const show = (name, wrong) => {
    const error = document.getElementById(`card-${name}-error`);
    error.hidden = !wrong;
    error.textContent = wrong ? error.dataset.message : '';
    input(name).setAttribute('aria-invalid', String(wrong));
    resize();
  };
  const resize = () =>
    tell({ type: 'height', height: Math.ceil(document.documentElement.getBoundingClientRect().height) });

  input('number').addEventListener('input', () => {
    const number = digits(input('number').value).slice(0, 19);
    const brand = brandOf(number);
    input('number').value = (
      /^3[47]/.test(number)
        ? [number.slice(0, 4), number.slice(4, 10), number.slice(10)]
        : (number.match(/.{1,4}/g) ?? [])
    )
      .filter(Boolean)
      .join(' ');
    document.getElementById('card-brand').textContent = brand;
    tell({ type: 'state', brand: brand.toLowerCase() });
  });
  input('expiry').addEventListener('input', (event) => {
    if (event.inputType?.startsWith('delete')) return;
    const text = digits(input('expiry').value).slice(0, 6);
    input('expiry').value = text.length > 2 ? `${text.slice(0, 2)} / ${text.slice(2)}` : text;
  });
  input('cvc').addEventListener('input', () => {
    input('cvc').value = digits(input('cvc').value).slice(0, 4);
  });
  for (const name of names) {
    input(name).addEventListener('blur', () => {
      if (input(name).value !== '') show(name, !checks[name]());
    });
  }

  const fieldOf = {
    invalid_number: 'number',
    invalid_expiry: 'expiry',
    expired_card: 'expiry',
    invalid_cvc: 'cvc',
    invalid_holder: 'holder',
  };

  async function tokenise(id) {
    const wrong = names.filter((name) => !checks[name]());
    for (const name of names) show(name, wrong.includes(name));
    if (wrong.length > 0) {
      input(wrong[0]).focus();
      tell({ type: 'error', id, code: 'incomplete' });
      return;
    }
    const { month, year } = expiry();
    try {
      const response = await fetch('/v1/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${document.body.dataset.key}` },
        body: JSON.stringify({
          card: {
            number: digits(input('number').value),
            exp_month: month,
            exp_year: year,
            cvc: digits(input('cvc').value),
            holder: input('holder').value.trim(),
          },
        }),
      });
      const answer = await response.json();
      if (response.ok) {
        tell({ type: 'token', id, token: answer.id, card: answer.card });
        return;
      }
      const code = answer.error?.code ?? 'unknown';
      if (fieldOf[code]) show(fieldOf[code], true);
      tell({ type: 'error', id, code });
    } catch {
      tell({ type: 'error', id, code: 'unreachable' });
    }
  }

  addEventListener('message', (event) => {
    if (event.origin !== merchant || event.source !== parent) return;
    if (event.data?.type === 'tokenise') void tokenise(event.data.id);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    tell({ type: 'submit' });
  });
  // While a viewport changes, the frame is laid out at passing sizes; events alone can leave such a height behind.
  new ResizeObserver(resize).observe(document.documentElement);
  tell({ type: 'ready' });
})();
