import type { FilePath, PathPolicy } from '@komainu/model';

export interface PolicyRule {
  readonly glob: string;
  readonly policy: PathPolicy;
}

/**
 * How each path is treated. Globs match the whole FilePath: `*` and `?` stay inside a name, `**` crosses
 * directories, `{a,b}` chooses, `[ab]` is a set; `uploads/` stands for the directory and everything in it. A backslash
 * is a backslash, since FilePaths are written with it.
 */
export interface Policies {
  of(path: FilePath): PathPolicy;
  /** The place of the rule that treats the path, from 0; -1 where none does. */
  ruleOf(path: FilePath): number;
  /** True where nothing below the directory can be anything but ignored: it is neither listed nor watched. */
  prunes(directory: FilePath): boolean;
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/** The set that begins there; null where it is none (unclosed, or backwards: `[z-a]`), and `[` is itself. */
function setAt(glob: string, at: number): { readonly source: string; readonly length: number } | null {
  const [all, not, names] = /^\[(!?)([^\]/]+)\]/.exec(glob.slice(at)) ?? [];
  if (all === undefined || names === undefined) return null;
  const set = `[${not === '!' ? '^/' : ''}${names.replaceAll(/[\\^[]/g, String.raw`\$&`)}]`;
  try {
    return { source: new RegExp(set, 'u').source, length: all.length };
  } catch {
    return null;
  }
}

function source(glob: string): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const c = glob[at] ?? '';
    const set = c === '[' ? setAt(glob, at) : null;
    if (glob.startsWith('**/', at) && (at === 0 || glob[at - 1] === '/')) {
      out += '(?:[^/]+/)*';
      at += 2;
    } else if (glob.startsWith('**', at)) {
      out += '.*';
      at += 1;
    } else if (c === '*') out += '[^/]*';
    else if (c === '?') out += '[^/]';
    else if (c === '{' && glob.indexOf('}', at) > at) {
      depth += 1;
      out += '(?:';
    } else if (c === '}' && depth > 0) {
      depth -= 1;
      out += ')';
    } else if (c === ',' && depth > 0) out += '|';
    else if (set) {
      out += set.source;
      at += set.length - 1;
    } else out += literal(c);
  }
  return out + ')'.repeat(depth);
}

export const globToRegExp = (glob: string): RegExp =>
  glob.endsWith('/')
    ? new RegExp(`^(?:${source(glob.slice(0, -1))})(?:/.*)?$`, 'su')
    : new RegExp(`^(?:${source(glob)})$`, 'su');

/** Matches what lies below a directory that the rule takes whole; null where it may pick some names out. */
const wholeOf = (glob: string): RegExp | null =>
  /(?:^|\/)\*\*$/.test(glob) ? globToRegExp(glob) : glob.endsWith('/') ? globToRegExp(`${glob}**`) : null;

/** First match wins; nothing matches: sealed. */
export function compilePolicies(rules: readonly PolicyRule[]): Policies {
  const compiled = rules.map((rule) => ({
    ...rule,
    pattern: globToRegExp(rule.glob),
    whole: wholeOf(rule.glob),
  }));
  const ruleOf = (path: FilePath) => compiled.findIndex((rule) => rule.pattern.test(path));
  return {
    of: (path) => compiled[ruleOf(path)]?.policy ?? 'sealed',
    ruleOf,
    prunes(directory) {
      // A name no file can have stands for all: only a rule that takes the directory whole treats every one of them
      // alike, and only where no earlier rule could pick some of them out.
      const any = `${directory}/\0`;
      const at = ruleOf(any);
      const rule = compiled[at];
      if (rule?.policy !== 'ignored' || rule.whole?.test(any) !== true) return false;
      return compiled.slice(0, at).every((earlier) => earlier.policy === 'ignored');
    },
  };
}
