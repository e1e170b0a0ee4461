import type { Bytes } from '../../core/index.ts';
import { isInTranscript, KeptInstance, RingServer, Transcript, type TranscriptEnd } from '../../tasklet/index.ts';
import { handedRegions, nowMs, park } from './handed-regions.ts';
import { instantiateWith } from './instantiate.ts';
import type { KeepMessage, TaskletWorkerMessage } from './tasklet-messages.ts';

/** A kept instance inside its worker, called through shared memory or by messages. */
export class KeptServer {
  readonly #post: (message: TaskletWorkerMessage) => void;
  readonly #instance: KeptInstance;
  readonly #transcript: Transcript;
  readonly #ring: RingServer | undefined;

  constructor(order: KeepMessage, post: (message: TaskletWorkerMessage) => void) {
    const { module, memory, ring, hash } = order;
    const regions = memory ? handedRegions(memory, () => post({ kind: 'asked' })) : [];
    this.#post = post;
    this.#instance = new KeptInstance(
      instantiateWith(module, () => post({ kind: 'crowded' })),
      { ...order, regions },
    );
    this.#transcript = new Transcript({ ...order, module: hash });
    this.#ring = ring && new RingServer(ring, { nowMs, park });
  }

  /** Calls init; with shared memory it stands here until its cell asks for the end. */
  serve(): void {
    const ring = this.#ring;
    const end = ring ? ring.guard(() => this.#instance.open()) : this.#instance.open();
    ring?.publish(this.#instance, this.#transcript);
    this.#post({ kind: 'opened', end });
    if (!ring || end.code !== 'succeeded') return;
    ring.serve(this.#instance, this.#transcript);
    this.finish();
  }

  call(input: Bytes): void {
    const end = this.#instance.call(input);
    if (isInTranscript(end)) this.#transcript.add(input, end);
    this.#post({ kind: 'called', end, transcript: this.#end() });
  }

  finish(): void {
    const act = (): void => this.#instance.finish();
    if (this.#ring) this.#ring.guard(act);
    else act();
    this.#post({ kind: 'kept', transcript: this.#end() });
  }

  #end(): TranscriptEnd {
    const { calls, head } = this.#transcript;
    return { calls, fuelUsed: this.#instance.fuelUsed, head };
  }
}
