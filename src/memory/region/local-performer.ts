import { FabricError, type Bytes } from '../../core/index.ts';
import { atomic32, atomic64, type AtomicCode } from '../batch/index.ts';
import type { LocalRegion } from '../local/index.ts';
import type { WaitEnd } from '../region.ts';
import { failureOfStatus, MEMORY_STATUS } from '../status.ts';
import type { Performer } from './performer.ts';

/** Operations on bytes that this thread shares: done when the call returns. */
export class LocalPerformer implements Performer {
  readonly #region: LocalRegion;
  /** Where a call of a structure goes when its lock is taken and this thread may not wait for it. */
  readonly #owner: Performer;

  constructor(region: LocalRegion, owner: Performer) {
    this.#region = region;
    this.#owner = owner;
  }

  read(offset: number, length: number): Promise<Bytes> {
    const status = this.#region.check(offset, length);
    if (status !== MEMORY_STATUS.ok) return refused(status);
    const bytes = new Uint8Array(length);
    return settled(this.#region.read(offset, bytes), bytes);
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return settled(this.#region.write(offset, bytes), undefined);
  }

  fill(offset: number, length: number, value: number): Promise<void> {
    return settled(this.#region.fill(offset, length, value), undefined);
  }

  atomic32(code: AtomicCode, offset: number, value: number, replacement: number): Promise<number> {
    const status = this.#region.checkAtomic(offset, 4);
    if (status !== MEMORY_STATUS.ok) return refused(status);
    return Promise.resolve(atomic32(this.#region.u32, code, offset / 4, value, replacement));
  }

  atomic64(code: AtomicCode, offset: number, value: bigint, replacement: bigint): Promise<bigint> {
    const status = this.#region.checkAtomic(offset, 8);
    if (status !== MEMORY_STATUS.ok) return refused(status);
    return Promise.resolve(atomic64(this.#region.u64, code, offset / 8, value, replacement));
  }

  notify(offset: number, count: number): Promise<number> {
    const woken = this.#region.notify(offset, count);
    return woken < 0 ? refused(woken) : Promise.resolve(woken);
  }

  call(call: Uint8Array): Promise<Bytes> {
    const called = this.#region.call(call);
    return called ? settled(called.status, called.answer) : this.#owner.call(call);
  }

  async wait(offset: number, expected: number, timeoutMs: number): Promise<WaitEnd> {
    const end = await this.#region.wait(offset, expected, timeoutMs);
    return typeof end === 'number' ? refused(end) : end;
  }

  async notices(seen: number | undefined, timeoutMs: number): Promise<number> {
    const end = seen === undefined ? this.#region.status() : await this.#region.waitNotices(seen, timeoutMs);
    return typeof end === 'number' && end !== MEMORY_STATUS.ok ? refused(end) : this.#region.notices;
  }
}

function settled<T>(status: number, value: T): Promise<T> {
  return status === MEMORY_STATUS.ok ? Promise.resolve(value) : refused(status);
}

function refused(status: number): Promise<never> {
  return Promise.reject(new FabricError(failureOfStatus(status)));
}
