import { fileURLToPath } from 'node:url';

/** A sibling module that is started apart: the source when we run from source, the build when from the build. */
export function sibling(
  base: string,
  name: string,
): { readonly path: string; readonly execArgv: readonly string[] } {
  const source = base.endsWith('.ts');
  return {
    path: fileURLToPath(new URL(source ? `${name}.ts` : `${name}.js`, base)),
    // Not what the parent was started with: a test runner's own flags would be refused.
    execArgv: source ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : [],
  };
}
