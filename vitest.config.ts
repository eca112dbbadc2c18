import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'drills/test/**/*.test.ts', 'scripts/**/*.test.ts'],
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Real browsers on a machine that does much else: once more alone tells a fault from a shortage. Each use is printed.
    retry: 1,
  },
});
