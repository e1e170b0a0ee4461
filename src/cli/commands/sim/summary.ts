import { FAULT_KINDS, noFaultsYet, type FaultCounts } from '../../../sim/index.ts';
import { formatCount, renderTable } from '../../terminal/index.ts';
import { commandFor, type SimPlan } from './plan.ts';
import type { SeedResult } from './seeds.ts';

/** What `grafos sim --json` prints. */
export interface SimSummary {
  readonly seeds: number;
  readonly steps: number;
  readonly cells: number;
  readonly faultsInjected: FaultCounts;
  readonly violations: number;
  readonly firstFailure?: {
    readonly seed: number;
    readonly rule: string;
    readonly text: string;
    readonly step: number;
    readonly command: string;
  };
  /** Seeds with violations, lowest first, at most a hundred. */
  readonly failedSeeds: readonly number[];
  readonly runs: number;
  readonly simulatedMs: number;
  readonly tookMs: number;
}

const FAILED_KEPT = 100;

/** Adds up what the seeds of a plan came to. */
export class Tally {
  readonly #plan: SimPlan;
  readonly #faults = noFaultsYet();
  readonly #failed: SeedResult[] = [];
  #seeds = 0;
  #violations = 0;
  #runs = 0;
  #simulatedMs = 0;

  constructor(plan: SimPlan) {
    this.#plan = plan;
  }

  add(result: SeedResult): void {
    this.#seeds++;
    this.#violations += result.violationCount;
    this.#runs += result.runs;
    this.#simulatedMs += result.simulatedMs;
    for (const kind of FAULT_KINDS) this.#faults[kind] += result.faultsInjected[kind];
    if (result.violationCount > 0) this.#failed.push(result);
  }

  progress(): string {
    return `${this.#seeds} of ${this.#plan.seeds} seeds, ${this.#violations} violations`;
  }

  summary(tookMs: number): SimSummary {
    const failed = this.#failed.toSorted((left, right) => left.seed - right.seed);
    const [first] = failed;
    const [violation] = first?.violations ?? [];
    const { cells, steps } = this.#plan;
    return {
      seeds: this.#seeds,
      steps,
      cells,
      faultsInjected: this.#faults,
      violations: this.#violations,
      ...(first && violation
        ? {
            firstFailure: {
              seed: first.seed,
              rule: violation.rule,
              text: violation.text,
              step: violation.step,
              command: commandFor(this.#plan, first.seed),
            },
          }
        : {}),
      failedSeeds: failed.slice(0, FAILED_KEPT).map(({ seed }) => seed),
      runs: this.#runs,
      simulatedMs: this.#simulatedMs,
      tookMs: Math.round(tookMs),
    };
  }
}

/** The same for people. */
export function inWords(summary: SimSummary): string {
  const { seeds, cells, steps, faultsInjected, violations, firstFailure, runs, simulatedMs, tookMs } = summary;
  const injected = FAULT_KINDS.map((kind) => [kind, formatCount(faultsInjected[kind])]);
  const minutes = (simulatedMs / 60_000).toFixed(1);
  const seconds = (tookMs / 1_000).toFixed(1);
  return [
    `${seeds} seeds of ${cells} cells and ${formatCount(steps)} steps: ${formatCount(runs)} runs in ${minutes} simulated minutes, ${seconds} s here.`,
    '',
    renderTable(['fault', 'injected'], injected),
    '',
    violations === 0 ? 'No violation.' : `${violations} violations in ${summary.failedSeeds.length} seeds.`,
    ...(firstFailure
      ? [
          `Seed ${firstFailure.seed}, step ${firstFailure.step}: ${firstFailure.rule}: ${firstFailure.text}`,
          firstFailure.command,
        ]
      : []),
  ].join('\n');
}
