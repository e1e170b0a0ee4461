import { decodeLeaseRef } from '../../capability/index.ts';
import { failure, isLeaseId, RUN_LIMITS, TASKLET_LIMITS, utf8, type FabricFailure } from '../../core/index.ts';
import type { HeldMemory, RunRequest } from '../index.ts';

/** What is wrong with a request, before anything is asked of anyone. */
export function refusalOf(request: RunRequest): FabricFailure | undefined {
  const { module, input, fuel, memoryBytes, deadlineMs, memory = [] } = request;
  if (module.length > TASKLET_LIMITS.moduleBytesMax) {
    return failure(
      'module_rejected',
      `the module is ${module.length} bytes; ${TASKLET_LIMITS.moduleBytesMax} are allowed`,
    );
  }
  if (input.length > TASKLET_LIMITS.inputBytesMax) {
    return failure(
      'input_too_large',
      `the input is ${input.length} bytes; ${TASKLET_LIMITS.inputBytesMax} are allowed`,
    );
  }
  const isName = (name: string): boolean => name !== '' && utf8(name).length <= TASKLET_LIMITS.nameBytesMax;
  if (!isName(request.program) || !isName(request.tasklet)) {
    return failure('invalid_argument', `program and tasklet are names of 1 to ${TASKLET_LIMITS.nameBytesMax} bytes`);
  }
  if (fuel !== undefined && !isCount(fuel, TASKLET_LIMITS.fuelMax)) {
    return failure('invalid_argument', `fuel is a whole number from 1 to ${TASKLET_LIMITS.fuelMax}`);
  }
  if (memoryBytes !== undefined && !isCount(memoryBytes, TASKLET_LIMITS.memoryBytesMax)) {
    return failure('invalid_argument', `memoryBytes is a whole number from 1 to ${TASKLET_LIMITS.memoryBytesMax}`);
  }
  if (deadlineMs !== undefined && !isCount(deadlineMs, RUN_LIMITS.deadlineMsMax)) {
    return failure('invalid_argument', `deadlineMs is a whole number from 1 to ${RUN_LIMITS.deadlineMsMax}`);
  }
  if (memory.length > TASKLET_LIMITS.regionsMax) {
    return failure('invalid_argument', `a run is handed at most ${TASKLET_LIMITS.regionsMax} leases of memory`);
  }
  if (!memory.every(isMemoryRef)) {
    return failure('invalid_argument', 'memory is a list of LeaseRefs, each of a lease of memory, or of leases held');
  }
  return wishRefusal(request);
}

function isMemoryRef(text: string | HeldMemory): boolean {
  if (typeof text !== 'string') return isLeaseId(text.leaseId);
  const ref = decodeLeaseRef(text.trim());
  return ref.ok && ref.value.kind === 'mem';
}

function wishRefusal({ attempts, verify, memory, leases }: RunRequest): FabricFailure | undefined {
  if (attempts !== undefined && !isCount(attempts, RUN_LIMITS.attemptsMax)) {
    return failure('invalid_argument', `attempts is a whole number from 1 to ${RUN_LIMITS.attemptsMax}`);
  }
  if (verify === undefined) return undefined;
  if (!isCount(verify, RUN_LIMITS.verifyMax) || verify < 2) {
    return failure('invalid_argument', `verify is a whole number from 2 to ${RUN_LIMITS.verifyMax}`);
  }
  if (!memory && !leases) return undefined;
  return failure('invalid_argument', 'a run with memory or leases of its own cannot be done by several cells');
}

function isCount(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= max;
}
