import {
  assert,
  err,
  ok,
  RUN_LIMITS,
  type Bytes,
  type CellId,
  type Env,
  type LeaseId,
  type Result,
  type RunId,
  type Timer,
} from '../../core/index.ts';
import type { HeldLease, LeaseTier, LeaseWish } from '../../lease/index.ts';
import type { Refusal } from '../../wire/index.ts';
import type { Holdings } from './holdings.ts';

/** A lease for a run, with the token that the run shows. */
export interface RunLease {
  readonly held: HeldLease;
  readonly token: Bytes;
}

/** The two leases of one cell that a run goes on. */
export interface RunPair {
  readonly cpu: RunLease;
  readonly mem: RunLease;
  /** The map they are kept for. */
  readonly map?: string;
  /** Given by the program, which alone frees them. */
  readonly isGiven: boolean;
}

/** What a run needs at a cell. */
export interface RunNeeds {
  readonly runId: RunId;
  readonly memoryBytes: number;
  readonly deadlineMs: number;
  readonly tier?: LeaseTier;
  /** The map it is part of: its leases serve the next run of that map. */
  readonly map?: string;
  readonly leases?: { readonly cpu: LeaseId; readonly mem: LeaseId };
  /** Whether they are renewed until they are given back, however long that is. */
  readonly isLasting?: boolean;
}

interface KeptPair {
  readonly to: CellId;
  readonly cpu: LeaseId;
  readonly mem: LeaseId;
  readonly sinceMs: number;
}

/** How much longer than the run its leases live. */
const LEASE_MARGIN_MS = 5_000;

/**
 * The leases that runs go on: given by their program, taken for one run, or kept for the next run of the same map.
 * Those kept are renewed while the map is open, and freed when it closes or when they have been idle for a while.
 */
export class RunLeases {
  readonly #env: Pick<Env, 'clock' | 'timers'>;
  readonly #holdings: Holdings;
  readonly #kept = new Map<string, KeptPair[]>();
  #sweep: Timer | undefined;

  constructor(env: Pick<Env, 'clock' | 'timers'>, holdings: Holdings) {
    this.#env = env;
    this.#holdings = holdings;
  }

  openMap(map: string): void {
    this.#kept.set(map, []);
  }

  closeMap(map: string): void {
    const pairs = this.#kept.get(map) ?? [];
    this.#kept.delete(map);
    for (const { cpu, mem } of pairs) void this.#holdings.give([cpu, mem]);
  }

  close(): void {
    this.#sweep?.cancel();
  }

  /** Slots at a cell that wait for the next run of a map. */
  keptAt(map: string, cell: CellId): number {
    return (this.#kept.get(map) ?? []).filter((pair) => pair.to === cell && this.#pairOf(pair).ok).length;
  }

  async take(to: CellId, needs: RunNeeds): Promise<Result<RunPair, Refusal>> {
    if (needs.leases) return this.#given(to, needs.leases);
    const { map } = needs;
    const kept = map === undefined ? undefined : this.#kept.get(map);
    for (let at = kept?.findIndex((pair) => pair.to === to) ?? -1; kept && at >= 0;) {
      const [pair] = kept.splice(at, 1);
      const usable = pair ? this.#pairOf(pair) : undefined;
      if (usable?.ok) return ok({ ...usable.value, isGiven: false, ...(map === undefined ? {} : { map }) });
      at = kept.findIndex((other) => other.to === to);
    }
    return this.#fresh(to, needs, kept ? map : undefined);
  }

  /** Whoever is done with a pair gives it back; `isIdle` says that nothing runs on it any more. */
  giveBack(pair: RunPair, isIdle: boolean): void {
    if (pair.isGiven) return;
    const [cpu, mem] = [pair.cpu.held.leaseId, pair.mem.held.leaseId];
    const kept = pair.map === undefined ? undefined : this.#kept.get(pair.map);
    const entry = { to: pair.cpu.held.lessor, cpu, mem, sinceMs: this.#env.clock.nowMs() };
    if (!kept || !isIdle || !this.#pairOf(entry).ok) {
      void this.#holdings.give([cpu, mem]);
      return;
    }
    kept.push(entry);
    this.#sweep ??= this.#env.timers.after(RUN_LIMITS.keptIdleMsMax, () => this.#letGo());
  }

  async #fresh(to: CellId, needs: RunNeeds, map: string | undefined): Promise<Result<RunPair, Refusal>> {
    const isLasting = map !== undefined || needs.isLasting === true;
    const ttlMs = isLasting ? RUN_LIMITS.keptLeaseTtlMs : needs.deadlineMs + LEASE_MARGIN_MS;
    const terms = { ttlMs, ...(needs.tier === undefined ? {} : { tier: needs.tier }) };
    const wishes: LeaseWish[] = [
      { kind: 'cpu', quantity: 1, ...terms },
      { kind: 'mem', quantity: needs.memoryBytes, ...terms },
    ];
    const taken = await this.#holdings.take(to, wishes, map === undefined ? needs.runId : undefined);
    if (!taken.ok) return taken;
    const [cpu, mem] = taken.value;
    assert(cpu !== undefined && mem !== undefined, 'both wishes are granted, or none');
    if (isLasting) for (const { leaseId } of taken.value) this.#holdings.keepAlive(leaseId, true);
    const pair = this.#pairOf({ cpu: cpu.leaseId, mem: mem.leaseId });
    return pair.ok ? ok({ ...pair.value, isGiven: false, ...(map === undefined ? {} : { map }) }) : pair;
  }

  /** The leases that a run was given, if this cell may still use them and they are of that cell. */
  #given(to: CellId, leases: { cpu: LeaseId; mem: LeaseId }): Result<RunPair, Refusal> {
    const pair = this.#pairOf(leases);
    if (!pair.ok) return pair;
    const { cpu, mem } = pair.value;
    const isFit = cpu.held.kind === 'cpu' && mem.held.kind === 'mem';
    if (isFit && cpu.held.lessor === to && mem.held.lessor === to) return ok({ cpu, mem, isGiven: true });
    return err({ code: 'invalid_argument', message: 'a run takes a cpu and a mem lease of the cell that it goes to' });
  }

  #pairOf(leases: { readonly cpu: LeaseId; readonly mem: LeaseId }): Result<{ cpu: RunLease; mem: RunLease }, Refusal> {
    const cpu = this.#holdings.usable(leases.cpu);
    if (!cpu.ok) return cpu;
    const mem = this.#holdings.usable(leases.mem);
    return mem.ok ? ok({ cpu: cpu.value, mem: mem.value }) : mem;
  }

  /** Frees what has been idle too long: others may want it. */
  #letGo(): void {
    this.#sweep = undefined;
    const beforeMs = this.#env.clock.nowMs() - RUN_LIMITS.keptIdleMsMax;
    for (const [map, pairs] of this.#kept) {
      const [stale, fresh] = [
        pairs.filter((pair) => pair.sinceMs <= beforeMs),
        pairs.filter((pair) => pair.sinceMs > beforeMs),
      ];
      this.#kept.set(map, fresh);
      for (const { cpu, mem } of stale) void this.#holdings.give([cpu, mem]);
    }
    const isAnyKept = [...this.#kept.values()].some((pairs) => pairs.length > 0);
    if (isAnyKept) this.#sweep = this.#env.timers.after(RUN_LIMITS.keptIdleMsMax / 2, () => this.#letGo());
  }
}
