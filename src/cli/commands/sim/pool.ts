import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../../terminal/index.ts';
import { partsOf, wordsOf, type SimPlan } from './plan.ts';
import type { SeedResult } from './seeds.ts';

const COMMAND = fileURLToPath(new URL('../../../../bin/grafos.js', import.meta.url));

/** Runs `plan` over `workers` processes of this very command; `done` hears of each seed as it ends. */
export async function runInProcesses(
  plan: SimPlan,
  workers: number,
  done: (result: SeedResult) => void,
): Promise<void> {
  await Promise.all(partsOf(plan, workers).map((part) => runPart(part, done)));
}

/** One process a part: it prints a line of JSON for every seed. */
function runPart(part: SimPlan, done: (result: SeedResult) => void): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, 'sim', ...wordsOf(part), '--workers', '1', '--lines'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const left = new Set(Array.from({ length: part.seeds }, (_, index) => part.first + index));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (!line.startsWith('{')) return;
    const result: unknown = JSON.parse(line);
    if (!isSeedResult(result)) return;
    left.delete(result.seed);
    done(result);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    lines.once('close', () => {
      const [missing] = left;
      if (missing === undefined) return resolve();
      reject(CommandError.of('internal', `a process ended before it came to seed ${missing}`));
    });
  });
}

/** What our own process wrote; a stray line on its standard output is something else. */
function isSeedResult(value: unknown): value is SeedResult {
  return typeof value === 'object' && value !== null && 'seed' in value && 'faultsInjected' in value;
}
