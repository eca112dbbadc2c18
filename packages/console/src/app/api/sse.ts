/** One event of a `text/event-stream`, as the HTML standard reads it. A comment is a sign of life and nothing more. */
export type StreamItem =
  | { readonly kind: 'event'; readonly name: string; readonly id: string | null; readonly data: string }
  | { readonly kind: 'comment' };

/**
 * A parser to be fed with chunks as they come. Own and not `EventSource`, because that one hides comments (so a
 * connection that died without a word looks alive) and answers of 401.
 */
export const openParser = (): ((chunk: string) => readonly StreamItem[]) => {
  let buffer = '';
  let [name, data, id] = ['', [] as string[], null as string | null];
  const line = (text: string): StreamItem | null => {
    if (text === '') {
      const event: StreamItem | null =
        data.length === 0 ? null : { kind: 'event', name: name || 'message', id, data: data.join('\n') };
      [name, data] = ['', []];
      return event;
    }
    if (text.startsWith(':')) return { kind: 'comment' };
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
    return null;
  };
  return (chunk) => {
    buffer += chunk;
    const items: StreamItem[] = [];
    for (;;) {
      const end = /\r\n|\n|\r/.exec(buffer);
      // A CR at the very end may be the first half of CRLF: wait.
      if (end === null || (end[0] === '\r' && end.index === buffer.length - 1)) return items;
      const item = line(buffer.slice(0, end.index));
      buffer = buffer.slice(end.index + end[0].length);
      if (item !== null) items.push(item);
    }
  };
};
