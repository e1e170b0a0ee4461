import { AuditChain, type AuditEvent, type AuditRecord } from '../../audit/index.ts';
import type { AuditSink } from '../../cell/index.ts';
import type { CellId, Clock } from '../../core/index.ts';

/** The audit chain of one identity, as its profile keeps it: every tab of that identity goes on with it. */
export class SimAudit implements AuditSink {
  readonly #records: AuditRecord[];
  readonly #chain: AuditChain;
  readonly #watch: (record: AuditRecord) => void;

  constructor(cell: CellId, clock: Clock, records: AuditRecord[], watch: (record: AuditRecord) => void) {
    this.#records = records;
    this.#chain = new AuditChain(cell, clock, records.at(-1));
    this.#watch = watch;
    this.append({ kind: 'cell.started' });
  }

  append(event: AuditEvent): void {
    const record = this.#chain.append(event);
    this.#records.push(record);
    this.#watch(record);
  }
}
