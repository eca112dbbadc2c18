/** Orders something by bank transfer as a browser without script would; the path of the page it ends on. */
export async function order(storefront: string): Promise<string> {
  const cookies = new Map<string, string>();
  const ask = async (path: string, form?: Readonly<Record<string, string>>) => {
    const response = await fetch(new URL(path, storefront), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return { to: response.headers.get('location') ?? '', text: await response.text() };
  };
  const found = (pattern: RegExp, { text }: { readonly text: string }) => pattern.exec(text)?.[1] ?? '';
  const product = found(/href="(\/products\/[^"]+)"/, await ask('/'));
  const variant = found(/name="variant" value="(\d+)"/, await ask(product));
  await ask(product, { variant, quantity: '1' });
  await ask('/checkout', ADDRESS);
  await ask('/checkout/payment', { method: 'bank-transfer' });
  return (await ask('/checkout/confirm', {})).to;
}

const ADDRESS = {
  familyName: '佐藤',
  givenName: '花',
  familyKana: 'サトウ',
  givenKana: 'ハナ',
  email: 'hana.sato@example.com',
  phone: '03-0000-0000',
  postcode: '100-0001',
  prefecture: '東京都',
  city: '千代田区',
  street: '1-1',
};
