import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProgram, type BuiltProgram, type BuiltTasklet, type Expectation } from '../build/index.ts';
import { contentHash, equalBytes, fromUtf8, TASKLET_LIMITS, type Bytes } from '../../core/index.ts';
import { admit, WASM_PAGE_BYTES } from '../../tasklet/index.ts';
import type { ManifestTasklet } from '../../manifest/index.ts';
import { checkGraph, type GraphFixture } from './check-graph.ts';
import { makeFixtureLease, type FixtureLease } from './fixture-regions.ts';
import { FixtureRunner } from './fixture-runner.ts';
import type { FixtureResult } from './run-fixture.ts';
import type { Budget, CheckedFixture, CheckedTasklet, ValidationReport } from './report.ts';

/** A suggested budget over what the dearest fixture took: inputs of tomorrow are a little larger. */
const SPARE_FACTOR = 1.5;
const FUEL_SUGGESTED_MIN = 10_000;
/** How large a lease is that nothing says anything about. */
const LEASE_BYTES_DEFAULT = 1_048_576;

/** Builds the program in `directory`, admits its modules and runs its fixtures. Says on `say` what it is at. */
export async function validateProgram(directory: string, say: (text: string) => void): Promise<ValidationReport> {
  const built = await buildProgram(directory);
  if (!built.ok) return { version: 1, program: null, isValid: false, problems: built.error, tasklets: [], graph: [] };
  const runner = new FixtureRunner();
  try {
    const admitted = await Promise.all(built.value.tasklets.map(admissionOf));
    const isAdmitted = admitted.every(({ denials }) => denials.length === 0);
    if (isAdmitted && built.value.manifest.graph.length > 0) say('  the graph');
    const graph = isAdmitted ? await checkGraph(built.value, runner) : { nodes: [], runs: [] };
    const tasklets: CheckedTasklet[] = [];
    for (const each of admitted) tasklets.push(await checkTasklet(built.value, each, graph.runs, runner, say));
    const isValid =
      isAdmitted &&
      tasklets.every(({ fixtures }) => fixtures.every(({ isAsExpected }) => isAsExpected)) &&
      graph.nodes.every(({ isAsExpected }) => isAsExpected);
    const { name } = built.value.manifest.program;
    return { version: 1, program: name, isValid, problems: [], tasklets, graph: graph.nodes };
  } finally {
    await runner.close();
  }
}

interface Admitted {
  readonly tasklet: BuiltTasklet;
  readonly bytes: Bytes;
  readonly denials: CheckedTasklet['denials'];
}

async function admissionOf(tasklet: BuiltTasklet): Promise<Admitted> {
  const { declared, module, path } = tasklet;
  const bytes = new Uint8Array(await readFile(path));
  const admission = admit(bytes, { expectedHash: module, memoryBytesMax: declared.memoryBytes });
  const denials = admission.ok ? [] : admission.error.map(({ code, message }) => ({ code, message }));
  return { tasklet, bytes, denials };
}

/** What was run as a part of the graph is looked at, everything else is run with leases of its own. */
async function checkTasklet(
  program: BuiltProgram,
  { tasklet, bytes, denials }: Admitted,
  inGraph: readonly GraphFixture[],
  runner: FixtureRunner,
  say: (text: string) => void,
): Promise<CheckedTasklet> {
  const { declared, module, sizeBytes } = tasklet;
  const made = inGraph.filter((run) => run.tasklet === declared.name);
  const fixtures: CheckedFixture[] = [];
  for (const fixture of program.fixtures) {
    const expectation = fixture.expectations.find((each) => each.tasklet === declared.name);
    if (expectation === undefined || denials.length > 0) continue;
    const known = made.find(({ input }) => input === fixture.name);
    if (known !== undefined) {
      fixtures.push(await checkedAgainst(expectation, fixture.name, known.answer));
      continue;
    }
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
      leases: await leasesFor(program, declared, fixture.name),
    };
    fixtures.push(await checkedAgainst(expectation, fixture.name, await runner.run(order, deadlineMs)));
  }
  const ends = [...fixtures.map(({ error }) => error), ...made.map(({ answer }) => answer.result.error?.code)];
  const hasRun = ends.some((code) => code === undefined || code === 'tasklet_error');
  const fuelUsed = Math.max(
    0,
    ...fixtures.map((each) => each.fuelUsed),
    ...made.map(({ answer }) => answer.result.fuelUsed),
  );
  const memoryUsed = Math.max(
    0,
    ...fixtures.map((each) => each.peakMemoryBytes),
    ...made.map(({ answer }) => answer.peakMemoryBytes),
  );
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

/** Leases of a fixture that is run by itself: zeroed, or as `fixtures/leases/<tasklet>/<fixture>.<index>.bin` begins. */
async function leasesFor(
  { directory }: BuiltProgram,
  { name, leases }: ManifestTasklet,
  fixture: string,
): Promise<readonly FixtureLease[]> {
  const folder = join(directory, 'fixtures', 'leases', name);
  return Promise.all(
    Array.from({ length: leases }, async (_, index) => {
      const contents = await readFile(join(folder, `${fixture}.${index}.bin`)).catch(() => undefined);
      const sizeBytes = Math.max(LEASE_BYTES_DEFAULT, contents?.length ?? 0);
      return { buffer: makeFixtureLease(sizeBytes, contents), operations: ['read', 'write', 'atomic'] };
    }),
  );
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
