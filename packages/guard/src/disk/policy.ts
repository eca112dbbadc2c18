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
  /** True where nothing below the directory can be anything but ignored: it is neither listed nor watched. */
  prunes(directory: FilePath): boolean;
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

function source(glob: string): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const c = glob[at] ?? '';
    const set = c === '[' ? /^\[(!?)([^\]/]+)\]/.exec(glob.slice(at)) : null;
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
      out += `[${set[1] === '!' ? '^/' : ''}${(set[2] ?? '').replaceAll(/[\\^]/g, String.raw`\$&`)}]`;
      at += set[0].length - 1;
    } else out += literal(c);
  }
  return out + ')'.repeat(depth);
}

export const globToRegExp = (glob: string): RegExp => new RegExp(`^(?:${source(glob)})$`, 'su');

/** First match wins; nothing matches: sealed. */
export function compilePolicies(rules: readonly PolicyRule[]): Policies {
  const compiled = rules
    .flatMap(({ glob, policy }) =>
      glob.endsWith('/')
        ? [glob.slice(0, -1), `${glob}**`].map((one) => ({ glob: one, policy }))
        : [{ glob, policy }],
    )
    .map((rule) => ({ ...rule, pattern: globToRegExp(rule.glob) }));
  const find = (path: FilePath) => compiled.findIndex((rule) => rule.pattern.test(path));
  return {
    of: (path) => compiled[find(path)]?.policy ?? 'sealed',
    prunes(directory) {
      // A name no file can have stands for all: only a rule that ends in `/**` treats every one of them alike, and
      // only where no earlier rule could pick some of them out.
      const at = find(`${directory}/\0`);
      const rule = compiled[at];
      if (rule?.policy !== 'ignored' || !/(?:^|\/)\*\*$/.test(rule.glob)) return false;
      return compiled.slice(0, at).every((earlier) => earlier.policy === 'ignored');
    },
  };
}
