/**
 * Holds the arrows of the design: which package may import which. One screen, no tool to configure.
 * `node scripts/boundaries.ts` prints every breach and exits 1 when there is one.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Own packages each may import; `drills` and `bench` stand outside and may import all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  model: [],
  evidence: ['model'],
  detect: ['model'],
  probe: ['model', 'evidence'],
  guard: ['model', 'evidence'],
  shops: ['model', 'evidence'],
  respond: ['model', 'evidence'],
  console: ['model'],
  server: ['model', 'evidence', 'detect', 'probe', 'guard', 'shops', 'respond'],
  komainu: ['model', 'evidence', 'detect', 'probe', 'guard', 'shops', 'respond', 'server', 'console'],
};

/** The trust kernel needs nothing at run time beyond Node and its schema library. */
const KERNEL: Readonly<Record<string, readonly string[]>> = { model: ['zod'], evidence: [] };

const root = join(import.meta.dirname, '..');
const SPECIFIER =
  /(?:^|[\s;}])(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g;

export function importsOf(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(SPECIFIER)].map((match) => match[1] ?? match[2] ?? '');
}

/** Why `specifier` may not stand in `file` (of package `name`); undefined when it may. */
export function breach(name: string, file: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  if (specifier.startsWith('.')) {
    const target = relative(join(root, 'packages', name), resolve(dirname(file), specifier));
    return target.startsWith('..') ? `leaves its package by path: ${specifier}` : undefined;
  }
  const own = specifier.startsWith('@komainu/')
    ? (specifier.split('/')[1] ?? '')
    : specifier === 'komainu'
      ? 'komainu'
      : undefined;
  if (own !== undefined) {
    if (own === name || (ALLOWED[name] ?? []).includes(own)) return undefined;
    return `${name} may not import ${own}`;
  }
  const kernel = KERNEL[name];
  return kernel && !kernel.some((pkg) => specifier === pkg || specifier.startsWith(`${pkg}/`))
    ? `the trust kernel may not import ${specifier}`
    : undefined;
}

function main(): void {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root });
  const breaches = files.flatMap((path) => {
    const file = join(root, path);
    const name = path.split('/')[1] ?? '';
    return importsOf(readFileSync(file, 'utf8')).flatMap((specifier) => {
      const why = breach(name, file, specifier);
      return why === undefined ? [] : [`${path}: ${why}`];
    });
  });
  for (const line of breaches) console.error(line);
  console.log(`boundaries: ${files.length} files, ${breaches.length} breaches`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
