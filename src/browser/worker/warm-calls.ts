import type { WarmDoor } from '../../cell/index.ts';
import { err, failure, ok, type Bytes, type FabricFailure, type Result, type RunId } from '../../core/index.ts';
import type { WarmOrder } from '../../sdk/index.ts';
import type { WarmCall, WarmFound, WarmReply } from '../both/index.ts';

type OpenWarm = (warmId: RunId, order: WarmOrder) => Promise<Result<WarmDoor, FabricFailure>>;

/** Answers the page's calls about its warm tasklets, and tells of their ends. */
export class WarmCalls {
  readonly #port: MessagePort;
  readonly #open: OpenWarm;
  readonly #doors = new Map<RunId, WarmDoor>();

  constructor(port: MessagePort, open: OpenWarm) {
    this.#port = port;
    this.#open = open;
    port.onmessage = ({ data }: MessageEvent<WarmCall>) => {
      void this.#answer(data).then((answer) =>
        this.#reply({ kind: 'answer', id: data.id, answer }, transferOf(answer)),
      );
    };
  }

  #answer(call: WarmCall): Promise<Result<unknown, FabricFailure>> {
    if (call.kind === 'open') return this.#opened(call.warmId, call.order);
    const door = this.#doors.get(call.warmId);
    if (!door) return Promise.resolve(err(failure('not_found', 'that warm tasklet is over')));
    return call.kind === 'operate' ? door.operate(call.batch) : door.close().then(ok);
  }

  async #opened(warmId: RunId, order: WarmOrder): Promise<Result<WarmFound, FabricFailure>> {
    const opened = await this.#open(warmId, order);
    if (!opened.ok) return opened;
    const door = opened.value;
    this.#doors.set(warmId, door);
    void door.ended.then((ending) => {
      this.#doors.delete(warmId);
      this.#reply({ kind: 'ended', warmId, ending }, []);
    });
    const { cell, leases, shared, channel } = door;
    return ok({ cell, leases, ...(shared ? { shared } : {}), ...(channel ? { channel } : {}) });
  }

  #reply(reply: WarmReply, transfer: Transferable[]): void {
    this.#port.postMessage(reply, transfer);
  }
}

/** The bytes of answers go over without being copied, where they are all that their buffer holds. */
function transferOf(answer: Result<unknown, FabricFailure>): Transferable[] {
  const bytes = answer.ok && answer.value instanceof Uint8Array ? answer.value : undefined;
  return bytes && isWhole(bytes) ? [bytes.buffer] : [];
}

function isWhole(bytes: Uint8Array): bytes is Bytes {
  return bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
}
