import { OPERATION } from './layout.ts';
import { BatchReader } from './reader.ts';

/** What a caller may do with which bytes: its token, as it was checked when the region was opened. */
export interface Permission {
  allows(operation: 'read' | 'write' | 'atomic', from: number, to: number): boolean;
}

/** Whether the operation that the reader is at may be done in a region of `sizeBytes`. */
export function isAllowed(operation: BatchReader, permission: Permission, sizeBytes: number): boolean {
  const { code, offset, length, width } = operation;
  switch (code) {
    // A structure may reach anywhere in its region.
    case OPERATION.call:
      return permission.allows('write', 0, sizeBytes);
    case OPERATION.read:
      return permission.allows('read', offset, offset + length);
    case OPERATION.write:
    case OPERATION.fill:
      return permission.allows('write', offset, offset + length);
    case OPERATION.notify:
      return permission.allows('atomic', offset, offset + WORD_BYTES);
    default:
      return permission.allows('atomic', offset, offset + width);
  }
}

/** Whether all that a batch asks for may be done; a batch that is none is for its executor to refuse. */
export function isBatchAllowed(batch: Uint8Array, permission: Permission, sizeBytes: number): boolean {
  if (!BatchReader.isSound(batch)) return true;
  const operation = new BatchReader(batch);
  for (let index = 0; index < operation.count; index++) {
    operation.next();
    if (!isAllowed(operation, permission, sizeBytes)) return false;
  }
  return true;
}

const WORD_BYTES = 4;
