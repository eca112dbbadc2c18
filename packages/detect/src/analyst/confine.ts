import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * How a process that handles scripts of strangers is started: it may read its own modules and nothing else, writes
 * no file, starts nothing, loads no native code, makes no code from text. A parser needs none of that; should one be
 * talked into something, it has nothing to do it with.
 * @param heap in MB
 */
export function confined(path: string, packages: readonly string[], heap: number): readonly string[] {
  const source = path.endsWith('.ts');
  return [
    // Not what the parent was started with: a test runner's own flags would be refused.
    ...(source ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : []),
    '--permission',
    ...readable(path, packages).map((place) => `--allow-fs-read=${place}`),
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${heap}`,
    // Half of the usual 8 MB: what nests deeper ends in an error that can be caught.
    '--stack-size=3900',
  ];
}

/** A sibling module that is started apart: the source when we run from source, the build when from the build. */
export const sibling = (base: string, name: string): string =>
  fileURLToPath(new URL(base.endsWith('.ts') ? `${name}.ts` : `${name}.js`, base));

/** Its own package, its siblings in this repository, and every `node_modules` its packages lie in. */
function readable(path: string, packages: readonly string[]): readonly string[] {
  const places = new Set([join(dirname(path), '..', '..')]);
  for (const name of packages) {
    const file = resolved(name);
    if (file === null) continue;
    const at = file.lastIndexOf(`${sep}node_modules${sep}`);
    places.add(at === -1 ? join(dirname(file), '..') : `${file.slice(0, at)}${sep}node_modules`);
  }
  return [...places];
}

function resolved(name: string): string | null {
  try {
    return fileURLToPath(import.meta.resolve(name));
  } catch {
    return null;
  }
}
