import { TASKLET_LIMITS, utf8, type Bytes } from '../../../../src/core/index.ts';
import { GuestMemory, MemoryHost, TaskletHost, type HostOrder } from '../../../../src/tasklet/host/index.ts';
import { runTasklet, type TaskletExports, type TaskletResult } from '../../../../src/tasklet/index.ts';
import { idOf, present } from '../../../support/index.ts';

export const SUBMITTED_WALL_MS = 1_700_000_000_123;
export const FUEL = 1_000;
const PAGE_BYTES = 65_536;

export function orderOf(change: Partial<HostOrder> = {}): HostOrder {
  const context = utf8('the context');
  const input = utf8('some input');
  const submittedWallMs = SUBMITTED_WALL_MS;
  return { runId: idOf.run('a'), context, input, submittedWallMs, fuelLimit: FUEL, regions: [], ...change };
}

/** The imports of one run, bound to a memory of one page, called as a tasklet would call them. */
export class Imports {
  readonly host: TaskletHost;
  readonly fuel: { value: bigint };
  readonly progress: [number, number][] = [];
  memory = { buffer: new ArrayBuffer(PAGE_BYTES) };
  readonly #functions;

  constructor(change: Partial<HostOrder> = {}) {
    const order = orderOf(change);
    const guest = new GuestMemory();
    this.host = new TaskletHost(order, guest, (done, total) => this.progress.push([done, total]));
    this.fuel = { value: BigInt(order.fuelLimit) };
    guest.bind(this.memory, this.fuel);
    this.#functions = { ...this.host.functions(), ...new MemoryHost(order.regions, guest).functions() };
  }

  call(name: string, ...args: readonly (number | bigint)[]): number | bigint {
    return present(this.#functions[name])(...(args as never[]));
  }

  get spent(): number {
    return FUEL - Number(this.fuel.value);
  }

  /** Puts `bytes` into the memory at `ptr`. */
  poke(ptr: number, bytes: Uint8Array): void {
    new Uint8Array(this.memory.buffer).set(bytes, ptr);
  }

  peek(ptr: number, length: number): Bytes {
    return new Uint8Array(this.memory.buffer).slice(ptr, ptr + length);
  }

  /** What `memory.grow` does: the old buffer is gone. */
  grow(pages: number): void {
    const grown = new ArrayBuffer(this.memory.buffer.byteLength + pages * PAGE_BYTES);
    new Uint8Array(grown).set(new Uint8Array(this.memory.buffer));
    this.memory.buffer = grown;
  }
}

export type Call = (name: string, ...args: readonly (number | bigint)[]) => number | bigint;

export interface FakeTasklet {
  init?: (call: Call, contextBytes: number, reserved: number) => void;
  run?: (call: Call, inputBytes: number, reserved: number) => number;
  finalize?: (call: Call, status: number) => void;
}

/** Runs a tasklet whose exports are functions of this test. `fuel` and `memory` are the instance's own. */
export function runFake(
  tasklet: (instance: { fuel: { value: bigint }; memory: { buffer: ArrayBuffer } }) => FakeTasklet,
  change: Partial<HostOrder> = {},
  progress: (done: number, total: number) => void = () => undefined,
): TaskletResult {
  return runTasklet(
    (imports) => {
      const functions = { ...imports['grafos_tasklet_v0'], ...imports['fabricbios_fbmu_v0'] };
      const call: Call = (name, ...args) => present(functions[name])(...(args as never[]));
      const instance = { fuel: { value: 0n }, memory: { buffer: new ArrayBuffer(PAGE_BYTES) } };
      const { init, run, finalize } = tasklet(instance);
      const exports: TaskletExports = {
        ...instance,
        init: (contextBytes, reserved) => init?.(call, contextBytes, reserved),
        run: (inputBytes, reserved) => run?.(call, inputBytes, reserved) ?? 0,
        finalize: (status) => finalize?.(call, status),
      };
      return { ok: true, value: exports };
    },
    orderOf(change),
    progress,
  );
}

export const LIMITS = TASKLET_LIMITS;
