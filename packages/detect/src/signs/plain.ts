import type { RuleLanguage } from '@komainu/model';

/**
 * A text without what attackers vary: comments and spaces gone, escapes in strings decoded, strings glued that were cut into
 * pieces ('base'.'64_decode'), one kind of quote. Texts are latin1, one character a byte; the result is never longer than
 * the text and two bytes.
 */
export function plainOf(text: string, language: RuleLanguage): string {
  switch (language) {
    case 'php':
      return phpParts(text)
        .map((part) => squeeze(part, PHP))
        .join('\n');
    case 'js':
      return squeeze(text, JS);
    case 'json':
      return text.replaceAll('\\/', '/').replaceAll(/[ \t\r\n]+/g, ' ');
    case 'config':
    case 'cron':
      // A backslash at the end of a line goes on in the next one; a comment is no setting.
      return `\n${text}\n`
        .replaceAll(/\\\r?\n/g, ' ')
        .replaceAll(/[ \t]+/g, ' ')
        .replaceAll(/(^|\n) ?[#;][^\n]*/g, '$1');
  }
}

interface Dialect {
  readonly glue: string;
  readonly hash: boolean;
  readonly templates: boolean;
  readonly heredoc: boolean;
  /** The quote in which escapes are decoded; both where null. */
  readonly decodes: string | null;
}
const PHP: Dialect = { glue: '.', hash: true, templates: false, heredoc: true, decodes: '"' };
const JS: Dialect = { glue: '+', hash: false, templates: true, heredoc: false, decodes: null };

const OPEN = /<\?(?:(php)(?=[\s(/]|$)|=|(?=[\s$@/]))/gi;

/** What stands between PHP's tags: an apostrophe in the HTML around it must not be taken for a string. */
function phpParts(text: string): readonly string[] {
  const parts: string[] = [];
  const full = /<\?php[\s(/]/gi;
  let nextFull = -1;
  OPEN.lastIndex = 0;
  for (let open = OPEN.exec(text); open !== null; open = OPEN.exec(text)) {
    const from = open.index + open[0].length;
    if (nextFull < from) {
      full.lastIndex = from;
      nextFull = full.exec(text)?.index ?? Infinity;
    }
    // A short tag may be chance, in the bytes of a picture: what it opens must not swallow real code behind it.
    const until = open[1] === undefined ? Math.min(nextFull, text.length) : text.length;
    const end = endOfPhp(text, from, until);
    parts.push(`\n${text.slice(from, end)}\n`);
    OPEN.lastIndex = end;
  }
  return parts;
}

/** `?>` ends PHP in a comment of one line too, and not in a string. */
function endOfPhp(text: string, from: number, until: number): number {
  for (let at = from; at < until; at++) {
    const c = text[at];
    if (c === '?' && text[at + 1] === '>') return at;
    if (c === "'" || c === '"' || c === '`') at = endOfString(text, at, c);
    else if (c === '/' && text[at + 1] === '*') at = indexOr(text, '*/', at + 2) + 1;
    else if (c === '#' || (c === '/' && text[at + 1] === '/')) {
      while (at < until && text[at] !== '\n' && !(text[at] === '?' && text[at + 1] === '>')) at++;
      if (text[at] === '?') return at;
    } else if (c === '<' && text.startsWith('<<<', at)) at = Math.max(at, endOfHeredoc(text, at) - 1);
  }
  return until;
}

const indexOr = (text: string, what: string, from: number): number => {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
};

function endOfString(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

function endOfHeredoc(text: string, from: number): number {
  const head = /^<<<[ \t]*(['"]?)(\w{1,80})\1\r?\n/.exec(text.slice(from, from + 120));
  if (head === null) return from;
  const end = new RegExp(`\\n[ \\t]*${head[2] ?? ''}\\b`, 'g');
  end.lastIndex = from + head[0].length - 1;
  return end.exec(text) === null ? text.length : end.lastIndex;
}

const isWord = (c: string | undefined): boolean => c !== undefined && /[\w\x80-\xff]/.test(c);

function squeeze(text: string, dialect: Dialect): string {
  const out: string[] = ['\n'];
  let last = '\n';
  let space = false;
  let glued = false;
  const put = (piece: string) => {
    if (space && isWord(last) && isWord(piece[0])) out.push(' ');
    space = false;
    out.push(piece);
    last = piece.at(-1) ?? last;
  };
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? '';
    const next = text[at + 1];
    if (c === ' ' || c === '\t' || c === '\n' || c === '\r') {
      space = true;
    } else if (c === '/' && next === '*') {
      at = indexOr(text, '*/', at + 2) + 1;
      space = true;
    } else if ((c === '/' && next === '/') || (dialect.hash && c === '#' && next !== '[')) {
      at = indexOr(text, '\n', at) - 1;
      space = true;
    } else if (c === "'" || c === '"' || (c === '`' && dialect.templates)) {
      const end = endOfString(text, at, c);
      const inside = text.slice(at + 1, end);
      const decoded = dialect.decodes === null || dialect.decodes === c ? decode(inside) : inside;
      const shown = c !== "'" && runs(inside) ? decoded : quiet(decoded);
      if (glued) out.push(shown, "'");
      else put(`'${shown}'`);
      last = "'";
      glued = false;
      space = false;
      at = end;
    } else if (dialect.heredoc && c === '<' && text.startsWith('<<<', at)) {
      const end = endOfHeredoc(text, at);
      if (end === at) put(c);
      else {
        const inside = text.slice(at, end);
        put(`'${runs(inside) ? inside : quiet(inside)}'`);
        at = end - 1;
      }
    } else if (c === '/' && dialect.templates && /[(,=:[!&|?{};\n]/.test(last)) {
      const end = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//.exec(text.slice(at, at + 200));
      put(end === null ? c : '/');
      if (end !== null) at += end[0].length - 1;
    } else if (c === dialect.glue && last === "'" && startsString(text, at + 1)) {
      // The closing quote goes, with the operator and the opening quote to come.
      const closing = out.pop() ?? '';
      out.push(closing.slice(0, -1));
      glued = true;
    } else put(c);
  }
  out.push('\n');
  return out.join('');
}

/** Code in a string runs where the string is filled in: "{$f(1)}", `${f(1)}`. */
const runs = (inside: string): boolean => inside.includes('${') || inside.includes('{$');

/** Elsewhere what looks like a call in a string is none; signature lists of security software are full of them. */
const quiet = (inside: string): string => inside.replaceAll(/[(`]/g, ' ');

/** A string follows, after spaces and comments and nothing else. */
function startsString(text: string, from: number): boolean {
  for (let at = from; at < from + 400; at++) {
    const c = text[at] ?? '';
    if (c === "'" || c === '"') return true;
    if (c === '/' && text[at + 1] === '*') at = indexOr(text, '*/', at + 2) + 1;
    else if (!/\s/.test(c)) return false;
  }
  return false;
}

const decode = (inside: string): string =>
  inside.includes('\\')
    ? inside.replaceAll(
        /\\(?:x([0-9a-f]{1,2})|u00([0-9a-f]{2})|u\{0*([0-9a-f]{1,2})\}|([0-7]{2,3}))/gi,
        (
          whole,
          x: string | undefined,
          u: string | undefined,
          p: string | undefined,
          o: string | undefined,
        ) => {
          const code = o === undefined ? Number.parseInt(x ?? u ?? p ?? '', 16) : Number.parseInt(o, 8) & 255;
          return code >= 32 && code < 127 && code !== 39 ? String.fromCharCode(code) : whole;
        },
      )
    : inside;
