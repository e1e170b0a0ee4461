import { err, failure, LINK_LIMITS, type CellId, type FabricFailure, type Result } from '../../../core/index.ts';
import type { CellCapacity, CellState, IncomingRun } from '../../../cell/index.ts';
import type { HeldLease, Lease } from '../../../lease/index.ts';
import type { Description, Member } from '../../../membership/index.ts';
import type { Candidate } from '../../../placement/index.ts';
import type { SessionEnd } from '../../../transport/index.ts';
import type { CellView, FabricSnapshot, LeaseView, LinkView, RunView } from '../../index.ts';

/** What the parts of a cell look like to people. Pure: state in, frozen views out. */

/** What the page knows of itself and its doors. */
export interface PageState {
  readonly isVisible: boolean;
  /** Its browser is about to stop it. */
  readonly isFrozen: boolean;
  /** How often its way to the network has become another. */
  readonly networkChanges?: number;
  readonly signaling: FabricSnapshot['signaling']['state'];
  readonly connections: FabricSnapshot['connections'];
}

/** How a cell left, as a person would say it. */
export const LEFT_BECAUSE: Readonly<Record<SessionEnd, string>> = {
  bye: '',
  left: '',
  parted: '',
  closed: ': its tab closed',
  silent: ': nothing was heard of it',
  misbehaved: ': it broke the protocol',
  overloaded: ': it could not keep up',
  replaced: ' and came back',
  expelled: ': the steward sent it away',
  stranded: ': the cell that carried the link is gone',
  tampered: ': the cell that carried the link altered it',
};

/** What joining came to, with so many others there. */
export function joinText(joined: Result<void, FabricFailure>, others: number): string {
  if (!joined.ok) return joined.error.message;
  if (others === 0) return 'This is the first cell here';
  return others === 1 ? 'One other cell is here' : `${others} other cells are here`;
}

/** Joining took too long: once the service has answered, it is the others that cannot be reached. */
export function tooLateTo(signaling: FabricSnapshot['signaling']['state']): Result<never, FabricFailure> {
  const message = `joining took longer than ${LINK_LIMITS.joinDeadlineMs} ms`;
  return err(failure(signaling === 'connected' ? 'peers_unreachable' : 'signaling_unreachable', message));
}

/** What a cell says of itself. */
export function announced(
  name: string,
  { isVisible, isFrozen }: PageState,
  { slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree }: CellCapacity,
  peerName: string,
  slot: number | undefined,
): Description {
  const capacity = { slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree };
  const state = { isVisible, ...(isFrozen ? { isFrozen: true } : {}) };
  return { name, ...capacity, ...state, peerName, ...(slot === undefined ? {} : { slot }) };
}

/** Whether leases or runs of others hang on the link to this cell. */
export function isBusyWith({ granted, held, incoming }: CellState, cell: CellId): boolean {
  return (
    held.some(({ lessor }) => lessor === cell) ||
    granted.some(({ holder, openers }) => holder === cell || [...openers].includes(cell)) ||
    incoming.some(({ submitter }) => submitter === cell)
  );
}

export function selfView(self: CellId, name: string, isVisible: boolean, state: CellCapacity): CellView {
  const { slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree } = state;
  return {
    id: self,
    name,
    isSelf: true,
    state: 'alive',
    slotsTotal,
    slotsFree,
    memoryBytesTotal,
    memoryBytesFree,
    isVisible,
  };
}

/** Undefined until the member has said what it is. */
export function memberView(member: Member, link: LinkView | undefined): CellView | undefined {
  const { announcement, cell, state, roundTripMs } = member;
  if (!announcement) return undefined;
  const { name, slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree, isVisible } = announcement;
  return {
    id: cell,
    name,
    isSelf: false,
    state,
    slotsTotal,
    slotsFree,
    memoryBytesTotal,
    memoryBytesFree,
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    ...(link ? { link } : {}),
    isVisible,
  };
}

/** A cell as placement sees it. */
export function candidateOf(view: CellView, isReachable: boolean, mayLend: boolean): Omit<Candidate, 'inFlight'> {
  return {
    ...view,
    cell: view.id,
    mayLend,
    isAlive: view.isSelf || (view.state !== 'gone' && isReachable),
    isSuspect: view.state === 'suspect',
  };
}

export function incomingView(run: IncomingRun, self: CellId, nowMs: number): RunView {
  const { order, submitter, progress, fuelUsed, error } = run;
  return {
    runId: order.runId,
    program: order.program,
    tasklet: order.tasklet,
    submitter,
    cell: self,
    status: run.status,
    ...(order.attempt > 1 ? { attempt: order.attempt } : {}),
    ...(progress ? { progress } : {}),
    ...(fuelUsed === undefined ? {} : { fuelUsed }),
    fuelLimit: order.fuelLimit,
    submittedWallMs: order.submittedWallMs,
    wallMs: Math.round((run.endedAtMs ?? nowMs) - run.acceptedAtMs),
    ...(error ? { failure: error } : {}),
  };
}

export function grantedView(lease: Lease, self: CellId, nowMs: number): LeaseView {
  const { leaseId, kind, holder, openers, quantity, state, revokeState, tier, ttlMs, generation, runId } = lease;
  const { expiresAtMs, graceEndsAtMs = Infinity } = lease;
  const remainingMs = state === 'active' ? Math.max(0, Math.min(expiresAtMs, graceEndsAtMs) - nowMs) : 0;
  return {
    leaseId,
    kind,
    lessor: self,
    holder,
    holders: [holder, ...openers],
    isOpened: false,
    quantity,
    state,
    revokeState,
    tier,
    ttlMs,
    remainingMs,
    generation,
    ...(runId === undefined ? {} : { runId }),
  };
}

export function heldView(held: HeldLease, self: CellId, nowMs: number): LeaseView {
  const { leaseId, kind, lessor, quantity, state, tier, ttlMs, generation, runId, deadlineMs, warning, isOwn } = held;
  return {
    leaseId,
    kind,
    lessor,
    holder: self,
    holders: [self],
    isOpened: !isOwn,
    quantity,
    state,
    revokeState: warning ? 'grace_running' : 'active',
    tier,
    ttlMs,
    remainingMs: Math.max(0, Math.min(deadlineMs, warning?.graceEndsAtMs ?? Infinity) - nowMs),
    generation,
    ...(runId === undefined ? {} : { runId }),
  };
}

/** Every lease once: what this cell grants or has just seen end, and what it holds at others. */
export function leaseViews(state: CellState, self: CellId, nowMs: number): readonly LeaseView[] {
  const granted = [...state.granted, ...state.ended.map(({ lease }) => lease)];
  const held = state.held.filter((lease) => lease.lessor !== self);
  return [
    ...granted.map((lease) => grantedView(lease, self, nowMs)),
    ...held.map((lease) => heldView(lease, self, nowMs)),
  ].reverse();
}
