import { err, failure, ok, type CellId, type FabricFailure, type Result } from '../core/index.ts';

/** A cell as placement sees it. */
export interface Candidate {
  readonly cell: CellId;
  readonly isSelf: boolean;
  readonly isAlive: boolean;
  /** Silent for a while: it may be back in a moment, and is asked for nothing until then. */
  readonly isSuspect?: boolean;
  /** Its tab is in front; one behind may be slowed down by its browser. */
  readonly isVisible?: boolean;
  /** Whether the rules of the fabric let it lend what a run needs; they do unless said otherwise. */
  readonly mayLend?: boolean;
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly memoryBytesTotal: number;
  readonly memoryBytesFree: number;
  /** Runs this cell has under way there, which its last announcement may not know of. */
  readonly inFlight: number;
  /** Worker slots there that are leased already and wait for the next run of the same map. */
  readonly slotsKept?: number;
}

/** Where a run may go: the best cell, the best other than this one, or one cell. */
export type Target = 'any' | 'other' | CellId;

/** Which of the cells that could take a run is best: the emptiest, the fullest, or the one that lends its bytes. */
export type Strategy = 'spread' | 'binpack' | 'locality';

export interface Affinity {
  /** The run goes to one of these or nowhere. */
  readonly required?: readonly CellId[];
  /** The run goes to one of these while one of them can take it. */
  readonly preferred?: readonly CellId[];
}

export interface Wish {
  readonly target: Target;
  readonly memoryBytes: number;
  /** Cells that refused this run, with what they said. */
  readonly refusals: ReadonlyMap<CellId, FabricFailure>;
  readonly affinity?: Affinity;
  readonly strategy?: Strategy;
  /** Cells that lend the bytes the run works on. */
  readonly near?: readonly CellId[];
  /** Cells that are out of the question: they have had this run, or are not trusted with it. */
  readonly excluded?: ReadonlySet<CellId>;
}

/**
 * Picks a cell: filter (meant, alive, feasible, not refused, available), then score. Pure; the same view gives the same
 * answer. Feasible means it could ever fit; available, that it fits now: `capacity_exceeded` says some could, later.
 */
export function choose(candidates: readonly Candidate[], wish: Wish): Result<CellId, FabricFailure> {
  const feasible = feasibleFor(candidates, wish);
  if (!feasible.ok) return feasible;
  const willing = feasible.value.filter((candidate) => !wish.refusals.has(candidate.cell));
  if (willing.length === 0) return err(refusedByAll(wish.refusals));
  const available = willing.filter((candidate) => isAvailable(candidate, wish.memoryBytes));
  const best = available.toSorted(byScore(wish))[0];
  return best ? ok(best.cell) : err(failure('capacity_exceeded', 'every suitable cell is busy'));
}

/** The cells that could ever take the run, whether or not they have room now. At least one, or why there is none. */
export function feasibleFor(
  candidates: readonly Candidate[],
  wish: Pick<Wish, 'target' | 'memoryBytes' | 'affinity' | 'excluded'>,
): Result<readonly Candidate[], FabricFailure> {
  const { target, memoryBytes, affinity, excluded } = wish;
  const meant = candidates.filter(
    (candidate) =>
      isMeant(candidate, target) &&
      affinity?.required?.includes(candidate.cell) !== false &&
      excluded?.has(candidate.cell) !== true,
  );
  const alive = meant.filter((candidate) => candidate.isAlive);
  if (alive.length === 0) return err(failure('runtime_not_ready', nobodyMessage(target)));
  const allowed = alive.filter((candidate) => candidate.mayLend !== false);
  if (allowed.length === 0)
    return err(failure('lease_denied', 'the policy of the steward lets none of these cells lend'));
  const feasible = allowed.filter(
    (candidate) => candidate.slotsTotal >= 1 && candidate.memoryBytesTotal >= memoryBytes,
  );
  if (feasible.length > 0) return ok(feasible);
  return err(failure('lease_denied', `no cell here lends a worker slot and ${memoryBytes} bytes of memory`));
}

function isMeant(candidate: Candidate, target: Target): boolean {
  if (target === 'any') return true;
  return target === 'other' ? !candidate.isSelf : candidate.cell === target;
}

function isAvailable(candidate: Candidate, memoryBytes: number): boolean {
  if (candidate.isSuspect === true) return false;
  if ((candidate.slotsKept ?? 0) > 0) return true;
  return slotsLeft(candidate) >= 1 && candidate.memoryBytesFree >= memoryBytes;
}

/** Kept slots are lent out already: the cell counts them as taken, and for the runs they are kept for they are not. */
function slotsLeft({ slotsFree, slotsTotal, inFlight, slotsKept = 0 }: Candidate): number {
  return slotsKept + Math.max(0, Math.min(slotsFree, slotsTotal - inFlight - slotsKept));
}

/** Preferred first, then by the strategy, others before oneself, tabs in front, fewest of our own runs, by id. */
function byScore({ affinity, strategy, near }: Wish): (left: Candidate, right: Candidate) => number {
  const isPreferred = ({ cell }: Candidate): number => Number(affinity?.preferred?.includes(cell) === true);
  const isNear = ({ cell }: Candidate): number => Number(strategy === 'locality' && near?.includes(cell) === true);
  const fullness = strategy === 'binpack' ? -1 : 1;
  return (left, right) =>
    isPreferred(right) - isPreferred(left) ||
    isNear(right) - isNear(left) ||
    fullness * (slotsLeft(right) - slotsLeft(left)) ||
    Number(left.isSelf) - Number(right.isSelf) ||
    Number(left.isVisible === false) - Number(right.isVisible === false) ||
    left.inFlight - right.inFlight ||
    (left.cell < right.cell ? -1 : 1);
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
