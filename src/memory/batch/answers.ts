import { ANSWER_HEADER_BYTES, viewOf } from './layout.ts';

/** Goes through the answers of a batch one after the other; its fields are those of the present one. */
export class AnswerReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  status = 0;
  dataAt = 0;
  dataBytes = 0;

  constructor(answer: Uint8Array) {
    this.bytes = answer;
    this.view = viewOf(answer);
  }

  /** Steps to the next answer; false when there is none, or not a whole one. */
  next(): boolean {
    const at = this.dataAt + this.dataBytes;
    if (at + ANSWER_HEADER_BYTES > this.bytes.length) return false;
    const dataBytes = this.view.getUint32(at + 4, true);
    if (at + ANSWER_HEADER_BYTES + dataBytes > this.bytes.length) return false;
    this.status = this.view.getInt32(at, true);
    this.dataAt = at + ANSWER_HEADER_BYTES;
    this.dataBytes = dataBytes;
    return true;
  }
}
