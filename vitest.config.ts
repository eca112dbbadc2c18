import { defineConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestCase, type TestSpecification } from 'vitest/node';

/** Minutes each, with whole shops and many visits: begun last, one of them would run while the other worker idles. */
const LONG = [
  'omochabako',
  'library-checked',
  'autopilot',
  'drills/test/check',
  'bad-input',
  'hostile',
  'pin',
  'kills',
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

/** A test that passed at a second try still says what went wrong at the first. */
const RETRIES_TOLD: Reporter = {
  onTestCaseResult(test: TestCase) {
    const { state, errors } = test.result();
    if (state !== 'passed' || !errors) return;
    for (const { message, stack } of errors)
      process.stderr.write(`retried: ${test.fullName}\n${message}\n${stack ?? ''}\n`);
  },
};

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'drills/test/**/*.test.ts', 'scripts/**/*.test.ts'],
    isolate: false,
    // Visits and drills wait more than they work: two cores serve three. A machine that is nobody's takes its time.
    maxWorkers: process.env['CI'] ? 2 : 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', RETRIES_TOLD],
    // Real browsers on a machine that does much else: in CI twice more tells a fault from a shortage. Each use is printed, with why.
    retry: process.env['CI'] ? 2 : 0,
    sequence: { sequencer: LongFirst },
  },
});
