import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltProgram } from '../build/index.ts';
import {
  assert,
  contentHash,
  equalBytes,
  failureOf,
  isCellId,
  isRunId,
  ok,
  toBase64,
  type Bytes,
  type FabricErrorCode,
} from '../../core/index.ts';
import {
  fitsPattern,
  outputHashOf,
  outputOf,
  runGraph,
  type Artifacts,
  type GraphDoors,
  type GraphLease,
  type NodeItem,
  type NodeOutcome,
  type ProgramNode,
} from '../../sdk/index.ts';
import type { FixtureRunner } from './fixture-runner.ts';
import { bytesOfLease, makeFixtureLease } from './fixture-regions.ts';
import type { CheckedNode } from './report.ts';
import type { FixtureResult } from './run-fixture.ts';

const NOBODY = '0'.repeat(32);

/** One run that a node of the graph has made. */
export interface GraphFixture {
  readonly tasklet: string;
  /** The fixture that was its input, or what its input was made of. */
  readonly input: string;
  readonly answer: FixtureResult;
}

export interface GraphCheck {
  readonly nodes: readonly CheckedNode[];
  readonly runs: readonly GraphFixture[];
}

interface LocalLease extends GraphLease {
  readonly buffer: SharedArrayBuffer;
}

/**
 * Runs the whole graph of a program here: the runner that a fabric's page has, with leases that are memory of this process.
 * A node whose runs are not fed by fixtures is held against `fixtures/expected/<node>/<node>.<ext>`.
 */
export async function checkGraph(program: BuiltProgram, runner: FixtureRunner): Promise<GraphCheck> {
  const runs: GraphFixture[] = [];
  const outcomes = await runGraph(program.manifest, doorsOf(program, runner, runs));
  const nodes = await Promise.all(outcomes.map((outcome) => checkedNode(program, outcome)));
  return { nodes, runs };
}

function doorsOf(program: BuiltProgram, runner: FixtureRunner, runs: GraphFixture[]): GraphDoors<LocalLease> {
  const { name } = program.manifest.program;
  return {
    filesFor: (node) => filesFor(program, node),
    async run(node, input, leases) {
      const { declared, module, path } = taskletOf(program, node);
      const { fuel, memoryBytes, deadlineMs } = declared;
      const order = {
        program: name,
        tasklet: declared.name,
        hash: module,
        module: new Uint8Array(await readFile(path)),
        input: input.bytes,
        fuel,
        memoryBytes,
        leases: leases.map(({ lease, operations }) => ({ buffer: lease.buffer, operations })),
      };
      const answer = await runner.run(order, deadlineMs);
      runs.push({ tasklet: declared.name, input: input.label, answer });
      return artifactsOf(program, node, input.bytes, answer);
    },
    recoveryFrom: (node, code) => recoveryIn(taskletOf(program, node).declared.recovery, code),
    acquire: (leases) =>
      Promise.resolve(
        ok(
          leases.map(({ sizeBytes }) => {
            const buffer = makeFixtureLease(sizeBytes);
            return {
              buffer,
              lost: () => Promise.resolve(undefined),
              read: () => Promise.resolve(bytesOfLease(buffer)),
              free: () => Promise.resolve(),
            };
          }),
        ),
      ),
  };
}

function taskletOf({ tasklets }: BuiltProgram, { tasklet }: ProgramNode) {
  const found = tasklets.find(({ declared }) => declared.name === tasklet);
  assert(found !== undefined, 'a node names a tasklet that is declared');
  return found;
}

function recoveryIn(recovery: object, code: FabricErrorCode): ReturnType<GraphDoors['recoveryFrom']> {
  // Nothing is ever lost here: only what may be gone without matters.
  return Object.entries(recovery).some(([name, said]) => name === code && said === 'degrade') ? 'degrade' : 'fail';
}

async function filesFor({ fixtures }: BuiltProgram, { input }: ProgramNode): Promise<readonly NodeItem[]> {
  if (input.kind === 'none') return [{ label: '-', bytes: new Uint8Array(0) }];
  const meant = fixtures.filter(({ name }) =>
    input.kind === 'fixture' ? name === input.name : fitsPattern(name, input.name),
  );
  return Promise.all(
    meant.map(async ({ name, path }) => ({ label: name, bytes: new Uint8Array(await readFile(path)) })),
  );
}

/** A run of this process, in the shape in which a fabric's are. */
function artifactsOf(program: BuiltProgram, node: ProgramNode, input: Bytes, { result }: FixtureResult): Artifacts {
  assert(isRunId(NOBODY) && isCellId(NOBODY), 'zeros are an id');
  const { declared, module } = taskletOf(program, node);
  const { status, error, output, fuelUsed, log } = result;
  return {
    response: {
      runId: NOBODY,
      program: program.manifest.program.name,
      tasklet: declared.name,
      module,
      input: contentHash(input),
      output: contentHash(output),
      outputBytes: output.length,
      submitter: NOBODY,
      attempt: 1,
      status,
      ...(error === undefined ? {} : { error: failureOf(error) }),
      response: null,
      fuelUsed,
      fuelLimit: declared.fuel,
      timings: { submittedWallMs: 0, queuedMs: 0, admittedMs: 0, runMs: 0, wallMs: 0 },
      leases: [],
      log,
    },
    outputBase64: toBase64(output),
  };
}

async function checkedNode({ directory }: BuiltProgram, outcome: NodeOutcome): Promise<CheckedNode> {
  const { node, tasklet, status, runs, failure } = outcome;
  const message = failure ? `it ${status}: ${failure.message}` : await outputProblem(directory, outcome);
  return {
    node,
    tasklet,
    status,
    runs: runs.length,
    output: outputHashOf(outcome),
    isAsExpected: message === undefined && status === 'succeeded',
    ...(message === undefined ? {} : { message }),
  };
}

async function outputProblem(directory: string, { node, runs }: NodeOutcome): Promise<string | undefined> {
  const folder = join(directory, 'fixtures', 'expected', node);
  const names = await readdir(folder).catch((): string[] => []);
  const name = names.find((each) => each.startsWith(`${node}.`));
  const [only] = runs;
  if (name === undefined || only === undefined) return undefined;
  const expected = new Uint8Array(await readFile(join(folder, name)));
  const output = outputOf(only.artifacts);
  if (runs.length === 1 && equalBytes(output, expected)) return undefined;
  return `its output of ${output.length} bytes is not fixtures/expected/${node}/${name}, which has ${expected.length}`;
}
