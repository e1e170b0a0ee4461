import { err, failure, ok, type CellId, type FabricFailure, type Result } from '../core/index.ts';

/** A cell as placement sees it. */
export interface Candidate {
  readonly cell: CellId;
  readonly isSelf: boolean;
  readonly isAlive: boolean;
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly memoryBytesTotal: number;
  readonly memoryBytesFree: number;
  /** Runs this cell has under way there, which its last announcement may not know of. */
  readonly inFlight: number;
}

/** Where a run may go: the best cell, the best other than this one, or one cell. */
export type Target = 'any' | 'other' | CellId;

export interface Wish {
  readonly target: Target;
  readonly memoryBytes: number;
  /** Cells that refused this run, with what they said. */
  readonly refusals: ReadonlyMap<CellId, FabricFailure>;
}

/**
 * Picks a cell: filter (meant, alive, feasible, not refused), then score (spread). Pure; the same view gives the same
 * answer. Feasible means it could ever fit; available, that it fits now: `capacity_exceeded` says some could, later.
 */
export function choose(candidates: readonly Candidate[], wish: Wish): Result<CellId, FabricFailure> {
  const meant = candidates.filter((candidate) => isMeant(candidate, wish.target));
  const alive = meant.filter((candidate) => candidate.isAlive);
  if (alive.length === 0) return err(failure('runtime_not_ready', nobodyMessage(wish.target)));
  const feasible = alive.filter(
    (candidate) => candidate.slotsTotal >= 1 && candidate.memoryBytesTotal >= wish.memoryBytes,
  );
  if (feasible.length === 0) {
    return err(failure('lease_denied', `no cell here lends a worker slot and ${wish.memoryBytes} bytes of memory`));
  }
  const willing = feasible.filter((candidate) => !wish.refusals.has(candidate.cell));
  if (willing.length === 0) return err(refusedByAll(wish.refusals));
  const available = willing.filter(
    (candidate) => slotsLeft(candidate) >= 1 && candidate.memoryBytesFree >= wish.memoryBytes,
  );
  const best = available.toSorted(compare)[0];
  return best ? ok(best.cell) : err(failure('capacity_exceeded', 'every suitable cell is busy'));
}

function isMeant(candidate: Candidate, target: Target): boolean {
  if (target === 'any') return true;
  return target === 'other' ? !candidate.isSelf : candidate.cell === target;
}

function slotsLeft(candidate: Candidate): number {
  return Math.min(candidate.slotsFree, candidate.slotsTotal - candidate.inFlight);
}

/** Most free slots first, others before oneself, then fewest of our own runs, then by id so that the order is total. */
function compare(left: Candidate, right: Candidate): number {
  return (
    slotsLeft(right) - slotsLeft(left) ||
    Number(left.isSelf) - Number(right.isSelf) ||
    left.inFlight - right.inFlight ||
    (left.cell < right.cell ? -1 : 1)
  );
}

function nobodyMessage(target: Target): string {
  if (target === 'any') return 'no cell is ready';
  return target === 'other' ? 'no other cell is here' : `the cell ${target.slice(0, 8)} is not here`;
}

function refusedByAll(refusals: ReadonlyMap<CellId, FabricFailure>): FabricFailure {
  const reasons = [...refusals].map(([cell, refusal]) => `${cell.slice(0, 8)}: ${refusal.message}`);
  const first = [...refusals.values()][0];
  return failure(first?.code ?? 'lease_denied', `every suitable cell refused (${reasons.join('; ')})`);
}
