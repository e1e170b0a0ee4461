import { describe, expect, test } from 'vitest';
import { AuditChain, auditLine, GENESIS, verifyAudit } from '../../../src/audit/index.ts';
import { AUDIT_LIMITS, sha256, toHex, utf8 } from '../../../src/core/index.ts';
import { ManualTime, present, valueOf } from '../../support/index.ts';
import { GOLDEN_LINES } from './golden.ts';
import { CELL, DENIED, leaseEvent, linesOf, someEvents, someRecords } from './world.ts';

describe('a chain', () => {
  test('is pinned to the character, for every kind of record', () => {
    expect(linesOf(someRecords(11))).toEqual(GOLDEN_LINES);
  });

  test('links each record to the one before, by the digest that anyone can take', () => {
    let prevHash = GENESIS.hash;
    for (const [index, record] of someRecords(30).entries()) {
      expect(record).toMatchObject({ sequence: index + 1, prevHash, cell: CELL });
      const { hash, ...rest } = record;
      const sorted = Object.fromEntries(Object.entries(rest).sort(([left], [right]) => (left < right ? -1 : 1)));
      expect(toHex(sha256(utf8(JSON.stringify(sorted))))).toBe(hash);
      prevHash = hash;
    }
  });

  test('goes on where another left off', () => {
    const time = new ManualTime();
    const first = new AuditChain(CELL, time);
    const records = someEvents(5).map((event) => first.append(event));
    const second = new AuditChain(CELL, time, first.head());
    records.push(second.append(DENIED));
    expect(valueOf(verifyAudit(linesOf(records), { head: second.head() })).records).toEqual(records);
  });

  test('writes whole numbers of fractional clocks, and cuts a reason that is too long', () => {
    const chain = new AuditChain(CELL, { nowMs: () => 12.75, wallMs: () => 99.5 });
    const record = chain.append(leaseEvent('lease.revoked', '4', { reason: 'x'.repeat(5_000) }));
    expect(record).toMatchObject({ atMs: 12, wallMs: 99, reason: 'x'.repeat(AUDIT_LIMITS.reasonLengthMax) });
  });

  test.each(['', 'line\nbreak', 'quote " and \\', 'Grüße 🧵', '\ud83e cut in half', '__proto__'])(
    'keeps any reason: %j',
    (reason) => {
      const chain = new AuditChain(CELL, new ManualTime());
      const line = auditLine(chain.append(leaseEvent('lease.revoked', '4', { reason })));
      expect(line).not.toContain('\n');
      expect(present(valueOf(verifyAudit([line])).records[0])).toMatchObject({ reason });
    },
  );
});
