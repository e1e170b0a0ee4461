import type { CellId } from '../../core/index.ts';
import type { CellState, IncomingRun } from '../../cell/index.ts';
import type { HeldLease, Lease } from '../../lease/index.ts';
import type { Member } from '../../membership/index.ts';
import type { CellView, LeaseView, RunView } from '../index.ts';

/** What the parts of a cell look like to people. Pure: state in, frozen views out. */

export function selfView(self: CellId, name: string, isVisible: boolean, state: CellState): CellView {
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
export function memberView(member: Member): CellView | undefined {
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
    isVisible,
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
    ...(progress ? { progress } : {}),
    ...(fuelUsed === undefined ? {} : { fuelUsed }),
    fuelLimit: order.fuelLimit,
    submittedWallMs: order.submittedWallMs,
    wallMs: Math.round((run.endedAtMs ?? nowMs) - run.acceptedAtMs),
    ...(error ? { failure: error } : {}),
  };
}

export function grantedView(lease: Lease, self: CellId, nowMs: number): LeaseView {
  const { leaseId, kind, holder, quantity, state, ttlMs, generation, runId, expiresAtMs } = lease;
  const remainingMs = state === 'active' ? Math.max(0, expiresAtMs - nowMs) : 0;
  const run = runId === undefined ? {} : { runId };
  return { leaseId, kind, lessor: self, holder, quantity, state, ttlMs, remainingMs, generation, ...run };
}

export function heldView(held: HeldLease, self: CellId, nowMs: number): LeaseView {
  const { leaseId, kind, lessor, quantity, state, ttlMs, generation, runId, deadlineMs } = held;
  const run = runId === undefined ? {} : { runId };
  const remainingMs = Math.max(0, deadlineMs - nowMs);
  return { leaseId, kind, lessor, holder: self, quantity, state, ttlMs, remainingMs, generation, ...run };
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
