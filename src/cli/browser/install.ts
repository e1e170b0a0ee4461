import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BROWSER_LIMITS } from './limits.ts';

interface Step {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Installs Chromium by the first way that works: the system's packages for root on Debian and its relatives, then
 * Playwright's own download. Answers why each way that was tried did not work.
 */
export async function installChromium(say: (text: string) => void): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const steps of waysToInstall()) {
    const problem = await runSteps(steps, say);
    if (problem === undefined) return problems;
    problems.push(problem);
  }
  return problems;
}

function waysToInstall(): readonly (readonly Step[])[] {
  const playwright = { command: process.execPath, args: [playwrightCommand(), 'install', 'chromium'] };
  const hasApt = process.platform === 'linux' && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!hasApt) return [[playwright]];
  const apt = (...args: readonly string[]): Step => ({ command: 'apt-get', args });
  return [[apt('update', '-qq'), apt('install', '-y', '-qq', '--no-install-recommends', 'chromium')], [playwright]];
}

function playwrightCommand(): string {
  const manifest = createRequire(import.meta.url).resolve('playwright-core/package.json');
  return join(dirname(manifest), 'cli.js');
}

async function runSteps(steps: readonly Step[], say: (text: string) => void): Promise<string | undefined> {
  for (const step of steps) {
    const shown = [step.command === process.execPath ? 'node' : step.command, ...step.args].join(' ');
    say(`$ ${shown}`);
    const problem = await runStep(step);
    if (problem !== undefined) return `\`${shown}\` ${problem}.`;
  }
  return undefined;
}

/** Runs a step with its output on standard error. Answers what went wrong, or undefined. */
function runStep(step: Step): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, {
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: BROWSER_LIMITS.installDeadlineMs,
    });
    child.once('error', (error) => resolve(`did not start: ${error.message}`));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `ended with code ${code ?? 'unknown'}` : `was stopped by ${signal}`);
    });
  });
}
