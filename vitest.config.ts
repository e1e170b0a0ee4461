import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const SECONDS = 1_000;

/** One project a stage of `npm test`, so that a stage can be run alone: `npx vitest run --project unit`. */
function project(name: string, include: readonly string[], testTimeoutSeconds: number): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: { name, include: [...include], testTimeout: testTimeoutSeconds * SECONDS, hookTimeout: 60 * SECONDS },
  };
}

export default defineConfig({
  // Not vite.config.ts: tests in Node need no page, no server and no programs.
  root: import.meta.dirname,
  test: {
    environment: 'node',
    passWithNoTests: true,
    projects: [
      project('tidy', ['tests/tidy.test.ts'], 60),
      project('unit', ['tests/unit/**/*.test.ts', 'tests/ui/unit/**/*.test.ts'], 30),
      project('conformance', ['tests/conformance/**/*.test.ts', 'tests/kernels/**/*.test.ts'], 120),
      project('simulation', ['tests/sim/**/*.test.ts'], 120),
    ],
  },
});
