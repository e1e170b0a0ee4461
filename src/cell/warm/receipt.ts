import {
  failureOf,
  isContentHash,
  toHex,
  assert,
  type Bytes,
  type CellId,
  type ContentHash,
  type FabricErrorCode,
  type FabricFailure,
  type RunId,
  type Signer,
} from '../../core/index.ts';
import { warmReceiptBytes, type KeptEnd } from '../../tasklet/index.ts';
import type { WarmOrderMessage, WireWarmEnd } from '../../wire/index.ts';

/** What a cell has signed for at the end of a warm tasklet: all of its calls by the head of their transcript (ABI.md §9). */
export interface WarmReceipt {
  readonly warmId: RunId;
  readonly cell: CellId;
  readonly module: ContentHash;
  readonly fuelLimit: number;
  readonly calls: number;
  readonly fuelUsed: number;
  /** Absent when it was closed in good order. */
  readonly errorCode?: FabricErrorCode;
  readonly transcript: ContentHash;
  readonly publicKey: Bytes;
  readonly signature: Bytes;
}

/** How a warm tasklet ended for whoever had it open. */
export interface WarmEnding {
  /** Absent when it was closed in good order. */
  readonly error?: FabricFailure;
  /** Absent when its cell could not say any more what it had done. */
  readonly receipt?: WarmReceipt;
}

/** The end of a warm tasklet as the cell that kept it signs it. */
export async function signedEnd(
  order: WarmOrderMessage,
  cell: CellId,
  signer: Signer,
  { error, calls, fuelUsed, head }: KeptEnd,
): Promise<WireWarmEnd> {
  const transcript = toHex(head);
  assert(isContentHash(transcript), 'the head of a transcript is a SHA-256');
  const signature = await signer.sign(
    warmReceiptBytes({ ...order, cell, calls, fuelUsed, errorCode: error?.code, transcript }),
  );
  const failed = error ? { error: { code: error.code, message: error.message.slice(0, 4_096) } } : {};
  return { ...failed, calls, fuelUsed, transcript, publicKey: signer.publicKey, signature };
}

/** What that came to for its caller: with a receipt if it is by that cell and for this very order. */
export async function endingOf(
  order: WarmOrderMessage,
  cell: CellId,
  publicKey: Bytes,
  signer: Signer,
  end: WireWarmEnd,
): Promise<WarmEnding> {
  const { warmId, module, fuelLimit } = order;
  const { error, calls, fuelUsed, transcript } = end;
  const claims = { warmId, cell, module, fuelLimit, calls, fuelUsed, transcript };
  const signature = new Uint8Array(end.signature);
  const failed = error ? { error: failureOf(error) } : {};
  const message = warmReceiptBytes({ ...claims, errorCode: error?.code });
  if (!(await signer.verify(publicKey, message, signature))) return failed;
  const receipt = { ...claims, ...(error ? { errorCode: error.code } : {}), publicKey, signature };
  return { ...failed, receipt };
}
