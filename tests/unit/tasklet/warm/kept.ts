import { utf8 } from '../../../../src/core/index.ts';
import { KeptInstance, type Instantiate, type TaskletExports } from '../../../../src/tasklet/index.ts';
import { idOf, present } from '../../../support/index.ts';
import type { Call, FakeTasklet } from '../host/bench.ts';

export const FUEL = 1_000;
const PAGE_BYTES = 65_536;

export interface FakeInstance {
  readonly fuel: { value: bigint };
  readonly memory: { buffer: ArrayBuffer };
}

/** Makes instances whose exports are functions of a test; `made` counts them. */
export class FakeModule {
  made = 0;
  readonly #tasklet: (instance: FakeInstance) => FakeTasklet;

  constructor(tasklet: (instance: FakeInstance) => FakeTasklet) {
    this.#tasklet = tasklet;
  }

  readonly instantiate: Instantiate = (imports) => {
    this.made++;
    const functions = { ...imports['grafos_tasklet_v0'], ...imports['fabricbios_fbmu_v0'] };
    const call: Call = (name, ...args) => present(functions[name])(...(args as never[]));
    const instance = { fuel: { value: 0n }, memory: { buffer: new ArrayBuffer(PAGE_BYTES) } };
    const { init, run, finalize } = this.#tasklet(instance);
    const exports: TaskletExports = {
      ...instance,
      init: (contextBytes, reserved) => init?.(call, contextBytes, reserved),
      run: (inputBytes, reserved) => run?.(call, inputBytes, reserved) ?? 0,
      finalize: (status) => finalize?.(call, status),
    };
    return { ok: true, value: exports };
  };

  kept(isFresh = false): KeptInstance {
    return new KeptInstance(this.instantiate, {
      warmId: idOf.run('a'),
      context: utf8('the context'),
      submittedWallMs: 1_700_000_000_000,
      fuelLimit: FUEL,
      isFresh,
      regions: [],
    });
  }
}

/** Gives back what it got, behind the number of calls its memory counts; costs ten units. */
export function countingEcho(log: string[] = []): FakeModule {
  return new FakeModule(({ fuel, memory }) => ({
    init: () => {
      log.push('init');
      fuel.value -= 5n;
    },
    run: (call, inputBytes) => {
      const bytes = new Uint8Array(memory.buffer);
      bytes[0] = (bytes[0] ?? 0) + 1;
      fuel.value -= 10n;
      call('input_read', 1, inputBytes, 0);
      call('output_write', 0, inputBytes + 1);
      return 0;
    },
    finalize: (_call, status) => void log.push(`finalize ${status}`),
  }));
}
