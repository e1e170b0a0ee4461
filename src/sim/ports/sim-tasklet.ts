import { failure, fromUtf8, utf8, type Bytes } from '../../core/index.ts';
import type { TaskletResult } from '../../tasklet/index.ts';
import { Prng } from '../prng.ts';

const ENDINGS = ['succeed', 'error', 'trap', 'hang'] as const;
export type SimEnding = (typeof ENDINGS)[number];

/** What a simulated tasklet does; its module is this, written down, so that every cell reads the same. */
export interface SimTasklet {
  readonly durationMs: number;
  readonly fuel: number;
  readonly ending: SimEnding;
  readonly outputBytes: number;
}

/** The module of a tasklet; `sizeBytes` makes it as large as wanted. */
export function moduleOf(tasklet: SimTasklet, sizeBytes = 0): Bytes {
  const { durationMs, fuel, ending, outputBytes } = tasklet;
  return utf8(`sim ${durationMs} ${fuel} ${ending} ${outputBytes}`.padEnd(sizeBytes, ' '));
}

/** What a module says, or undefined when it is no simulated tasklet. */
export function readModule(module: Uint8Array): SimTasklet | undefined {
  const words = fromUtf8(module.subarray(0, 96))?.trim().split(' ') ?? [];
  const [magic, durationMs, fuel, ended, outputBytes] = words;
  const ending = ENDINGS.find((each) => each === ended);
  if (magic !== 'sim' || ending === undefined) return undefined;
  return { durationMs: Number(durationMs), fuel: Number(fuel), ending, outputBytes: Number(outputBytes) };
}

/** How a tasklet ends by itself: the same on every cell. Undefined for one that never does. */
export function resultOf(tasklet: SimTasklet, input: Uint8Array, fuelLimit: number): TaskletResult | undefined {
  const { ending, fuel, outputBytes } = tasklet;
  if (ending === 'hang') return undefined;
  const nothing = new Uint8Array(0);
  if (fuel > fuelLimit) {
    const error = failure('fuel_exhausted', `the tasklet spent its ${fuelLimit} units of fuel`);
    return { status: 'failed', error, output: nothing, fuelUsed: fuelLimit, log: [] };
  }
  if (ending === 'succeed') {
    const output = new Prng(`${fuel}/${input.length}/${input.subarray(0, 32).join('.')}`).bytes(outputBytes);
    return { status: 'succeeded', responseText: `{"fuel":${fuel}}`, output, fuelUsed: fuel, log: [] };
  }
  const error =
    ending === 'error'
      ? failure('tasklet_error', 'the tasklet ended with error code 9')
      : failure('trapped', 'the tasklet crashed: unreachable');
  return { status: 'failed', error, output: nothing, fuelUsed: fuel, log: [] };
}
