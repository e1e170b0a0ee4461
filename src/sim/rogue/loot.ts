import type { Bytes, CellId, LeaseId, RunId } from '../../core/index.ts';
import type { WireGrant } from '../../wire/index.ts';
import type { SimTab } from '../tab.ts';

/** How long after its deadline a lease is over for certain, whatever the two clocks and roundings do. */
const CERTAIN_MS = 5;
const CERTAIN_FRACTION = 0.002;

/** One lease the rogue took. */
export interface StolenLease {
  readonly leaseId: LeaseId;
  readonly kind: WireGrant['kind'];
  generation: number;
  token: Bytes;
  /** Tokens of generations that are past. */
  readonly stale: Bytes[];
  /** When it is surely over, in simulated time. */
  overAtMs: number;
}

/** A slot and memory at one cell, taken for one run. */
export interface Loot {
  readonly from: SimTab;
  readonly lessor: CellId;
  readonly runId: RunId;
  readonly cpu: StolenLease;
  readonly mem: StolenLease;
  /** Given back, and the lessor said so. */
  isFreed: boolean;
  /** Under which its memory is open as a region. */
  region?: number;
}

export function stolen(grant: WireGrant, nowMs: number): StolenLease {
  const { leaseId, kind, generation, token } = grant;
  const lease = { leaseId, kind, generation, token: new Uint8Array(token), stale: [], overAtMs: 0 };
  return { ...lease, overAtMs: overAt(grant, nowMs) };
}

/** The lessor has renewed it: what was known before is stale. */
export function renew(lease: StolenLease, grant: WireGrant, nowMs: number): void {
  if (grant.generation <= lease.generation) return;
  lease.stale.push(lease.token);
  lease.token = new Uint8Array(grant.token);
  lease.generation = grant.generation;
  lease.overAtMs = Math.max(lease.overAtMs, overAt(grant, nowMs));
}

/** Whether every use of it has to be refused from now on. A lessor whose clock stood still may see it otherwise. */
export function isOver({ isFreed, from, cpu, mem }: Loot, nowMs: number): boolean {
  return isFreed || (!from.hasSlept && nowMs > Math.max(cpu.overAtMs, mem.overAtMs));
}

function overAt({ remainingMs }: WireGrant, nowMs: number): number {
  return nowMs + remainingMs * (1 + CERTAIN_FRACTION) + CERTAIN_MS;
}
