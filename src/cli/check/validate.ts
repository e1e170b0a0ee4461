import { readFile } from 'node:fs/promises';
import { buildProgram, type BuiltProgram, type BuiltTasklet, type Expectation } from '../build/index.ts';
import { contentHash, equalBytes, fromUtf8, TASKLET_LIMITS, type Bytes } from '../../core/index.ts';
import { admit, WASM_PAGE_BYTES } from '../../tasklet/index.ts';
import { FixtureRunner } from './fixture-runner.ts';
import type { FixtureResult } from './run-fixture.ts';
import type { Budget, CheckedFixture, CheckedTasklet, ValidationReport } from './report.ts';

/** A suggested budget over what the dearest fixture took: inputs of tomorrow are a little larger. */
const SPARE_FACTOR = 1.5;
const FUEL_SUGGESTED_MIN = 10_000;

/** Builds the program in `directory`, admits its modules and runs its fixtures. Says on `say` what it is at. */
export async function validateProgram(directory: string, say: (text: string) => void): Promise<ValidationReport> {
  const built = await buildProgram(directory);
  if (!built.ok) return { version: 1, program: null, isValid: false, problems: built.error, tasklets: [] };
  const runner = new FixtureRunner();
  try {
    const tasklets: CheckedTasklet[] = [];
    for (const tasklet of built.value.tasklets) tasklets.push(await checkTasklet(built.value, tasklet, runner, say));
    const isValid = tasklets.every(
      ({ denials, fixtures }) => denials.length === 0 && fixtures.every(({ isAsExpected }) => isAsExpected),
    );
    return { version: 1, program: built.value.manifest.program.name, isValid, problems: [], tasklets };
  } finally {
    await runner.close();
  }
}

async function checkTasklet(
  program: BuiltProgram,
  tasklet: BuiltTasklet,
  runner: FixtureRunner,
  say: (text: string) => void,
): Promise<CheckedTasklet> {
  const { declared, module, sizeBytes, path } = tasklet;
  const bytes = new Uint8Array(await readFile(path));
  const admission = admit(bytes, { expectedHash: module, memoryBytesMax: declared.memoryBytes });
  const denials = admission.ok ? [] : admission.error.map(({ code, message }) => ({ code, message }));
  const fixtures: CheckedFixture[] = [];
  for (const fixture of program.fixtures) {
    const expectation = fixture.expectations.find((each) => each.tasklet === declared.name);
    if (expectation === undefined || denials.length > 0) continue;
    say(`  ${declared.name} on ${fixture.name}`);
    const input = new Uint8Array(await readFile(fixture.path));
    const { fuel, memoryBytes, deadlineMs, name } = declared;
    const order = {
      program: program.manifest.program.name,
      tasklet: name,
      hash: module,
      module: bytes,
      input,
      fuel,
      memoryBytes,
    };
    fixtures.push(await checkedAgainst(expectation, fixture.name, await runner.run(order, deadlineMs)));
  }
  const hasRun = fixtures.some(({ error }) => error === undefined || error === 'tasklet_error');
  const fuelUsed = Math.max(0, ...fixtures.map((each) => each.fuelUsed));
  const memoryUsed = Math.max(0, ...fixtures.map((each) => each.peakMemoryBytes));
  return {
    name: declared.name,
    module,
    sizeBytes,
    denials,
    fuel: budget(declared.fuel, fuelUsed, hasRun ? suggestedFuel(fuelUsed) : undefined),
    memoryBytes: budget(declared.memoryBytes, memoryUsed, hasRun ? suggestedMemory(memoryUsed) : undefined),
    fixtures,
  };
}

async function checkedAgainst(
  expectation: Expectation,
  fixture: string,
  { result, peakMemoryBytes }: FixtureResult,
): Promise<CheckedFixture> {
  const expected = new Uint8Array(await readFile(expectation.path));
  const message = expectation.kind === 'output' ? outputProblem(result, expected) : errorProblem(result, expected);
  return {
    fixture,
    expected: expectation.kind,
    isAsExpected: message === undefined,
    ...(message === undefined ? {} : { message }),
    ...(result.error === undefined ? {} : { error: result.error.code }),
    output: contentHash(result.output),
    fuelUsed: result.fuelUsed,
    peakMemoryBytes,
  };
}

function outputProblem({ error, output }: FixtureResult['result'], expected: Bytes): string | undefined {
  if (error !== undefined) return `it failed: ${error.message}`;
  if (equalBytes(output, expected)) return undefined;
  const at = expected.findIndex((byte, index) => byte !== output[index]);
  const first = at < 0 ? expected.length : at;
  return `its output has ${output.length} bytes, ${expected.length} are expected; they differ from byte ${first} on`;
}

function errorProblem({ error, responseText }: FixtureResult['result'], expected: Bytes): string | undefined {
  if (error === undefined) return 'it succeeded, but an error of its own is expected';
  if (error.code !== 'tasklet_error') return `an error of its own is expected: ${error.message}`;
  const isSame = sameJson(responseText ?? '', fromUtf8(expected) ?? '');
  return isSame ? undefined : `its error is ${responseText ?? 'without a response'}, not the expected one`;
}

function sameJson(left: string, right: string): boolean {
  try {
    return JSON.stringify(JSON.parse(left)) === JSON.stringify(JSON.parse(right));
  } catch {
    return false;
  }
}

function budget(declared: number, used: number, suggested: number | undefined): Budget {
  return { declared, used, ...(suggested === undefined ? {} : { suggested }) };
}

/** Rounded up to two digits, so that it reads as the estimate it is. */
function suggestedFuel(used: number): number {
  const wanted = Math.max(FUEL_SUGGESTED_MIN, used * SPARE_FACTOR);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  return Math.min(TASKLET_LIMITS.fuelMax, Math.ceil(wanted / step) * step);
}

function suggestedMemory(used: number): number {
  const pages = Math.ceil((used * SPARE_FACTOR) / WASM_PAGE_BYTES);
  return Math.min(TASKLET_LIMITS.memoryBytesMax, Math.max(1, pages) * WASM_PAGE_BYTES);
}
