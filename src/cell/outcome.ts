import { contentHash, utf8, type CellId, type Signer } from '../core/index.ts';
import { receiptBytes, type ReceiptClaims, type TaskletResult } from '../tasklet/index.ts';
import { INLINE_BYTES_MAX, type RunOrderMessage, type WireOutcome } from '../wire/index.ts';

/** The outcome of a run as its executing cell signs it (ABI.md §7). */
export async function signedOutcome(
  order: RunOrderMessage,
  cell: CellId,
  signer: Signer,
  result: TaskletResult,
  timings: { readonly admittedMs: number; readonly runMs: number },
): Promise<WireOutcome> {
  const status: WireOutcome['status'] = result.error?.code === 'cancelled' ? 'cancelled' : result.status;
  const output = contentHash(result.output);
  const { responseText, fuelUsed, error } = result;
  const claims = claimsOf(order, cell, { status, error, responseText, output, fuelUsed });
  return {
    status,
    ...(error ? { error: { code: error.code, message: error.message.slice(0, 4_096) } } : {}),
    ...(responseText === undefined ? {} : { responseText }),
    output,
    outputBytes: result.output.length,
    ...(result.output.length <= INLINE_BYTES_MAX ? { inlineOutput: result.output } : {}),
    fuelUsed,
    ...timings,
    log: [...result.log],
    publicKey: signer.publicKey,
    signature: await signer.sign(receiptBytes(claims)),
  };
}

/** Whether an outcome was signed by the cell it came from, for this very order. */
export async function isOutcomeProven(
  order: RunOrderMessage,
  cell: CellId,
  publicKey: Uint8Array<ArrayBuffer>,
  signer: Signer,
  outcome: WireOutcome,
): Promise<boolean> {
  return signer.verify(publicKey, receiptBytes(claimsOf(order, cell, outcome)), new Uint8Array(outcome.signature));
}

function claimsOf(
  order: RunOrderMessage,
  cell: CellId,
  outcome: Pick<WireOutcome, 'status' | 'output' | 'fuelUsed'> & {
    readonly error?: { readonly code: string } | undefined;
    readonly responseText?: string | undefined;
  },
): ReceiptClaims {
  const { status, output, fuelUsed, responseText } = outcome;
  const { runId, module, input, fuelLimit } = order;
  const responseHash = responseText === undefined ? undefined : contentHash(utf8(responseText));
  return {
    runId,
    cell,
    module,
    input,
    output,
    status,
    errorCode: outcome.error?.code,
    responseHash,
    fuelUsed,
    fuelLimit,
  };
}
