/**
 * How far the end of a lease has got: the nine states of the original under their wire labels, which audit records and
 * the page show as they are.
 */
export const REVOKE_STATES = [
  'active',
  'revoke_warning',
  'grace_running',
  'checkpoint_reported',
  'forced_teardown',
  'torndown',
  'expired',
  'fenced',
  'failed_closed',
] as const;

export type RevokeState = (typeof REVOKE_STATES)[number];

/**
 * What may follow what. A free is its holder's report that it is done, so it takes the way of a checkpoint. Expiry may
 * overtake a revoke, for grace never prolongs a lease, but not a teardown that has begun.
 */
const NEXT: Readonly<Record<RevokeState, readonly RevokeState[]>> = {
  active: ['revoke_warning', 'checkpoint_reported', 'forced_teardown', 'expired'],
  revoke_warning: ['grace_running', 'checkpoint_reported', 'forced_teardown', 'expired'],
  grace_running: ['checkpoint_reported', 'forced_teardown', 'expired'],
  checkpoint_reported: ['torndown', 'fenced'],
  forced_teardown: ['torndown', 'fenced'],
  expired: ['failed_closed', 'fenced'],
  torndown: [],
  fenced: [],
  failed_closed: [],
};

const SUMMARIES: Readonly<Record<RevokeState, string>> = {
  active: 'in use, nothing pending',
  revoke_warning: 'being taken back; its holders are told',
  grace_running: 'being taken back; its holders have a moment to save their work',
  checkpoint_reported: 'its holder has said that it is done; being torn down',
  forced_teardown: 'torn down without its holder',
  torndown: 'torn down cleanly',
  expired: 'ran out; being torn down',
  fenced: 'quarantined: its teardown was not confirmed',
  failed_closed: 'ran out and is closed for good',
};

export function legalTransition(from: RevokeState, to: RevokeState): boolean {
  return NEXT[from].includes(to);
}

/** Whether nothing follows. */
export function isTerminal(state: RevokeState): boolean {
  return NEXT[state].length === 0;
}

/** Whether holders may still use the lease: until its end, a revoke with grace included. */
export function isUsable(state: RevokeState): boolean {
  return state === 'active' || state === 'revoke_warning' || state === 'grace_running';
}

/** The state in one clause, for people. */
export function humanSummary(state: RevokeState): string {
  return SUMMARIES[state];
}
