import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildProblem } from '../build/index.ts';
import type { ContentHash, FabricErrorCode } from '../../core/index.ts';
import type { NodeOutcome } from '../../sdk/index.ts';
import type { AdmissionDenialCode } from '../../tasklet/index.ts';

/** Where the report goes, relative to the program. */
export const REPORT_FILE = '.grafos/validation.json';

/** What `grafos validate` has found out. It holds no time and no place: the same program, the same report. */
export interface ValidationReport {
  readonly version: 1;
  readonly program: string | null;
  readonly isValid: boolean;
  /** What keeps it from being built; then nothing else was looked at. */
  readonly problems: readonly BuildProblem[];
  readonly tasklets: readonly CheckedTasklet[];
  /** The nodes of its graph, run here with leases of this process; none when it has no graph or it was not run. */
  readonly graph: readonly CheckedNode[];
}

export interface CheckedNode {
  readonly node: string;
  readonly tasklet: string;
  readonly status: NodeOutcome['status'];
  readonly runs: number;
  /** SHA-256 of what it has put out, as `grafos deploy` and the page say it too. */
  readonly output: ContentHash;
  readonly isAsExpected: boolean;
  /** What is not as expected. */
  readonly message?: string;
}

export interface CheckedTasklet {
  readonly name: string;
  readonly module: ContentHash;
  readonly sizeBytes: number;
  /** Why no cell would take it; none when it is admitted. */
  readonly denials: readonly { readonly code: AdmissionDenialCode; readonly message: string }[];
  readonly fuel: Budget;
  readonly memoryBytes: Budget;
  readonly fixtures: readonly CheckedFixture[];
}

/** What the manifest allows, the most that any fixture took, and what would do. */
export interface Budget {
  readonly declared: number;
  readonly used: number;
  /** Absent when no fixture has run. */
  readonly suggested?: number;
}

export interface CheckedFixture {
  readonly fixture: string;
  readonly expected: 'output' | 'error';
  readonly isAsExpected: boolean;
  /** What is not as expected. */
  readonly message?: string;
  readonly error?: FabricErrorCode;
  readonly output: ContentHash;
  readonly fuelUsed: number;
  readonly peakMemoryBytes: number;
}

/** Writes the report of the program in `directory`; answers its path. */
export async function writeReport(directory: string, report: ValidationReport): Promise<string> {
  const path = join(directory, REPORT_FILE);
  await mkdir(join(directory, '.grafos'), { recursive: true });
  const partial = `${path}.${process.pid}.part`;
  await writeFile(partial, `${JSON.stringify(report, null, 2)}\n`);
  await rename(partial, path);
  return path;
}
