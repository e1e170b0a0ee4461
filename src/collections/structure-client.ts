import { FabricError } from '../core/index.ts';
import {
  ByteReader,
  ByteWriter,
  CALL_BYTES_MAX,
  callStructure,
  failureOfStatus,
  StructureFault,
  type LocalBytes,
  type Region,
} from '../memory/index.ts';

/** What every call begins with, and room for the arguments that come before a list. */
const CALL_FIXED_BYTES = 64;

/** One call of a structure: which operation, its arguments, and what its answer says. */
export interface StructureRequest<T> {
  readonly operation: number;
  readonly write?: (call: ByteWriter) => unknown;
  readonly read: (answer: ByteReader) => T;
}

/** One structure in a region, as those who call it see it. */
export class StructureClient {
  readonly region: Region;
  readonly base: number;
  readonly #structure: number;

  constructor(region: Region, base: number, structure: number) {
    this.region = region;
    this.base = base;
    this.#structure = structure;
  }

  /** One call where the bytes are. Rejects with FabricError: of the call, of the lease, or of an answer that is none. */
  async call<T>(request: StructureRequest<T>): Promise<T> {
    return answered(await this.region.call(this.#encode(request)), request);
  }

  /** One call at once, on bytes that this thread shares. */
  callNow<T>(local: LocalBytes, request: StructureRequest<T>): T {
    const call = this.#encode(request);
    requireLive(local);
    local.enter();
    let wake: number | undefined;
    try {
      // Nothing that is called at once reads the clock.
      const outcome = callStructure(local, call, { nowMs: 0 });
      ({ wake } = outcome);
      if (outcome.status !== 0) throw new FabricError(failureOfStatus(outcome.status));
      return answered(outcome.answer, request);
    } finally {
      local.leave(wake);
    }
  }

  #encode({ operation, write }: StructureRequest<unknown>): Uint8Array {
    const call = new ByteWriter().u8(this.#structure).u8(operation).u16(0).u32(0).u64(this.base);
    write?.(call);
    if (call.sizeBytes <= CALL_BYTES_MAX) return call.toBytes();
    const message = `${call.sizeBytes} bytes in one call; at most ${CALL_BYTES_MAX} go, wherever the region is`;
    throw new FabricError({ code: 'invalid_argument', message });
  }
}

/** Throws the failure of the lease's end when it has ended. */
export function requireLive(local: LocalBytes): void {
  const status = local.status();
  if (status !== 0) throw new FabricError(failureOfStatus(status));
}

/** Reads an answer; one that is cut short is not ours to explain. */
function answered<T>(answer: Uint8Array, { read }: StructureRequest<T>): T {
  try {
    return read(new ByteReader(answer));
  } catch (error) {
    if (!(error instanceof StructureFault)) throw error;
    throw new FabricError({ code: 'protocol_violation', message: `a structure answered nonsense: ${error.message}` });
  }
}

/** Throws what a program author is told of a fault in bytes that this thread reads itself. */
export function explainFault(error: unknown): never {
  if (error instanceof StructureFault) throw new FabricError(failureOfStatus(error.status), { cause: error });
  throw error;
}

/** Splits `items` into runs that fit one call each; `sizeOf` says how many bytes one takes in it. */
export function* callsOf<T>(items: readonly T[], sizeOf: (item: T) => number): Generator<readonly T[]> {
  let start = 0;
  let usedBytes = CALL_FIXED_BYTES;
  for (const [index, item] of items.entries()) {
    const itemBytes = sizeOf(item);
    if (usedBytes + itemBytes > CALL_BYTES_MAX && index > start) {
      yield items.slice(start, index);
      start = index;
      usedBytes = CALL_FIXED_BYTES;
    }
    usedBytes += itemBytes;
  }
  if (start < items.length) yield items.slice(start);
}

/** Checks an index or a count that a program author gave. */
export function requireCount(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new FabricError({ code: 'invalid_argument', message: `${what} is a whole number of 0 or more, not ${value}` });
}
