import type { Cell, WarmDoor } from '../../cell/index.ts';
import {
  contentHash,
  err,
  failure,
  ok,
  TASKLET_LIMITS,
  WARM_LIMITS,
  type CellId,
  type Env,
  type FabricErrorCode,
  type FabricFailure,
  type Result,
  type RunId,
} from '../../core/index.ts';
import { choose, type Candidate } from '../../placement/index.ts';
import type { WarmOrder } from '../index.ts';
import { refusalOf } from './request.ts';

export interface HostWarmDeps {
  readonly env: Env;
  readonly cell: Cell;
  readonly candidates: () => readonly Candidate[];
  /** Resolves when there is a link to that cell, or none soon. */
  readonly reach: (cell: CellId) => Promise<unknown>;
  readonly isReady: () => boolean;
}

/** Refusals that say more about the tasklet than about the cell: no other would do better. */
const OWN_FAULT: ReadonlySet<FabricErrorCode> = new Set([
  'module_rejected',
  'invalid_argument',
  'fuel_exhausted',
  'stack_exhausted',
  'trapped',
]);

/** Warm tasklets of a host: where they go, and that they are sound before anything is asked of anyone. */
export class HostWarm {
  readonly #deps: HostWarmDeps;

  constructor(deps: HostWarmDeps) {
    this.#deps = deps;
  }

  /** Opens one at the best cell that keeps it; a denial moves on to the next. */
  async open(warmId: RunId, order: WarmOrder): Promise<Result<WarmDoor, FabricFailure>> {
    if (!this.#deps.isReady()) return err(failure('runtime_not_ready', 'not joined'));
    const { program, tasklet, module, on = 'any', fuel, memoryBytes = TASKLET_LIMITS.memoryBytesDefault } = order;
    const { callMs = WARM_LIMITS.callMsDefault, fresh: isFresh = false, priority, leases, memory } = order;
    const refusal = refusalOf({ ...order, input: new Uint8Array(0) }) ?? callMsRefusal(callMs);
    if (refusal) return err(refusal);
    const wish = {
      ...{ warmId, program, tasklet, module, callMs, memoryBytes, isFresh },
      moduleHash: contentHash(module),
      fuelLimit: fuel ?? TASKLET_LIMITS.fuelDefault,
      submittedWallMs: Math.trunc(this.#deps.env.clock.wallMs()),
      ...(priority ? { tier: priority } : {}),
      ...(leases ? { leases } : {}),
      ...(memory ? { memory } : {}),
    };
    const { cell, candidates, reach } = this.#deps;
    const given = leases && cell.holdings.usable(leases.cpu);
    const refusals = new Map<CellId, FabricFailure>();
    for (;;) {
      const target = given?.ok ? given.value.held.lessor : on;
      const isOne = target !== 'any' && target !== 'other';
      const chosen = isOne ? ok(target) : choose(candidates(), { target, memoryBytes, refusals });
      if (!chosen.ok) return chosen;
      await reach(chosen.value);
      const opened = await cell.warm.open(chosen.value, wish);
      if (opened.ok || isOne || OWN_FAULT.has(opened.error.code)) return opened;
      refusals.set(chosen.value, opened.error);
    }
  }
}

function callMsRefusal(callMs: number): FabricFailure | undefined {
  if (Number.isSafeInteger(callMs) && callMs >= 1 && callMs <= WARM_LIMITS.callMsMax) return undefined;
  return failure('invalid_argument', `callMs is a whole number from 1 to ${WARM_LIMITS.callMsMax}`);
}
