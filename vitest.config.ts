import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Minutes each, with whole shops and many visits: begun last, one of them would run while the other worker idles. */
const LONG = [
  'omochabako',
  'library-checked',
  'autopilot',
  'drills/test/check',
  'bad-input',
  'hostile',
  'pin',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.includes(`${name}.test.ts`));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'drills/test/**/*.test.ts', 'scripts/**/*.test.ts'],
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Real browsers on a machine that does much else: in CI twice more tells a fault from a shortage. Each use is printed.
    retry: process.env['CI'] ? 2 : 0,
    sequence: { sequencer: LongFirst },
  },
});
