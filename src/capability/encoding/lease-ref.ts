import {
  assert,
  err,
  fromBase64Url,
  ok,
  toBase64Url,
  TOKEN_LIMITS,
  type CellId,
  type LeaseId,
  type Result,
} from '../../core/index.ts';
import type { ResourceKind, Token } from '../token.ts';
import { CborReader, CborWriter } from './cbor.ts';
import { decodeToken, encodeToken, type TokenFault } from './token-codec.ts';

/** A handle to a lease that others can open. Whoever holds it may use the lease as far as its token reaches. */
export interface LeaseRef {
  readonly kind: ResourceKind;
  /** Where to open it: the lessor. */
  readonly cell: CellId;
  readonly leaseId: LeaseId;
  readonly generation: number;
  /** How the bytes are laid out, in words such as `vec/f64`; empty for bare bytes. */
  readonly layout: string;
  readonly token: Token;
}

/** Why a text is no LeaseRef; the faults of the token in it included. */
export type LeaseRefFault = TokenFault | 'not_base64url';

const VERSION = 1;
const LAYOUT_PATTERN = /^[a-z0-9./:-]*$/;
/** Of the text: version, layout, heads and token, in base64url. */
export const LEASE_REF_LENGTH_MAX = Math.ceil(((TOKEN_LIMITS.bytesMax + TOKEN_LIMITS.layoutBytesMax + 8) * 4) / 3);

/** The LeaseRef of a token: what it says besides the layout is the token's own word. */
export function leaseRefOf(token: Token, layout = ''): LeaseRef {
  assert(isLayout(layout), 'a layout is up to 32 characters of a-z, 0-9, and ./:-');
  const { kind, audience: cell, leaseId, generation } = token.fields;
  return { kind, cell, leaseId, generation, layout, token };
}

/**
 * The text that travels in tasklet input, over links, in a URL fragment and as a QR code. Kind, cell, lease id and
 * generation are written once, in the token, so that a LeaseRef cannot contradict itself.
 */
export function encodeLeaseRef({ layout, token }: LeaseRef): string {
  assert(isLayout(layout), 'a layout is up to 32 characters of a-z, 0-9, and ./:-');
  return toBase64Url(new CborWriter().array(3).uint(VERSION).text(layout).bytes(encodeToken(token)).done());
}

/** The LeaseRef that this text is. */
export function decodeLeaseRef(text: string): Result<LeaseRef, LeaseRefFault> {
  if (text.length > LEASE_REF_LENGTH_MAX) return err('too_large');
  const bytes = fromBase64Url(text);
  if (bytes === undefined) return err('not_base64url');
  const reader = new CborReader(bytes);
  if (reader.array() !== 3) return err('malformed');
  const version = reader.uint();
  if (version !== VERSION) return err(version === undefined ? 'malformed' : 'unknown_version');
  const layout = reader.text();
  const tokenBytes = reader.bytes();
  if (layout === undefined || tokenBytes === undefined || !reader.isDone() || !isLayout(layout))
    return err('malformed');
  const token = decodeToken(tokenBytes);
  return token.ok ? ok(leaseRefOf(token.value, layout)) : token;
}

/** Whether a LeaseRef may say so of its bytes. */
export function isLayout(text: string): boolean {
  return text.length <= TOKEN_LIMITS.layoutBytesMax && LAYOUT_PATTERN.test(text);
}
