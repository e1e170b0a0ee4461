import { setImmediate } from 'node:timers/promises';
import { simulate, type SimReport } from '../../../sim/index.ts';
import { faultModelOf, type SimPlan } from './plan.ts';

/** What a summary keeps of one seed. */
export type SeedResult = Omit<SimReport, 'trace'>;

/** Runs the seeds of `plan` one after the other in this process. */
export async function* runSeeds(plan: SimPlan, isTraced: boolean): AsyncGenerator<SimReport> {
  const rejections: string[] = [];
  const note = (reason: unknown): void => {
    rejections.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
  };
  process.on('unhandledRejection', note);
  try {
    for (let seed = plan.first; seed < plan.first + plan.seeds; seed++) {
      const report = await runSeed(plan, seed, isTraced);
      // Node tells of rejections that nobody handled once the promises have come to rest.
      await setImmediate();
      const found = rejections.splice(0);
      yield found.reduce((told, text) => broken(told, 'cells do not throw', text), report);
    }
  } finally {
    process.off('unhandledRejection', note);
  }
}

async function runSeed(plan: SimPlan, seed: number, isTraced: boolean): Promise<SimReport> {
  const { cells, steps } = plan;
  const options = { seed, cells, steps, faults: faultModelOf(plan.faults), isTraced };
  const report = await simulate(options);
  if (!plan.isReplayed) return report;
  const again = await simulate(options);
  if (again.digest === report.digest) return report;
  return broken(report, 'a seed does the same again', `${report.digest}, then ${again.digest}`);
}

function broken(report: SimReport, rule: string, text: string): SimReport {
  const { steps, healSteps, simulatedMs, violationCount, violations } = report;
  const found = { rule, text, step: steps + healSteps, atMs: simulatedMs };
  return { ...report, violationCount: violationCount + 1, violations: [...violations, found] };
}
