/** Deeper or longer than a form or a message of ours ever is. */
const MAX_LEAVES = 20_000;

/**
 * The values of a form or JSON body in their order, joined: a number cut into four inputs, or into one property per
 * digit, stands whole in it. Null when the text is neither.
 */
export function leavesOf(text: string): string | null {
  const start = text.trimStart()[0];
  if (start === '{' || start === '[') return jsonLeaves(text);
  if (/^[^=&\s]{1,200}=[^&]*&/.test(text))
    return text
      .split('&', MAX_LEAVES)
      .map((pair) => pair.slice(pair.indexOf('=') + 1))
      .join('');
  const parts = text.match(/\r\n\r\n[^\r\n]*(?=\r\n--)/g);
  return parts === null ? null : parts.slice(0, MAX_LEAVES).join('');
}

function jsonLeaves(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const leaves: string[] = [];
  const stack: unknown[] = [value];
  while (stack.length > 0 && leaves.length < MAX_LEAVES) {
    const item = stack.pop();
    if (typeof item === 'string' || typeof item === 'number') leaves.push(String(item));
    else if (item !== null && typeof item === 'object')
      stack.push(...Object.values(item).slice(0, MAX_LEAVES).toReversed());
  }
  return leaves.join('');
}
