import { parseArgs } from 'node:util';

const VARIANTS = ['page', 'unguarded', 'server-side', 'notice'] as const;
export type Variant = (typeof VARIANTS)[number];

export interface DrillOptions {
  readonly variant: Variant;
  readonly serve: boolean;
  readonly json: boolean;
  /** Times are told but not judged: a busy machine is not a fault. */
  readonly untimed: boolean;
  /** A single visit a check, where the checks are not the point. */
  readonly depth?: 'one';
  readonly language: 'en' | 'ja';
}

/** Reads the command line; says what is wrong with it and leaves with 64. */
export function readOptions(args: readonly string[]): DrillOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      variant: { type: 'string', default: 'page' },
      serve: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      untimed: { type: 'boolean', default: false },
      'one-visit': { type: 'boolean', default: false },
      lang: { type: 'string', default: 'en' },
    },
  });
  const variant = VARIANTS.find((one) => one === values.variant);
  if (!variant) {
    process.stderr.write(
      `omochabako-2019: there is no variant "${values.variant}"; there are: ${VARIANTS.join(', ')}\n`,
    );
    process.exit(64);
  }
  return {
    variant,
    serve: values.serve,
    json: values.json,
    untimed: values.untimed,
    ...(values['one-visit'] ? { depth: 'one' } : {}),
    language: values.lang === 'ja' ? 'ja' : 'en',
  };
}
