import { err, ok, WIRE_LIMITS, type Clock, type Result } from '../core/index.ts';
import type { Frame } from './frame.ts';

export type AssemblyFault = 'message_too_long' | 'too_many_partial' | 'fragment_out_of_order' | 'fragment_disagrees';

interface PartialMessage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  receivedBytes: number;
  readonly startedAtMs: number;
}

/**
 * Puts the fragments of one peer's messages together.
 * 1. Nothing is allocated before the total is known to be within the bound of its message type.
 * 2. Channels are ordered, so fragments come in order; anything else is a fault and drops the message.
 * 3. What stays half delivered for too long is dropped.
 */
export class Assembler {
  readonly #clock: Clock;
  readonly #partials = new Map<string, PartialMessage>();
  #heldBytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The whole payload once its last fragment is in, undefined before; `totalBytesMax` bounds this message type. */
  accept(frame: Frame, totalBytesMax: number): Result<Uint8Array | undefined, AssemblyFault> {
    if (!frame.fragment) return frame.payload.length > totalBytesMax ? err('message_too_long') : ok(frame.payload);
    const { offsetBytes, totalBytes } = frame.fragment;
    if (totalBytes > totalBytesMax) return err('message_too_long');
    const key = `${frame.kind}/${frame.type}/${frame.id}`;
    const partial = offsetBytes === 0 ? this.#begin(key, totalBytes) : this.#partials.get(key);
    if (!partial) return err(offsetBytes === 0 ? 'too_many_partial' : 'fragment_out_of_order');
    if (partial.bytes.length !== totalBytes) return this.#fault(key, 'fragment_disagrees');
    if (partial.receivedBytes !== offsetBytes) return this.#fault(key, 'fragment_out_of_order');
    partial.bytes.set(frame.payload, offsetBytes);
    partial.receivedBytes += frame.payload.length;
    if (partial.receivedBytes < totalBytes) return ok(undefined);
    this.#drop(key);
    return ok(partial.bytes);
  }

  #begin(key: string, totalBytes: number): PartialMessage | undefined {
    this.#dropStale();
    this.#drop(key);
    if (this.#partials.size >= WIRE_LIMITS.partialMessagesMax) return undefined;
    if (this.#heldBytes + totalBytes > WIRE_LIMITS.partialBytesMax) return undefined;
    const partial = { bytes: new Uint8Array(totalBytes), receivedBytes: 0, startedAtMs: this.#clock.nowMs() };
    this.#partials.set(key, partial);
    this.#heldBytes += totalBytes;
    return partial;
  }

  #dropStale(): void {
    const nowMs = this.#clock.nowMs();
    for (const [key, partial] of this.#partials) {
      if (nowMs - partial.startedAtMs > WIRE_LIMITS.partialAgeMsMax) this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#heldBytes -= this.#partials.get(key)?.bytes.length ?? 0;
    this.#partials.delete(key);
  }

  #fault(key: string, fault: AssemblyFault): Result<never, AssemblyFault> {
    this.#drop(key);
    return err(fault);
  }
}
