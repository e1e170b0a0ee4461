import { utf8, type Bytes, type CellId, type ContentHash, type RunId } from '../core/index.ts';

/** What an executing cell signs for: this output came from that module on that input, here. */
export interface ReceiptClaims {
  readonly runId: RunId;
  readonly cell: CellId;
  readonly module: ContentHash;
  readonly input: ContentHash;
  readonly output: ContentHash;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly errorCode: string | undefined;
  /** SHA-256 of the response text; undefined when there is none. */
  readonly responseHash: ContentHash | undefined;
  readonly fuelUsed: number;
  readonly fuelLimit: number;
}

/**
 * The bytes an executing cell signs with its Ed25519 identity (ABI.md §7): UTF-8 lines, each a `name value`, in this order.
 */
export function receiptBytes(claims: ReceiptClaims): Bytes {
  const lines = [
    'grafos-web receipt 1',
    `run ${claims.runId}`,
    `cell ${claims.cell}`,
    `module ${claims.module}`,
    `input ${claims.input}`,
    `output ${claims.output}`,
    `status ${claims.status}`,
    `error ${claims.errorCode ?? 'none'}`,
    `response ${claims.responseHash ?? 'none'}`,
    `fuel ${claims.fuelUsed} of ${claims.fuelLimit}`,
  ];
  return utf8(`${lines.join('\n')}\n`);
}
