import { AUDIT_LIMITS, type CellId, type Clock } from '../core/index.ts';
import { GENESIS, sealed, type AuditAnchor, type AuditEvent, type AuditRecord } from './record.ts';

/** The chain of one cell: each record is sealed over the one before, so none can be changed, added or taken out. */
export class AuditChain {
  readonly #cell: CellId;
  readonly #clock: Clock;
  #head: AuditAnchor;

  /** Goes on after `head`, or begins a chain. */
  constructor(cell: CellId, clock: Clock, head: AuditAnchor = GENESIS) {
    this.#cell = cell;
    this.#clock = clock;
    this.#head = head;
  }

  /** Seals one record. A reason that is too long is cut. */
  append(event: AuditEvent): AuditRecord {
    const record = sealed(shortened(event), {
      sequence: this.#head.sequence + 1,
      wallMs: Math.floor(this.#clock.wallMs()),
      atMs: Math.floor(this.#clock.nowMs()),
      cell: this.#cell,
      prevHash: this.#head.hash,
    });
    this.#head = { sequence: record.sequence, hash: record.hash };
    return record;
  }

  /** The place of the newest record. */
  head(): AuditAnchor {
    return this.#head;
  }
}

function shortened(event: AuditEvent): AuditEvent {
  return 'reason' in event ? { ...event, reason: event.reason.slice(0, AUDIT_LIMITS.reasonLengthMax) } : event;
}
