import { AUDIT_LIMITS, type CellId, type Env, type Timer } from '../core/index.ts';
import { AuditChain } from './chain.ts';
import { DenialCounter } from './denials.ts';
import { auditLine, type AuditAnchor, type AuditEvent, type AuditRecord } from './record.ts';
import type { AuditStore } from './store.ts';

export interface AuditLogDeps {
  readonly cell: CellId;
  readonly env: Env;
  readonly store: AuditStore;
}

/** Records read from the store at a time. */
const PAGE = 1_000;

/**
 * A cell's chain with the store behind it.
 * 1. `append` seals at once and never waits; records reach the store within `AUDIT_LIMITS.keepWithinMs`, in order.
 * 2. At most `AUDIT_LIMITS.pendingMax` records wait. When the store cannot keep up the oldest of them are given up, which
 *    the chain shows as a gap: nothing is lost in silence.
 * 3. However often a cell is refused, that is one record at once and one every `AUDIT_LIMITS.denialsTogetherMs`.
 */
export class AuditLog {
  readonly #env: Env;
  readonly #store: AuditStore;
  readonly #chain: AuditChain;
  readonly #denials = new DenialCounter();
  #pending: AuditRecord[] = [];
  #timer: Timer | undefined;
  #denialTimer: Timer | undefined;
  #keeping: Promise<void> | undefined;
  #lost = 0;

  private constructor({ cell, env, store }: AuditLogDeps, anchor: AuditAnchor | undefined) {
    this.#env = env;
    this.#store = store;
    this.#chain = new AuditChain(cell, env.clock, anchor);
    this.append({ kind: 'cell.started' });
  }

  /** Goes on with the chain that the store holds, or begins one; says that the cell has started. */
  static async open(deps: AuditLogDeps): Promise<AuditLog> {
    return new AuditLog(deps, await deps.store.anchor());
  }

  append(event: AuditEvent): void {
    if (event.kind !== 'request.denied') return this.#seal(event);
    const { clock, timers } = this.#env;
    if (this.#denials.isFirst(event, clock.nowMs())) this.#seal(event);
    this.#denialTimer ??= timers.after(AUDIT_LIMITS.denialsTogetherMs, () => this.#sealDenials());
  }

  head(): AuditAnchor {
    return this.#chain.head();
  }

  /** Records that never reached the store. */
  lost(): number {
    return this.#lost;
  }

  /** Brings every waiting record to the store, or leaves them waiting when it refuses. Never rejects. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    // One batch at a time: the chain is kept in its order.
    while (this.#keeping) await this.#keeping;
    if (this.#pending.length === 0) return;
    this.#keeping = this.#keep(this.#pending.splice(0));
    await this.#keeping;
  }

  /** Every record there is, oldest first, as lines of JSON. */
  async lines(): Promise<readonly string[]> {
    this.#sealDenials(Infinity);
    await this.flush();
    const lines: string[] = [];
    for (let after = 0; ;) {
      const page = await this.#store.read(after, PAGE);
      lines.push(...page.map(auditLine));
      after = page.at(-1)?.sequence ?? after;
      if (page.length < PAGE) break;
    }
    return [...lines, ...this.#pending.map(auditLine)];
  }

  #seal(event: AuditEvent): void {
    this.#pending.push(this.#chain.append(event));
    this.#giveUpSurplus();
    if (this.#pending.length >= AUDIT_LIMITS.batchMin && !this.#keeping) void this.flush();
    else this.#timer ??= this.#env.timers.after(AUDIT_LIMITS.keepWithinMs, () => void this.flush());
  }

  /** Seals what was counted in windows that end by `byMs`, or by now. */
  #sealDenials(byMs?: number): void {
    const { clock, timers } = this.#env;
    for (const event of this.#denials.takeDue(clock.nowMs(), byMs)) this.#seal(event);
    this.#denialTimer?.cancel();
    this.#denialTimer = this.#denials.isCounting()
      ? timers.after(AUDIT_LIMITS.denialsTogetherMs, () => this.#sealDenials())
      : undefined;
  }

  async #keep(batch: AuditRecord[]): Promise<void> {
    try {
      await this.#store.keep(batch);
    } catch (error) {
      this.#env.log.write('warn', 'the audit store refused records', { count: batch.length, error: String(error) });
      this.#pending = [...batch, ...this.#pending];
      this.#giveUpSurplus();
    } finally {
      this.#keeping = undefined;
    }
  }

  #giveUpSurplus(): void {
    const surplus = this.#pending.length - AUDIT_LIMITS.pendingMax;
    if (surplus <= 0) return;
    this.#pending.splice(0, surplus);
    this.#lost += surplus;
  }
}
