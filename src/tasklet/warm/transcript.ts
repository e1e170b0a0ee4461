import { sha256, utf8, type Bytes, type CellId, type ContentHash, type RunId } from '../../core/index.ts';
import { numberOfCode, type CallCode, type CallEnd } from './call-end.ts';

export const HEAD_BYTES = 32;
const RECORD_HEAD_BYTES = HEAD_BYTES + 20;
/** Records up to this are written into the same few bytes again and again. */
const SCRATCH_BYTES = 1_024;

/** What a warm tasklet is, as its transcript begins with it. */
export interface TranscriptOf {
  readonly warmId: RunId;
  readonly module: ContentHash;
  readonly fuelLimit: number;
}

/** The chain of hashes over all calls of a warm tasklet, in the order in which they were done (ABI.md §9). */
export class Transcript {
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  #head: Bytes;
  #calls = 0;

  constructor({ warmId, module, fuelLimit }: TranscriptOf) {
    this.#head = sha256(utf8(`grafos-web warm transcript 1\nwarm ${warmId}\nmodule ${module}\nfuel ${fuelLimit}\n`));
  }

  get calls(): number {
    return this.#calls;
  }

  /** 32 bytes. */
  get head(): Bytes {
    return this.#head;
  }

  add(input: Uint8Array, { code, fuelUsed, output }: CallEnd): void {
    const sizeBytes = RECORD_HEAD_BYTES + input.length + output.length;
    const bytes = sizeBytes <= SCRATCH_BYTES ? this.#scratch.subarray(0, sizeBytes) : new Uint8Array(sizeBytes);
    const view = new DataView(bytes.buffer);
    bytes.set(this.#head);
    view.setUint32(HEAD_BYTES, numberOfCode(code), true);
    view.setUint32(HEAD_BYTES + 4, input.length, true);
    view.setUint32(HEAD_BYTES + 8, output.length, true);
    view.setFloat64(HEAD_BYTES + 12, fuelUsed, true);
    bytes.set(input, RECORD_HEAD_BYTES);
    bytes.set(output, RECORD_HEAD_BYTES + input.length);
    this.#head = sha256(bytes);
    this.#calls++;
  }
}

/** Ends of calls that an instance has done; the others say that it was not asked, or did not come to an end. */
const DONE: ReadonlySet<CallCode> = new Set([
  'succeeded',
  'tasklet_error',
  'fuel_exhausted',
  'stack_exhausted',
  'trapped',
  'response_invalid',
  'capacity_exceeded',
]);

/** Whether a call that ended so stands in the transcript. */
export function isInTranscript({ code }: CallEnd): boolean {
  return DONE.has(code);
}

/** What the cell that kept a warm tasklet signs for at its end. */
export interface WarmClaims extends TranscriptOf {
  readonly cell: CellId;
  readonly calls: number;
  readonly fuelUsed: number;
  /** Absent when it was closed in good order. */
  readonly errorCode: string | undefined;
  readonly transcript: ContentHash;
}

/** The bytes of the receipt of a warm tasklet: UTF-8 lines, each a `name value`, in this order (ABI.md §9). */
export function warmReceiptBytes(claims: WarmClaims): Bytes {
  const lines = [
    'grafos-web warm receipt 1',
    `warm ${claims.warmId}`,
    `cell ${claims.cell}`,
    `module ${claims.module}`,
    `calls ${claims.calls}`,
    `fuel ${claims.fuelUsed}, ${claims.fuelLimit} a call`,
    `error ${claims.errorCode ?? 'none'}`,
    `transcript ${claims.transcript}`,
  ];
  return utf8(`${lines.join('\n')}\n`);
}
