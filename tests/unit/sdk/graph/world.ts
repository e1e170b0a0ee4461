import { parseManifest, type Manifest } from '../../../../src/manifest/index.ts';
import {
  err,
  failure,
  fromUtf8,
  ok,
  toBase64,
  utf8,
  contentHash,
  type FabricErrorCode,
  type FabricFailure,
} from '../../../../src/core/index.ts';
import type {
  Artifacts,
  GraphDoors,
  GraphLease,
  HandedLease,
  NodeItem,
  ProgramLease,
  ProgramNode,
} from '../../../../src/sdk/index.ts';
import { idOf } from '../../../support/index.ts';

const HEAD = '[program]\nname = "sample"\nversion = "0.1.0"\n[tasklet.work]\nsource = "work.wat"\n';

export function graphOf(text: string): Manifest {
  const parsed = parseManifest(HEAD + text);
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'));
  return parsed.value;
}

export function item(label: string): NodeItem {
  return { label, bytes: utf8(label) };
}

/** A lease that says what was written to it, and can be lost. */
export class FakeLease implements GraphLease {
  readonly name: string;
  text = '';
  reason: FabricFailure | undefined;
  isFree = false;

  constructor(name: string) {
    this.name = name;
  }

  lost = () => Promise.resolve(this.reason);
  read = () => Promise.resolve(utf8(this.text));
  free = () => Promise.resolve(void (this.isFree = true));
}

/** A world in which a run puts out its node's name around its input, and fails as a script says. */
export class World implements GraphDoors<FakeLease> {
  readonly started: string[] = [];
  /** What was asked for together, with how long to wait; then what was taken. */
  readonly asked: string[] = [];
  readonly taken: FakeLease[] = [];
  recovery: Partial<Record<FabricErrorCode, ReturnType<GraphDoors['recoveryFrom']>>> = {};
  otherwise: ReturnType<GraphDoors['recoveryFrom']> = 'fail';
  /** Codes of the failures to come, by input. */
  readonly failures = new Map<string, FabricErrorCode[]>();
  refusal: FabricFailure | undefined;
  now = 0;
  most = 0;
  /** Done within a run. */
  during: (node: ProgramNode, leases: readonly HandedLease<FakeLease>[]) => void = () => undefined;

  filesFor = ({ input }: ProgramNode) =>
    Promise.resolve(
      input.kind === 'fixtures' ? ['a', 'b', 'c'].map(item) : [item(input.kind === 'none' ? '-' : input.name)],
    );

  run = async (node: ProgramNode, input: NodeItem, leases: readonly HandedLease<FakeLease>[]): Promise<Artifacts> => {
    this.started.push(`${node.name}(${input.label})`);
    this.most = Math.max(this.most, ++this.now);
    await Promise.resolve();
    this.now--;
    this.during(node, leases);
    for (const { lease } of leases) lease.text += node.name;
    const isOver = leases.some(({ lease }) => lease.reason !== undefined);
    const code = isOver ? 'tasklet_error' : this.failures.get(input.label)?.shift();
    const output = utf8(`${node.name}<${fromUtf8(input.bytes) ?? ''}>`);
    const status = code === undefined ? 'succeeded' : 'failed';
    return {
      response: {
        runId: idOf.run('1'),
        program: 'sample',
        tasklet: node.tasklet,
        module: contentHash(utf8('module')),
        input: contentHash(input.bytes),
        output: contentHash(output),
        outputBytes: output.length,
        submitter: idOf.cell('1'),
        attempt: 1,
        status,
        ...(code === undefined ? {} : { error: failure(code, 'as the script says') }),
        response: null,
        fuelUsed: 1,
        fuelLimit: 1,
        timings: { submittedWallMs: 0, queuedMs: 0, admittedMs: 0, runMs: 0, wallMs: 0 },
        leases: [],
        log: [],
      },
      outputBase64: toBase64(output),
    };
  };

  recoveryFrom = (_node: ProgramNode, code: FabricErrorCode) => this.recovery[code] ?? this.otherwise;

  acquire = (leases: readonly ProgramLease[], waitMs: number) => {
    this.asked.push(`${leases.map(({ name }) => name).join(' ')} ${waitMs}`);
    if (this.refusal) return Promise.resolve(err(this.refusal));
    const taken = leases.map(({ name }) => new FakeLease(name));
    this.taken.push(...taken);
    return Promise.resolve(ok(taken));
  };
}
