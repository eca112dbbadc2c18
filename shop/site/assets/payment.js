// Puts the provider's card fields into the page, asks them for a token, and sends the form with it.
(() => {
  'use strict';
  const box = document.getElementById('card-box');
  const form = document.getElementById('payment-form');
  if (!box || !form) return;
  const { provider } = box.dataset;
  const button = document.getElementById('to-confirm');
  const error = document.getElementById('payment-error');
  const label = button.textContent;

  const frame = document.createElement('iframe');
  frame.id = 'musubi-fields';
  frame.name = 'musubi-fields';
  frame.title = box.dataset.frameTitle;
  frame.src = box.dataset.src;
  frame.setAttribute('allow', 'payment');
  document.getElementById('card-frame').append(frame);

  let waiting = '';
  let ready = false;
  const show = (message) => {
    error.textContent = message;
    error.hidden = message === '';
  };
  const working = (on) => {
    button.disabled = on;
    button.textContent = on ? box.dataset.working : label;
  };
  const isCard = () => form.elements.method.value === 'card';
  const reveal = () => {
    box.classList.toggle('closed', !isCard());
  };
  for (const way of form.querySelectorAll('input[name=method]')) way.addEventListener('change', reveal);
  reveal();

  // A frame that does not listen yet loses what it is asked; it is asked when it says it is ready.
  const send = () => {
    if (ready && waiting !== '') frame.contentWindow.postMessage({ type: 'tokenise', id: waiting }, provider);
  };
  const ask = () => {
    waiting = crypto.randomUUID();
    show('');
    working(true);
    send();
  };

  form.addEventListener('submit', (event) => {
    if (!isCard() || form.elements.card_token.value !== '') return;
    event.preventDefault();
    ask();
  });

  addEventListener('message', (event) => {
    if (event.origin !== provider || event.source !== frame.contentWindow || event.data?.source !== 'musubi')
      return;
    const { type, id, token, card, code, height } = event.data;
    if (type === 'height') frame.style.height = `${Math.min(700, Math.max(200, Number(height) || 0))}px`;
    if (type === 'submit' && isCard()) form.requestSubmit();
    if (type === 'ready') {
      ready = true;
      send();
    }
    if (id !== waiting || waiting === '') return;
    if (type === 'error') {
      waiting = '';
      working(false);
      show(
        code === 'incomplete' || /^(invalid|expired)_/.test(code)
          ? box.dataset.incomplete
          : code === 'unreachable'
            ? box.dataset.unreachable
            : box.dataset.refused,
      );
    }
    if (type === 'token') {
      waiting = '';
      form.elements.card_token.value = token;
      form.elements.card_brand.value = card.brand;
      form.elements.card_last4.value = card.last4;
      form.submit();
    }
  });
  // Back from the confirm page through the browser's cache: the old token is not sent twice.
  addEventListener('pageshow', () => {
    form.elements.card_token.value = '';
    working(false);
  });
})();
