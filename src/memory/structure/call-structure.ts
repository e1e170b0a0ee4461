import type { Bytes } from '../../core/index.ts';
import { STATUS } from '../../tasklet/index.ts';
import type { LocalBytes } from '../region.ts';
import { Arena, ByteReader, ByteWriter, ensure, StructureFault } from './bytes/index.ts';
import { STRUCTURE } from './codes.ts';
import { hashMapOperations } from './hash-map/index.ts';
import type { Operation, Operations } from './operation.ts';
import { queueOperations } from './queue.ts';
import { barrierOperations, mutexOperations, onceOperations, watchCellOperations } from './sync/index.ts';
import { varVecOperations } from './var-vec.ts';
import { vecOperations } from './vec.ts';

const BASE_ALIGNMENT_BYTES = 8;
const NOTHING: Bytes = new Uint8Array(0);

/** What came of a call. */
export interface StructureOutcome {
  /** 0, or a status of ABI.md §2. */
  readonly status: number;
  readonly answer: Bytes;
  /** The word all of whose waiters are to be notified now. */
  readonly wake?: number;
}

const STRUCTURES: ReadonlyMap<number, Operations> = new Map([
  [STRUCTURE.vec, vecOperations],
  [STRUCTURE.varVec, varVecOperations],
  [STRUCTURE.hashMap, hashMapOperations],
  [STRUCTURE.queue, queueOperations],
  [STRUCTURE.mutex, mutexOperations],
  [STRUCTURE.barrier, barrierOperations],
  [STRUCTURE.once, onceOperations],
  [STRUCTURE.watchCell, watchCellOperations],
]);

/**
 * Executes one call on the bytes where they are (MEMORY.md §4), under the structure lock, which its caller holds.
 * Never throws for what a call or the bytes contain, and never reaches out of the region.
 */
export function callStructure(bytes: LocalBytes, call: Uint8Array, at: { readonly nowMs: number }): StructureOutcome {
  try {
    const args = new ByteReader(call);
    const [structure, code] = [args.u8(), args.u8()];
    const execute = STRUCTURES.get(structure)?.get(code);
    ensure(args.u16() === 0 && args.u32() === 0, 'a field that must be 0');
    const base = args.u64();
    if (execute === undefined) return { status: STATUS.unsupported, answer: NOTHING };
    ensure(base % BASE_ALIGNMENT_BYTES === 0, 'a base that is not aligned');
    const answer = new ByteWriter();
    const operation: Operation = { arena: new Arena(bytes.bytes), base, args, answer, nowMs: at.nowMs };
    execute(operation);
    const { wake } = operation;
    return { status: STATUS.ok, answer: answer.toBytes(), ...(wake === undefined ? {} : { wake }) };
  } catch (error) {
    if (error instanceof StructureFault) return { status: error.status, answer: NOTHING };
    throw error;
  }
}
