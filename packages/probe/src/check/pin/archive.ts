import type { Canary } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';

/** An answer a server gave in the first pinned visit, to be given again in those it is compared with. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly Protocol.Fetch.HeaderEntry[];
  /** Base64; decoded from whatever it was compressed with. */
  readonly body: string;
}

/**
 * The answers of the first pinned visit of a check. Given again where method, address and body are the same but for the
 * card, so that a server's nonces and tokens do not differ between cards.
 */
export interface Archive {
  keep(request: Protocol.Network.Request, canary: Canary, answer: Answer): void;
  /** What one visit is given: the same request asked again gets the next answer, at the end the last one again. */
  reader(canary: Canary): (request: Protocol.Network.Request) => Answer | null;
}

const MAX_BYTES = 48 * 1024 * 1024;

interface Kept {
  readonly answer: Answer;
  readonly canary: Canary;
}

export function createArchive(): Archive {
  const exact = new Map<string, Kept[]>();
  const masked = new Map<string, Kept[]>();
  let bytes = 0;
  const add = (map: Map<string, Kept[]>, key: string, kept: Kept): void => {
    const list = map.get(key);
    if (list) list.push(kept);
    else map.set(key, [kept]);
  };
  return {
    keep: (request, canary, answer) => {
      const key = keyOf(request);
      if (key === null || bytes + answer.body.length > MAX_BYTES) return;
      bytes += answer.body.length;
      add(exact, key, { answer, canary });
      add(masked, mask(key, canary), { answer, canary });
    },
    reader: (canary) => {
      const given = new Map<readonly Kept[], number>();
      return (request) => {
        const key = keyOf(request);
        if (key === null) return null;
        const list = exact.get(key) ?? masked.get(mask(key, canary));
        if (!list) return null;
        const turn = given.get(list) ?? 0;
        given.set(list, turn + 1);
        const kept = list[Math.min(turn, list.length - 1)];
        return kept ? withCard(kept, canary) : null;
      };
    },
  };
}

/** Null for a request whose body is not known. */
function keyOf(request: Protocol.Network.Request): string | null {
  const body = (request.postDataEntries ?? [])
    .map((entry) => Buffer.from(entry.bytes ?? '', 'base64').toString('latin1'))
    .join('');
  if (request.hasPostData && body === '') return null;
  return `${request.method} ${request.url}\n${withoutBoundary(body)}`;
}

/** The browser draws it anew for every form, in a way nobody can pin. */
const withoutBoundary = (body: string): string => {
  const boundary = /^--(-{4}WebKitFormBoundary\w{16})\r\n/.exec(body)?.[1];
  return boundary === undefined ? body : body.replaceAll(boundary, 'boundary');
};

/** The card's values, as forms and scripts write them, under the names of their fields. */
function mask(text: string, { card }: Canary): string {
  const [month = '', year = ''] = card.expiry.split('/');
  const groups = (glue: string): string => card.number.replace(/(\d{4})(?=\d)/g, `$1${glue}`);
  const values: readonly (readonly [string, string])[] = [
    ...[card.number, groups(' '), groups('-'), groups('+'), groups('%20')].map(
      (value) => [value, '{number}'] as const,
    ),
    ...[
      card.holder,
      card.holder.replaceAll(' ', '+'),
      card.holder.replaceAll(' ', '%20'),
      Buffer.from(card.holder, 'utf8').toString('latin1'),
    ].map((value) => [value, '{holder}'] as const),
    ...[
      card.expiry,
      `${month}%2F${year}`,
      `${month} / ${year}`,
      `${month}/20${year}`,
      `20${year}-${month}`,
    ].map((value) => [value, '{expiry}'] as const),
  ];
  let masked = text;
  for (const [value, name] of values) masked = masked.replaceAll(value, name);
  // Too short to be looked for anywhere: only where it stands alone.
  return masked.replace(new RegExp(`(?<![\\w.])(?:${card.code}|${month}${year})(?![\\w.])`, 'g'), '{short}');
}

/** A server that says the number back says this visit's. */
function withCard({ answer, canary: theirs }: Kept, ours: Canary): Answer {
  if (theirs.card.number === ours.card.number) return answer;
  const body = Buffer.from(answer.body, 'base64').toString('latin1');
  if (!body.includes(theirs.card.number)) return answer;
  return {
    ...answer,
    body: Buffer.from(body.replaceAll(theirs.card.number, ours.card.number), 'latin1').toString('base64'),
  };
}
