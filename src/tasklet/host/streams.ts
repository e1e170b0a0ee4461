import { concatBytes, sha256, type Bytes, type RunId } from '../../core/index.ts';
import { bytesOfId } from '../abi.ts';

/** Bytes that come piece by piece; what it holds follows their sum, however many pieces there are. */
export class ByteSink {
  readonly #sizeBytesMax: number;
  #buffer = new Uint8Array(0);
  #sizeBytes = 0;

  constructor(sizeBytesMax: number) {
    this.#sizeBytesMax = sizeBytesMax;
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.#sizeBytes + sizeBytes <= this.#sizeBytesMax;
  }

  append(piece: Uint8Array): void {
    const neededBytes = this.#sizeBytes + piece.length;
    if (neededBytes > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(Math.max(2 * this.#buffer.length, neededBytes), this.#sizeBytesMax));
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#sizeBytes);
    this.#sizeBytes = neededBytes;
  }

  bytes(): Bytes {
    return this.#buffer.slice(0, this.#sizeBytes);
  }
}

/** SHA-256(run id ‖ counter) for counter = 0, 1, 2 …, taken byte by byte (ABI.md §4). */
export class RandomStream {
  readonly #seed: Bytes;
  #counter = 0n;
  #block: Uint8Array = new Uint8Array(0);

  constructor(runId: RunId) {
    this.#seed = bytesOfId(runId);
  }

  fill(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      if (this.#block.length === 0) this.#block = this.#nextBlock();
      const part = this.#block.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#block = this.#block.subarray(part.length);
    }
  }

  #nextBlock(): Bytes {
    const counter = new Uint8Array(8);
    new DataView(counter.buffer).setBigUint64(0, this.#counter++, true);
    return sha256(concatBytes(this.#seed, counter));
  }
}
