import { defineConfig } from '@playwright/test';
import { CONTEXT_PERMISSIONS, findBrowser, launchArguments } from './src/cli/browser/index.ts';

const SECONDS = 1_000;
const PORT_DEFAULT = '5199';

const port = process.env['GRAFOS_TEST_PORT'] ?? PORT_DEFAULT;
const found = await findBrowser((text) => process.stderr.write(`${text}\n`));
// Playwright reads this file again in each of its workers; they need not search again.
process.env['GRAFOS_CHROMIUM'] = found.path;

export default defineConfig({
  testDir: 'tests',
  testMatch: ['browser/**/*.spec.ts', 'ui/*.spec.ts'],
  outputDir: 'test-results',
  timeout: 60 * SECONDS,
  // Several tabs a test are already more than two cores can do at once.
  workers: 1,
  forbidOnly: true,
  use: {
    baseURL: `http://localhost:${port}/`,
    permissions: [...CONTEXT_PERMISSIONS],
    trace: 'retain-on-failure',
    launchOptions: { executablePath: found.path, args: [...launchArguments()] },
  },
  projects: [{ name: 'chromium' }],
  webServer: {
    command: `node bin/grafos.js serve --preview --no-open --port ${port}`,
    url: `http://localhost:${port}/api/health`,
    timeout: 120 * SECONDS,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGINT', timeout: 5 * SECONDS },
  },
});
