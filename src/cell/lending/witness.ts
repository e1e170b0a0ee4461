import type { AuditEvent, LeaseAuditKind } from '../../audit/index.ts';
import type { LeaseBook, LeaseFacts, LeaseStanding } from '../../capability/index.ts';
import type { CellId, Env, LeaseId } from '../../core/index.ts';
import type { Lease, LeaseEvent, LeaseEventKind } from '../../lease/index.ts';

/** Tells people that something happened: `kind` is noun.verb. */
export type Note = (level: 'info' | 'warn', kind: string, text: string) => void;

/** Where what happened is sealed: a cell's audit chain. */
export interface AuditSink {
  append(event: AuditEvent): void;
}

/** An ended lease, for people to see for a while. */
export interface EndedLease {
  readonly lease: Lease;
  readonly endedAtMs: number;
}

export interface WitnessDeps {
  readonly env: Pick<Env, 'clock'>;
  readonly audit: AuditSink;
  readonly note: Note;
  readonly nameOf: (cell: CellId) => string;
  readonly changed: () => void;
}

/** How long an ended lease is still shown. */
const ENDED_SHOWN_MS = 6_000;
const ENDED_SHOWN_MAX = 64;
/** Leases whose end is remembered, so that a late token is refused for the right reason. */
const FACTS_PAST_MAX = 1_024;

/** Which events are sealed, and as what. A revoke for somebody else's sake is a preemption. */
const SEALED: Readonly<Partial<Record<LeaseEventKind, LeaseAuditKind>>> = {
  granted: 'lease.granted',
  renewed: 'lease.renewed',
  freed: 'lease.freed',
  expired: 'lease.expired',
  revoked: 'lease.revoked',
  fenced: 'lease.fenced',
  unfenced: 'lease.unfenced',
};
/** What people need not be told: renewals come all the time, and the end of a teardown follows an end. */
const UNSAID = new Set<LeaseEventKind>(['renewed', 'reclaimed', 'checkpointed']);

/**
 * Sees everything that happens to this cell's leases, once and in order: seals it into the audit chain, tells people, and
 * keeps the facts that tokens and sessions are checked against.
 */
export class LeaseWitness implements LeaseBook {
  readonly #deps: WitnessDeps;
  readonly #facts = new Map<LeaseId, LeaseFacts>();
  readonly #past: LeaseId[] = [];
  readonly #ended: EndedLease[] = [];

  constructor(deps: WitnessDeps) {
    this.#deps = deps;
  }

  find(leaseId: LeaseId): LeaseFacts | undefined {
    return this.#facts.get(leaseId);
  }

  observe(event: LeaseEvent): void {
    if (event.kind === 'denied') {
      const { holder, what, denial } = event;
      this.denied(holder, denial.code, `${what}: ${denial.message}`);
      return;
    }
    const { kind, lease, by } = event;
    this.#remember(kind, lease);
    const sealedAs = kind === 'revoked' && lease.revokeReason === 'preempted' ? 'lease.preempted' : SEALED[kind];
    if (sealedAs) this.#deps.audit.append(auditEventOf(sealedAs, lease));
    const level = kind === 'fenced' ? 'warn' : 'info';
    if (!UNSAID.has(kind)) this.#deps.note(level, `lease.${kind}`, this.#text(kind, lease, by));
    this.#deps.changed();
  }

  /** Something was refused: that is sealed as well. */
  denied(tenant: CellId, code: string, reason: string): void {
    this.#deps.audit.append({ kind: 'request.denied', tenant, code, reason: reason.slice(0, 256) });
  }

  /** Leases that ended a moment ago. */
  ended(): readonly EndedLease[] {
    const nowMs = this.#deps.env.clock.nowMs();
    return this.#ended.filter((ended) => nowMs - ended.endedAtMs < ENDED_SHOWN_MS);
  }

  #remember(kind: LeaseEventKind, lease: Lease): void {
    if (kind !== 'reclaimed' && kind !== 'unfenced') {
      this.#facts.set(lease.leaseId, factsOf(lease));
      return;
    }
    this.#ended.push({ lease, endedAtMs: this.#deps.env.clock.nowMs() });
    this.#ended.splice(0, Math.max(0, this.#ended.length - ENDED_SHOWN_MAX));
    this.#past.push(lease.leaseId);
    if (this.#past.length < 2 * FACTS_PAST_MAX) return;
    for (const leaseId of this.#past.splice(0, FACTS_PAST_MAX)) this.#facts.delete(leaseId);
  }

  #text(kind: LeaseEventKind, lease: Lease, by: CellId | undefined): string {
    const { nameOf } = this.#deps;
    if (kind === 'granted') return `${described(lease)} to ${nameOf(lease.holder)}`;
    const who = kind === 'opened' || kind === 'closed' ? ` by ${nameOf(by ?? lease.holder)}` : '';
    return `${described(lease)} of ${nameOf(lease.holder)}${who}`;
  }
}

const STANDING: Readonly<Record<Lease['state'], LeaseStanding>> = {
  active: 'live',
  freed: 'freed',
  expired: 'expired',
  revoked: 'revoked',
};

/** Grace never prolongs a lease, and its end is as good as the deadline. */
function factsOf(lease: Lease): LeaseFacts {
  const { kind, resourceId, generation, epoch, expiresAtMs, graceEndsAtMs = Infinity, state, revokeState } = lease;
  const standing = revokeState === 'fenced' ? 'fenced' : STANDING[state];
  return { kind, resourceId, generation, epoch, expiresAtMs: Math.min(expiresAtMs, graceEndsAtMs), standing };
}

function auditEventOf(kind: LeaseAuditKind, lease: Lease): AuditEvent {
  const { leaseId, holder, resourceId, quantity, generation, epoch, ttlMs, revokeReason } = lease;
  const reason = revokeReason === undefined ? {} : { reason: revokeReason };
  return {
    kind,
    leaseId,
    tenant: holder,
    resource: lease.kind,
    resourceId,
    quantity,
    generation,
    epoch,
    ttlMs,
    ...reason,
  };
}

function described({ kind, quantity }: Lease): string {
  if (kind === 'mem') return `${sizeText(quantity)} of memory`;
  return quantity === 1 ? '1 worker slot' : `${quantity} worker slots`;
}

function sizeText(sizeBytes: number): string {
  if (sizeBytes >= 1_048_576) return `${Math.round(sizeBytes / 1_048_576)} MiB`;
  return sizeBytes >= 1_024 ? `${Math.round(sizeBytes / 1_024)} KiB` : `${sizeBytes} bytes`;
}
