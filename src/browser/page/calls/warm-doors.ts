import type { WarmDoor, WarmEnding } from '../../../cell/index.ts';
import {
  err,
  FabricError,
  failure,
  ok,
  WARM_LIMITS,
  type FabricFailure,
  type Result,
  type RunId,
} from '../../../core/index.ts';
import type { WarmOrder } from '../../../sdk/index.ts';
import type { CallChannelName } from '../../../transport/index.ts';
import type { WarmCall, WarmFound, WarmReply, WorkerWatch } from '../../both/index.ts';
import { PageChannel } from './page-channel.ts';

/** Makes this page's end of a channel. */
type MakeChannel = (name: CallChannelName) => RTCDataChannel | undefined;

type Asked = WarmCall extends infer Call ? (Call extends WarmCall ? Omit<Call, 'id'> : never) : never;

/** The cell worker is to give up first: opening may ask several cells, one after the other. */
const OPEN_MS = 4 * WARM_LIMITS.openMsMax;
const CLOSE_MS = 10 * WARM_LIMITS.closeMsMax;
/** A timer's bound is the only one that a batch has on this side of the port: its calls have their own. */
const OPERATE_MS = 3_700_000;

/**
 * The page's way to its warm tasklets: to the memory they share, or by a channel to the cell that keeps them, where that can be;
 * else by messages to the cell worker.
 */
export class WarmDoors {
  readonly #port: MessagePort;
  readonly #watch: WorkerWatch;
  readonly #channelOf: MakeChannel;
  readonly #pending = new Map<number, (answer: Result<unknown, FabricFailure>) => void>();
  readonly #ended = new Map<RunId, (ending: WarmEnding) => void>();
  #nextId = 1;

  constructor(port: MessagePort, watch: WorkerWatch, channelOf: MakeChannel) {
    this.#port = port;
    this.#watch = watch;
    this.#channelOf = channelOf;
    port.onmessage = ({ data }: MessageEvent<WarmReply>) => {
      if (data.kind === 'ended') return this.#over(data.warmId, data.ending);
      this.#pending.get(data.id)?.(data.answer);
      this.#pending.delete(data.id);
    };
  }

  async open(warmId: RunId, order: WarmOrder): Promise<Result<WarmDoor, FabricFailure>> {
    const ended = new Promise<WarmEnding>((resolve) => this.#ended.set(warmId, resolve));
    const found = await this.#ask<WarmFound>({ kind: 'open', warmId, order }, OPEN_MS);
    if (!found.ok) {
      this.#ended.delete(warmId);
      return found;
    }
    const channel = await this.#channelTo(found.value);
    if (channel) void ended.then(({ error }) => channel.close(error));
    return ok({
      warmId,
      ...found.value,
      operate: (batch) =>
        channel?.isOpen
          ? channel.operate(batch)
          : this.#ask({ kind: 'operate', warmId, batch }, OPERATE_MS, [batch.buffer]),
      ended,
      close: async () => {
        if (!this.#ended.has(warmId)) return ended;
        const closed = await this.#ask<WarmEnding>({ kind: 'close', warmId }, CLOSE_MS);
        // Where it was over already, its end is on the way or here.
        if (closed.ok || closed.error.code !== 'not_found') {
          this.#over(warmId, closed.ok ? closed.value : { error: closed.error });
        }
        return ended;
      },
    });
  }

  async #channelTo({ channel: name }: WarmFound): Promise<PageChannel | undefined> {
    const made = name && this.#channelOf(name);
    if (!made) return undefined;
    const channel = new PageChannel(made, OPERATE_MS);
    if (await channel.found()) return channel;
    channel.close();
    return undefined;
  }

  /** The worker is no more, and with it whatever it had open. */
  died(error: FabricFailure): void {
    for (const warmId of [...this.#ended.keys()]) this.#over(warmId, { error });
  }

  #over(warmId: RunId, ending: WarmEnding): void {
    this.#ended.get(warmId)?.(ending);
    this.#ended.delete(warmId);
  }

  async #ask<T>(asked: Asked, deadlineMs: number, transfer: Transferable[] = []): Promise<Result<T, FabricFailure>> {
    const id = this.#nextId++;
    const answered = new Promise<Result<unknown, FabricFailure>>((resolve) => this.#pending.set(id, resolve));
    this.#port.postMessage({ ...asked, id }, transfer);
    try {
      // The worker answers each call with what belongs to its kind.
      return (await this.#watch.guard(answered, deadlineMs, 'reaching a warm tasklet')) as Result<T, FabricFailure>;
    } catch (error) {
      this.#pending.delete(id);
      return err(error instanceof FabricError ? error.toFailure() : failure('internal', String(error)));
    }
  }
}
