import {
  err,
  FabricError,
  failure,
  ok,
  WIRE_LIMITS,
  type FabricFailure,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import type { RegionDoor } from '../../memory/index.ts';
import type { RegionCall, RegionFound, RegionReply, WorkerWatch } from '../both/index.ts';

type Asked = RegionCall extends infer Call ? (Call extends RegionCall ? Omit<Call, 'id'> : never) : never;

/** The cell worker is to give up first. */
const MARGIN_MS = 1_000;

/** The page's way to regions: to the bytes themselves where they are in this tab, else by messages to the cell worker. */
export class RegionDoors {
  readonly #port: MessagePort;
  readonly #watch: WorkerWatch;
  readonly #pending = new Map<number, (answer: RegionReply['answer']) => void>();
  #nextId = 1;

  constructor(port: MessagePort, watch: WorkerWatch) {
    this.#port = port;
    this.#watch = watch;
    port.onmessage = ({ data }: MessageEvent<RegionReply>) => {
      this.#pending.get(data.id)?.(data.answer);
      this.#pending.delete(data.id);
    };
  }

  async open(leaseId: LeaseId): Promise<Result<RegionDoor, FabricFailure>> {
    const found = await this.#ask<RegionFound>({ kind: 'open', leaseId });
    if (!found.ok) return found;
    const ask = <T>(asked: Asked, timeoutMs = 0, transfer: Transferable[] = []): Promise<Result<T, FabricFailure>> =>
      this.#ask<T>(asked, timeoutMs, transfer);
    return ok({
      leaseId,
      ...found.value,
      operate: (batch) => ask({ kind: 'operate', leaseId, batch }, 0, [batch.buffer]),
      wait: (offset, expected, timeoutMs) => ask({ kind: 'wait', leaseId, offset, expected, timeoutMs }, timeoutMs),
      notices: (seen, timeoutMs) => ask({ kind: 'notices', leaseId, seen, timeoutMs }, timeoutMs),
      close: () => undefined,
    });
  }

  async #ask<T>(asked: Asked, timeoutMs = 0, transfer: Transferable[] = []): Promise<Result<T, FabricFailure>> {
    const id = this.#nextId++;
    const answered = new Promise<RegionReply['answer']>((resolve) => this.#pending.set(id, resolve));
    this.#port.postMessage({ ...asked, id }, transfer);
    const deadlineMs = timeoutMs + 2 * WIRE_LIMITS.callDeadlineMs + MARGIN_MS;
    try {
      // The worker answers each call with what belongs to its kind.
      return (await this.#watch.guard(answered, deadlineMs, 'reaching leased memory')) as Result<T, FabricFailure>;
    } catch (error) {
      this.#pending.delete(id);
      return err(error instanceof FabricError ? error.toFailure() : failure('internal', String(error)));
    }
  }
}
