import type { WarmDoor, WarmEnding, WarmReceipt } from '../../cell/index.ts';
import {
  contentHash,
  failure,
  toHex,
  TASKLET_LIMITS,
  WARM_LIMITS,
  type Bytes,
  type CellId,
  type FabricFailure,
} from '../../core/index.ts';
import type { Thread } from '../../memory/index.ts';
import {
  BatchCaller,
  callFailed,
  isInTranscript,
  RingCaller,
  Transcript,
  type CallEnd,
  type Caller,
} from '../../tasklet/index.ts';
import type { WarmOrder } from '../program.ts';

/** How one instance of a warm tasklet ended. */
export interface InstanceEnd {
  readonly cell: CellId;
  /** Absent when it was closed in good order. */
  readonly error?: FabricFailure;
  /** What its cell signed for; absent when it could not any more, or for something else than was answered. */
  readonly receipt?: WarmReceipt;
}

/** So many answers wait at most to be added to the transcript. */
const ANSWERED_MAX = 8;

/** One instance, with the best way to it: shared memory where it is in this tab, batches where it is not. */
export class Instance {
  readonly cell: CellId;
  readonly leases: WarmDoor['leases'];
  readonly caller: Caller;
  readonly ended: Promise<InstanceEnd>;
  readonly #door: WarmDoor;
  readonly #transcript: Transcript | undefined;
  /** What is not in the transcript yet, of the latest calls. */
  #answered: { readonly input: Bytes; readonly end: CallEnd }[] = [];
  /** Why it takes no more calls, once it does not. */
  error: FabricFailure | undefined;

  constructor(door: WarmDoor, { module, fuel = TASKLET_LIMITS.fuelDefault }: WarmOrder, thread: Thread | undefined) {
    this.#door = door;
    this.cell = door.cell;
    this.leases = door.leases;
    if (door.shared && thread) {
      this.caller = new RingCaller(
        door.shared,
        { nowMs: () => thread.nowMs(), waits: thread.waits },
        WARM_LIMITS.callerSpinMs,
      );
    } else {
      const about = { warmId: door.warmId, module: contentHash(module), fuelLimit: fuel };
      this.#transcript = new Transcript(about);
      this.caller = new BatchCaller(
        (batch) => {
          const answer = door.operate(batch);
          // While it is on its way there is time for what was answered before.
          this.#catchUp();
          return answer;
        },
        (input, end) => {
          if (this.#answered.push({ input, end }) >= ANSWERED_MAX) this.#catchUp();
        },
      );
    }
    this.ended = door.ended.then((ending) => this.#over(ending));
  }

  /** Lets what was asked end, then the instance. */
  async close(): Promise<InstanceEnd> {
    this.error ??= failure('cancelled', 'the warm tasklet was closed');
    await this.#door.close();
    return this.ended;
  }

  #over({ error, receipt }: WarmEnding): InstanceEnd {
    this.error = error ?? failure('cancelled', 'the warm tasklet was closed');
    this.caller.over(callFailed(this.error));
    const isMine = receipt !== undefined && this.#isMine(receipt);
    return { cell: this.cell, ...(error ? { error } : {}), ...(isMine ? { receipt } : {}) };
  }

  #catchUp(): void {
    for (const { input, end } of this.#answered) if (isInTranscript(end)) this.#transcript?.add(input, end);
    this.#answered = [];
  }

  /** Whether a receipt is for the very answers that came; those of this tab need no proof. */
  #isMine({ calls, transcript }: WarmReceipt): boolean {
    this.#catchUp();
    return !this.#transcript || (this.#transcript.calls === calls && toHex(this.#transcript.head) === transcript);
  }
}
