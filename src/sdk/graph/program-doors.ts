import {
  err,
  FabricError,
  failure,
  ok,
  type Bytes,
  type FabricErrorCode,
  type FabricFailure,
  type Result,
} from '../../core/index.ts';
import type { Recovery } from '../../placement/index.ts';
import type { Fabric } from '../fabric.ts';
import type { LeaseEnd, LeaseHandle } from '../lease/index.ts';
import type { Program, ProgramLease, ProgramNode, RecoverableCode, RunTarget } from '../program.ts';
import type { Abort } from '../run/index.ts';
import type { GraphDoors, GraphLease, HandedLease, NodeItem } from './graph.ts';
import { fitsPattern } from './items.ts';

/** Where a program runs as a whole. */
export interface ProgramStage {
  readonly fabric: Fabric;
  readonly program: Program;
  /** What is at a URL of the program: a module, a fixture. */
  readonly fetchBytes: (url: string) => Promise<Bytes>;
  /** Which cells its runs go to; any unless said otherwise. */
  readonly on?: RunTarget;
  /** Which cells lend its shared memory; any unless said otherwise. */
  readonly memoryOn?: RunTarget;
  /** Cancels its runs. */
  readonly signal?: Abort;
}

/** The doors of a graph that runs in a fabric, as any program could. */
export function programDoors(stage: ProgramStage): GraphDoors<FabricLease> {
  const modules = new Map<string, Promise<Bytes>>();
  const moduleAt = (url: string): Promise<Bytes> => {
    const module = modules.get(url) ?? stage.fetchBytes(url);
    modules.set(url, module);
    return module;
  };
  const taskletOf = ({ tasklet }: ProgramNode) => {
    const found = stage.program.tasklets.find(({ name }) => name === tasklet);
    if (found) return found;
    throw new FabricError({ code: 'tasklet_unknown', message: `${stage.program.name} declares no ${tasklet}` });
  };
  return {
    filesFor: (node) => filesFor(stage, node),
    async run(node, input, leases) {
      const tasklet = taskletOf(node);
      const { name, moduleUrl, fuel, memoryBytes, deadlineMs, priority, recovery } = tasklet;
      const { fabric, program, on = 'any', signal } = stage;
      const request = {
        program: program.name,
        tasklet: name,
        module: await moduleAt(moduleUrl),
        input: input.bytes,
        on,
        fuel,
        memoryBytes,
        deadlineMs,
        priority,
        ...(recovery.disconnected === undefined ? {} : { recovery: recovery.disconnected }),
        ...(leases.length > 0 ? { memory: leases.map(heldMemory) } : {}),
        // What is done at once is spread; what is done alone goes where its bytes are.
        ...(node.isFannedOut ? { strategy: 'spread' as const } : {}),
      };
      return fabric.start(request, signal ? { signal } : {}).finished;
    },
    recoveryFrom: (node, code) => declaredRecovery(taskletOf(node).recovery, code),
    acquire: (leases, waitMs) => acquire(stage, leases, waitMs),
  };
}

function heldMemory({ lease, operations }: HandedLease<FabricLease>) {
  return { leaseId: lease.leaseId, operations };
}

/** What a tasklet declares about a failure; nothing is done about what it does not mention. */
function declaredRecovery(recovery: Program['tasklets'][number]['recovery'], code: FabricErrorCode): Recovery {
  return isRecoverable(code) ? (recovery[code] ?? 'fail') : 'fail';
}

function isRecoverable(code: FabricErrorCode): code is RecoverableCode {
  return RECOVERABLE.has(code);
}

const RECOVERABLE: ReadonlySet<FabricErrorCode> = new Set<RecoverableCode>([
  'lease_expired',
  'revoked',
  'capacity_exceeded',
  'fenced',
  'disconnected',
  'fuel_exhausted',
]);

async function filesFor({ program, fetchBytes }: ProgramStage, { input }: ProgramNode): Promise<readonly NodeItem[]> {
  if (input.kind === 'none') return [{ label: '-', bytes: new Uint8Array(0) }];
  const { name: wanted } = input;
  const meant = program.fixtures.filter(({ name }) =>
    input.kind === 'fixture' ? name === wanted : fitsPattern(name, wanted),
  );
  return Promise.all(meant.map(async ({ name, url }) => ({ label: name, bytes: await fetchBytes(url) })));
}

async function acquire(
  { fabric, memoryOn = 'any', signal }: ProgramStage,
  leases: readonly ProgramLease[],
  waitMs: number,
): Promise<Result<readonly FabricLease[], FabricFailure>> {
  const orders = leases.map(({ sizeBytes, ttlMs, priority }) =>
    fabric.lease.mem({ bytes: sizeBytes }).ttl(ttlMs).tier(priority).on(memoryOn).keepAlive(),
  );
  try {
    const handles = await fabric.lease.all(orders, { waitMs, ...(signal ? { signal } : {}) });
    return ok(handles.map((handle) => new FabricLease(handle)));
  } catch (thrown) {
    if (!(thrown instanceof FabricError)) throw thrown;
    return err(thrown.toFailure());
  }
}

/** A shared lease of a graph, held in this fabric. */
export class FabricLease implements GraphLease {
  readonly #handle: LeaseHandle;
  #end: LeaseEnd | undefined;

  constructor(handle: LeaseHandle) {
    this.#handle = handle;
    void handle.ended.then((end) => {
      this.#end = end;
    });
  }

  get leaseId() {
    return this.#handle.leaseId;
  }

  get lessor() {
    return this.#handle.lessor;
  }

  /** Asks where the bytes are: word of an end may be on its way still. */
  async lost(): Promise<FabricFailure | undefined> {
    const seen = await this.#seen();
    // The end says best why; without one it is what the bytes said.
    return this.#end ? reasonOf(this.#end) : seen;
  }

  async read(): Promise<Bytes> {
    const region = await this.#handle.region();
    return region.read(0, this.#handle.quantity);
  }

  free(): Promise<void> {
    return this.#handle.free();
  }

  async #seen(): Promise<FabricFailure | undefined> {
    if (this.#end) return undefined;
    try {
      const region = await this.#handle.region();
      await region.read(0, 1);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof FabricError) return thrown.toFailure();
      throw thrown;
    }
  }
}

function reasonOf(end: LeaseEnd): FabricFailure {
  switch (end.type) {
    case 'LeaseExpired':
      return failure('lease_expired', 'a shared lease ran out');
    case 'LeaseFreed':
      return failure('lease_expired', 'a shared lease was given back');
    case 'LeaseRevoked':
      return end.reason === 'lessor_gone'
        ? failure('disconnected', 'the cell that lent a shared lease is gone, and the bytes with it')
        : failure('revoked', 'the lessor took a shared lease back');
  }
}
