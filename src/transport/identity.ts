import {
  assert,
  isCellId,
  sha256,
  toHex,
  type Bytes,
  type CellId,
  type FabricErrorCode,
  type Signer,
} from '../core/index.ts';
import type { Unwelcome } from './lobby.ts';

/** A member at the other end of a link, proven. */
export interface PeerIdentity {
  readonly cell: CellId;
  readonly publicKey: Bytes;
  /** 8 bytes drawn when its tab started. */
  readonly session: Bytes;
  /** The nonce of the end of lower id: of two links to one tab, the one that it had later has the greater. */
  readonly order: Bytes;
  /** Known to its two ends alone. */
  readonly secret: Bytes;
}

/** What a cell brings to every hello. */
export interface HelloCredentials {
  readonly helloKey: Bytes;
  readonly signer: Signer;
  readonly session: Bytes;
}

export interface HelloFault {
  readonly code: Extract<FabricErrorCode, 'wrong_key' | 'protocol_violation' | 'disconnected' | Unwelcome>;
  readonly message: string;
  /** It was this end that refused. */
  readonly isOurs?: boolean;
}

/** The cell that holds `publicKey`. */
export function cellIdOf(publicKey: Bytes): CellId {
  const text = toHex(sha256(publicKey).slice(0, 16));
  assert(isCellId(text), 'a cell id is 32 hex characters');
  return text;
}
