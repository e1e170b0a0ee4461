/** What went wrong, for a program author: a closed list, the same words in code, on the wire, in JSON and on the page. */
export type FabricErrorCode = keyof typeof RECOVERIES;

/** What to do about each failure, in one sentence that can be shown to a person. */
const RECOVERIES = {
  fabric_url_invalid: 'Ask whoever invited you for the whole link again, or create a fabric of your own.',
  wrong_key: 'The key in the link is not the key of this fabric. Ask for the current link.',
  signaling_unreachable: 'Check that the signaling service is running and reachable, then join again.',
  peers_unreachable:
    'Others are here, but this network blocks tab-to-tab connections. Try another network, or a phone hotspot.',
  code_damaged: 'Copy the whole code again, or scan its QR code.',
  code_expired: 'Ask for a fresh code; each is good for ten minutes.',
  code_misplaced:
    'An invitation goes to the other person, who sends an answer back. Each is pasted once, at the other end.',
  insecure_context: 'Open the page over https:// or on localhost; browsers switch off what a cell needs elsewhere.',
  isolation_missing: 'Serve the page with the COOP and COEP headers (npm start does), then reload.',
  browser_unsupported: 'Use a current Chrome, Edge, Firefox or Safari.',
  storage_unavailable: 'Allow this site to store data (private windows may forbid it), then reload.',
  manifest_invalid: 'Correct grafos.toml as the message says.',
  bundle_invalid: 'Make the bundle again with `grafos bundle`, and check that it was copied whole.',
  tasklet_unknown: 'Choose one of the tasklets that the program declares.',
  module_rejected: 'The module breaks the tasklet profile; rebuild it as the reasons say.',
  module_unavailable: 'The cell that submitted the run did not deliver its module or input. Run it again.',
  input_too_large: 'Give the tasklet a smaller input.',
  output_too_large: 'Make the tasklet write less.',
  response_invalid: 'Make the tasklet write one JSON value as its response.',
  runtime_not_ready: 'No cell that could run this is here. Open the fabric in another tab, or choose another cell.',
  capacity_exceeded: 'Every suitable cell is full. Wait, ask for less, or open more tabs.',
  lease_denied: 'The cell would not lend that. Ask for less, or choose another cell.',
  lease_expired: 'The lease ran out before the work was done. Ask for a longer one.',
  revoked: 'The lessor took the lease back. Take a new lease and run again.',
  evicted: 'The steward of this fabric has sent this cell away. Ask the steward to let it in again.',
  not_admitted: 'The steward of this fabric lets cells in one by one. Join again and wait in its lobby.',
  not_steward: 'Only the steward may do that: open the link in the browser profile that created the fabric.',
  fenced: 'The resource is quarantined. Use another cell; the steward can unfence it.',
  disconnected: 'The link to that cell is gone. Run it again on another cell.',
  fuel_exhausted: 'The tasklet used its whole fuel budget. Raise its fuel, or make it do less.',
  stack_exhausted: 'The tasklet called too deep. Make it recurse less.',
  trapped: 'The tasklet crashed. The message names the trap.',
  tasklet_error: 'The tasklet reported an error of its own; its code is in the message.',
  deadline_exceeded: 'The run took longer than its deadline. Raise the deadline, or make it do less.',
  cancelled: 'The run was cancelled. Start it again when you want it.',
  receipt_invalid: 'The result did not come with a valid proof, so it was thrown away. Run it on another cell.',
  verification_failed: 'The cells that ran it did not agree, so nothing is believed. Run it on more cells.',
  worker_died: 'A worker of this tab stopped. It is being replaced; run it again.',
  protocol_violation: 'The other cell broke the protocol. Reload both tabs so that they run the same version.',
  not_found: 'There is nothing under that name here. Check the id.',
  invalid_argument: 'Correct the value that the message names.',
  internal: 'Something is wrong in this program. Reload; if it happens again, report it with this message.',
} as const;

/** The same facts as a {@link FabricError}, as plain data for the wire, for JSON and for snapshots. */
export interface FabricFailure {
  readonly code: FabricErrorCode;
  readonly message: string;
  readonly recovery: string;
}

/** The one error a program author sees. */
export class FabricError extends Error {
  override readonly name = 'FabricError';
  readonly code: FabricErrorCode;
  readonly recovery: string;

  constructor(failure: Pick<FabricFailure, 'code' | 'message'>, options?: ErrorOptions) {
    super(failure.message, options);
    this.code = failure.code;
    this.recovery = RECOVERIES[failure.code];
  }

  toFailure(): FabricFailure {
    return { code: this.code, message: this.message, recovery: this.recovery };
  }
}

/** A failure as data, with the recovery that belongs to its code. */
export function failure(code: FabricErrorCode, message: string): FabricFailure {
  return { code, message, recovery: RECOVERIES[code] };
}

/** The failure that a refusal, which crosses the wire without one, has the recovery of. */
export function failureOf({ code, message }: Pick<FabricFailure, 'code' | 'message'>): FabricFailure {
  return failure(code, message);
}

export function isFabricErrorCode(text: string): text is FabricErrorCode {
  return Object.hasOwn(RECOVERIES, text);
}

/** Every code there is, for documents and tests. */
export function fabricErrorCodes(): readonly FabricErrorCode[] {
  return Object.keys(RECOVERIES).filter(isFabricErrorCode);
}
