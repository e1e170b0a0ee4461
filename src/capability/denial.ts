import { failure, type FabricErrorCode, type FabricFailure } from '../core/index.ts';

/** Every reason for which a token or an operation under it is refused, and what a program author is told for it. */
const FAILURE_CODES = {
  lease_revoked: 'revoked',
  lease_fenced: 'fenced',
  /** The resource has moved on to a newer grant. */
  stale_epoch: 'fenced',
  lease_expired: 'lease_expired',
  /** The token's own time is over. */
  expired: 'lease_expired',
  not_after_passed: 'lease_expired',
  /** A token of before the last renewal. */
  stale_generation: 'lease_expired',
  unknown_lease: 'not_found',
  lease_freed: 'not_found',
  /** The lessor has started again since: attach to the lease for a new token. */
  other_session: 'not_found',
  /** No chain under this lessor's key ends in this tag: invented, altered, or with a caveat taken out. */
  forged: 'lease_denied',
  wrong_audience: 'lease_denied',
  /** The lease is of another resource than the token says. */
  wrong_resource: 'lease_denied',
  /** Asks for an operation or a range beyond what the caveats leave. */
  widened: 'lease_denied',
  /** The caveats contradict each other, so that nothing is left. */
  nothing_left: 'lease_denied',
  wrong_module: 'lease_denied',
  wrong_holder: 'lease_denied',
  wrong_tenant: 'lease_denied',
  too_many_hops: 'lease_denied',
  /** The session was closed. */
  session_closed: 'lease_denied',
} as const satisfies Record<string, FabricErrorCode>;

export type TokenDenialCode = keyof typeof FAILURE_CODES;

/** One reason why a token was refused. */
export interface TokenDenial {
  readonly code: TokenDenialCode;
  readonly message: string;
}

/** Every denial code there is, for documents and tests. */
export function tokenDenialCodes(): readonly TokenDenialCode[] {
  return Object.keys(FAILURE_CODES).filter(isTokenDenialCode);
}

/**
 * What a program author is told: the code of the most telling reason, in the order of the list above, and every reason
 * in the message. A forged token proves nothing about any lease, so that comes before all others.
 */
export function failureOfDenials(denials: readonly TokenDenial[]): FabricFailure {
  const codes = tokenDenialCodes().filter((code) => denials.some((denial) => denial.code === code));
  const first = codes.includes('forged') ? 'forged' : (codes[0] ?? 'forged');
  return failure(FAILURE_CODES[first], denials.map(({ message }) => message).join('; '));
}

/** The failure of one operation under a session. */
export function failureOfDenial(code: TokenDenialCode): FabricFailure {
  return failure(FAILURE_CODES[code], `the operation was refused: ${code}`);
}

function isTokenDenialCode(text: string): text is TokenDenialCode {
  return Object.hasOwn(FAILURE_CODES, text);
}
