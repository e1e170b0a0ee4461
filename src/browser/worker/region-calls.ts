import type { Bytes, Env, FabricFailure, LeaseId, Result } from '../../core/index.ts';
import { ok } from '../../core/index.ts';
import type { CellMemory, Neighbours } from '../../cell/index.ts';
import type { RegionBuffer, RegionDoor } from '../../memory/index.ts';
import { browserThread, THREAD_INDEX, type RegionCall, type RegionFound, type RegionReply } from '../both/index.ts';

type OpenRegion = (leaseId: LeaseId) => Promise<Result<RegionDoor, FabricFailure>>;

/** How this worker makes regions and uses them. */
export function cellMemory(env: Env, tab: number, neighbours: Neighbours): CellMemory {
  return {
    allocate,
    neighbours,
    thread: browserThread({ tab, index: THREAD_INDEX.cell }, env, (words, index, expected, timeoutMs) => {
      Atomics.wait(words, index, expected, timeoutMs);
    }),
  };
}

/** Shared with the tab's other threads where the page is isolated. */
function allocate(sizeBytes: number): RegionBuffer | undefined {
  try {
    return crossOriginIsolated ? new SharedArrayBuffer(sizeBytes) : new ArrayBuffer(sizeBytes);
  } catch {
    // There is no such piece of memory now.
    return undefined;
  }
}

/** Answers the page's calls about regions, in the order in which they come for each of them. */
export class RegionCalls {
  readonly #openRegion: OpenRegion;
  readonly #doors = new Map<LeaseId, Promise<Result<RegionDoor, FabricFailure>>>();

  constructor(port: MessagePort, openRegion: OpenRegion) {
    this.#openRegion = openRegion;
    port.onmessage = ({ data }: MessageEvent<RegionCall>) => {
      void this.#answer(data).then((answer) => {
        const reply: RegionReply = { id: data.id, answer };
        port.postMessage(reply, transferOf(answer));
      });
    };
  }

  /** Whoever asks from now on hears how it ended. */
  leaseEnded(leaseId: LeaseId): void {
    this.#doors.delete(leaseId);
  }

  async #answer(call: RegionCall): Promise<Result<unknown, FabricFailure>> {
    const door = await this.#door(call.leaseId);
    if (!door.ok) return door;
    switch (call.kind) {
      case 'open':
        return ok(found(door.value));
      case 'operate':
        return door.value.operate(call.batch);
      case 'wait':
        return door.value.wait(call.offset, call.expected, call.timeoutMs);
      case 'notices':
        return door.value.notices(call.seen, call.timeoutMs);
    }
  }

  #door(leaseId: LeaseId): Promise<Result<RegionDoor, FabricFailure>> {
    const known = this.#doors.get(leaseId);
    if (known) return known;
    const opening = this.#openRegion(leaseId);
    this.#doors.set(leaseId, opening);
    void opening.then((opened) => {
      if (!opened.ok && this.#doors.get(leaseId) === opening) this.#doors.delete(leaseId);
    });
    return opening;
  }
}

function found({ lessor, sizeBytes, shared }: RegionDoor): RegionFound {
  return { lessor, sizeBytes, ...(shared ? { shared } : {}) };
}

/** The bytes of an answer go over without being copied. */
function transferOf(answer: Result<unknown, FabricFailure>): Transferable[] {
  return answer.ok && answer.value instanceof Uint8Array && isOwn(answer.value) ? [answer.value.buffer] : [];
}

function isOwn(bytes: Uint8Array): bytes is Bytes {
  return bytes.buffer instanceof ArrayBuffer;
}
