import type { Bytes } from '../../core/index.ts';
import type { AtomicCode } from '../batch/index.ts';
import type { WaitEnd } from '../region.ts';

/** Does one operation at a time, wherever the bytes are. Rejects with `FabricError`. */
export interface Performer {
  read(offset: number, length: number): Promise<Bytes>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  fill(offset: number, length: number, value: number): Promise<void>;
  atomic32(code: AtomicCode, offset: number, value: number, replacement: number): Promise<number>;
  atomic64(code: AtomicCode, offset: number, value: bigint, replacement: bigint): Promise<bigint>;
  notify(offset: number, count: number): Promise<number>;
  call(call: Uint8Array): Promise<Bytes>;
  wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd>;
  /** The count of notifies once it is no longer `seen`, or after `timeoutMs`. */
  notices(seen: number | undefined, timeoutMs: number): Promise<number>;
}
