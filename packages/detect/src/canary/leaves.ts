/** Longer than a form or a message of ours ever is. */
const MAX_LEAVES = 20_000;
/** JSON in a form field, in JSON, in JSON. */
const MAX_NESTED = 3;

export interface Leaves {
  readonly text: string;
  /** There were more than are in the text. */
  readonly cut: boolean;
}

/**
 * The values of a form or JSON body in their order, joined: a number cut into four inputs, or into one property per
 * digit, stands whole in it. A value that is a form or JSON itself is taken apart too. Null when the text is neither.
 */
export function leavesOf(text: string): Leaves | null {
  const parts = partsOf(text);
  if (parts === null) return null;
  const leaves: string[] = [];
  const stack: { readonly value: unknown; readonly nested: number }[] = [{ value: parts, nested: 0 }];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { value, nested } = item;
    const inner = typeof value === 'string' && nested < MAX_NESTED ? partsOf(value) : null;
    if (inner !== null) stack.push({ value: inner, nested: nested + 1 });
    else if (typeof value === 'string' || typeof value === 'number') {
      if (leaves.length >= MAX_LEAVES) return { text: leaves.join(''), cut: true };
      leaves.push(String(value));
    } else if (value !== null && typeof value === 'object')
      for (const child of Object.values(value).toReversed()) stack.push({ value: child, nested });
  }
  return { text: leaves.join(''), cut: false };
}

/** One level of a text that is made of parts. */
function partsOf(text: string): readonly unknown[] | null {
  if (isJson(text)) {
    try {
      return [JSON.parse(text)];
    } catch {
      return null;
    }
  }
  if (/^[^=&\s]{1,200}=[^&]*&/.test(text)) return text.split('&').map(valueOf);
  // A lone value is no number cut up, unless it holds one.
  if (/^[^=&\s]{1,200}=\s*(?:[{[]|%7b|%5b)/i.test(text)) return [valueOf(text)];
  return text.match(/\r\n\r\n[^\r\n]*(?=\r\n--)/g)?.map((part) => part.slice(4)) ?? null;
}

const isJson = (text: string): boolean => /^\s*[{[]/.test(text);

function valueOf(pair: string): string {
  const value = pair.slice(pair.indexOf('=') + 1);
  const plain = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return isJson(plain) ? plain : value;
}
