import { VEC, VEC_FORM, type ByteReader } from '../../memory/index.ts';
import type { Codec } from '../codec.ts';
import type { StructureRequest } from '../structure-client.ts';

const LENGTH_BYTES = 4;

/** How elements lie in a vec. */
export interface VecShape {
  readonly stride: number;
  readonly isRaw: boolean;
}

/** What the header of a vec says. */
export interface VecHead extends VecShape {
  readonly length: number;
  readonly capacity: number;
}

/** The calls of a vec of one shape, for elements of one type. */
export class VecRequests<T> {
  readonly shape: VecShape;
  readonly codec: Codec<T>;

  constructor(shape: VecShape, codec: Codec<T>) {
    this.shape = shape;
    this.codec = codec;
  }

  /** How many bytes an encoded element takes in a call. */
  sizeOf(encoded: Uint8Array): number {
    return encoded.length + (this.shape.isRaw ? 0 : LENGTH_BYTES);
  }

  get(index: number, count: number, budgetBytes: number): StructureRequest<T[]> {
    return {
      operation: VEC.get,
      write: (call) => call.u64(index).u32(Math.min(count, 0xffff_ffff)).u32(budgetBytes),
      read: (answer) => this.#elements(answer),
    };
  }

  set(index: number, encoded: readonly Uint8Array[]): StructureRequest<void> {
    return {
      operation: VEC.set,
      write: (call) => {
        call.u64(index);
        if (this.shape.isRaw) call.packed(encoded);
        else call.list(encoded);
      },
      read: () => undefined,
    };
  }

  push(encoded: readonly Uint8Array[]): StructureRequest<{ readonly pushed: number; readonly length: number }> {
    return {
      operation: VEC.push,
      write: (call) => (this.shape.isRaw ? call.packed(encoded) : call.list(encoded)),
      read: (answer) => ({ pushed: answer.u32(), length: answer.u64() }),
    };
  }

  pop(count: number): StructureRequest<T[]> {
    return { operation: VEC.pop, write: (call) => call.u32(count), read: (answer) => this.#elements(answer) };
  }

  resize(length: number): StructureRequest<void> {
    return { operation: VEC.resize, write: (call) => call.u64(length), read: () => undefined };
  }

  #elements(answer: ByteReader): T[] {
    const { stride, isRaw } = this.shape;
    if (!isRaw) return answer.list().map((element) => this.codec.decode(element));
    const elements = answer.packed(stride);
    return Array.from({ length: elements.length / stride }, (_, index) =>
      this.codec.decode(elements.subarray(index * stride, (index + 1) * stride)),
    );
  }
}

export function createVec({ stride, isRaw }: VecShape, capacity: number): StructureRequest<VecHead> {
  const form = isRaw ? VEC_FORM.raw : VEC_FORM.slots;
  return {
    operation: VEC.create,
    write: (call) => call.u32(stride).u32(form).u64(capacity),
    read: readHead,
  };
}

/** Of any shape when none is given. */
export function openVec(shape: VecShape | undefined): StructureRequest<VecHead> {
  const form = shape?.isRaw === true ? VEC_FORM.raw : VEC_FORM.slots;
  return { operation: VEC.open, write: (call) => call.u32(shape?.stride ?? 0).u32(form), read: readHead };
}

function readHead(answer: ByteReader): VecHead {
  return { length: answer.u64(), capacity: answer.u64(), stride: answer.u32(), isRaw: answer.u32() === VEC_FORM.raw };
}
