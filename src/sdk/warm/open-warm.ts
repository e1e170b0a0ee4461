import { FabricError, failure, freshId, isRunId, WARM_LIMITS, type Random } from '../../core/index.ts';
import type { Thread } from '../../memory/index.ts';
import type { WarmOrder } from '../program.ts';
import { aborted, onAbort, type Abort } from '../run/index.ts';
import { Instance } from './instance.ts';
import type { WarmPort } from './warm-port.ts';
import { OpenedWarm, type WarmTasklet } from './warm-tasklet.ts';

export interface WarmOptions {
  /** Instances, each with leases and a worker of its own, 1 to 16; 1 unless said otherwise. */
  readonly workers?: number;
  /** Closes it. */
  readonly signal?: Abort;
}

export interface WarmDoors {
  readonly port: WarmPort;
  readonly random: Random;
  readonly thread: Thread | undefined;
}

/** Opens all instances, or none. */
export async function openWarm(doors: WarmDoors, order: WarmOrder, options: WarmOptions = {}): Promise<WarmTasklet> {
  const { workers = 1, signal } = options;
  const refusal = refusalOf(order, workers);
  if (refusal) throw new FabricError(failure('invalid_argument', refusal));
  const instances: Instance[] = [];
  const closeAll = (): Promise<unknown> => Promise.all(instances.map((instance) => instance.close()));
  // One after the other: where the next one goes depends on what is free then.
  while (instances.length < workers) {
    const opened = await doors.port.openWarm(freshId(doors.random, isRunId), order);
    if (opened.ok) instances.push(new Instance(opened.value, order, doors.thread));
    if (opened.ok && signal?.aborted !== true) continue;
    await closeAll();
    throw opened.ok ? aborted('the warm tasklet') : new FabricError(opened.error);
  }
  const warm = new OpenedWarm(instances);
  const forget = onAbort(signal, () => void warm.close());
  void warm.ended.then(forget);
  return warm;
}

function refusalOf({ leases }: WarmOrder, workers: number): string | undefined {
  if (!Number.isSafeInteger(workers) || workers < 1 || workers > WARM_LIMITS.workersMax) {
    return `workers is a whole number from 1 to ${WARM_LIMITS.workersMax}`;
  }
  return leases && workers > 1 ? 'one pair of leases carries one instance' : undefined;
}
