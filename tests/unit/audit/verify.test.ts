import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AuditChain,
  auditLine,
  verifyAudit,
  type AuditAnchor,
  type AuditFinding,
  type AuditRecord,
} from '../../../src/audit/index.ts';
import { sha256, toHex, utf8 } from '../../../src/core/index.ts';
import { errorOf, idOf, ManualTime, present, valueOf } from '../../support/index.ts';
import { CELL, DENIED, linesOf, someRecords } from './world.ts';

const COUNT = 24;
const RECORDS = someRecords(COUNT);
const LINES = linesOf(RECORDS);
const HEAD = anchorAt(RECORDS, COUNT);

function anchorAt(records: readonly AuditRecord[], sequence: number): AuditAnchor {
  return { sequence, hash: present(records[sequence - 1]).hash };
}

function findingsOf(lines: readonly string[], head: AuditAnchor = HEAD): readonly AuditFinding[] {
  return errorOf(verifyAudit(lines, { head }));
}

/** What was found, without the words. */
function facts(findings: readonly AuditFinding[]): readonly string[] {
  return findings.map(({ what, sequence, through }) => {
    return `${what} ${sequence ?? '-'}${through === undefined ? '' : `-${through}`}`;
  });
}

/** The record as it would be if whoever changed it also gave it a fitting hash. */
function resealed(record: AuditRecord, change: object): string {
  const entries = Object.entries({ ...record, ...change }).filter(([key]) => key !== 'hash');
  const canonical = (list: readonly [string, unknown][]): string =>
    JSON.stringify(Object.fromEntries(list.toSorted(([left], [right]) => (left < right ? -1 : 1))));
  return canonical([...entries, ['hash', toHex(sha256(utf8(canonical(entries))))]]);
}

const place = fc.integer({ min: 1, max: COUNT });

describe('a whole chain', () => {
  test('is whole, with the anchor and without', () => {
    expect(valueOf(verifyAudit(LINES, { head: HEAD }))).toEqual({ records: RECORDS, head: HEAD });
    expect(valueOf(verifyAudit(LINES, { head: { hash: HEAD.hash } })).head).toEqual(HEAD);
    expect(valueOf(verifyAudit(LINES)).head).toEqual(HEAD);
    expect(valueOf(verifyAudit([])).records).toEqual([]);
  });

  test('may begin later, where its beginning is known', () => {
    const from = anchorAt(RECORDS, 10);
    expect(valueOf(verifyAudit(LINES.slice(10), { from, head: HEAD })).records).toHaveLength(14);
    expect(facts(errorOf(verifyAudit(LINES.slice(11), { from, head: HEAD })))).toEqual(['removed 11']);
    expect(facts(errorOf(verifyAudit(LINES.slice(9), { from, head: HEAD })))).toEqual(['added 10']);
    expect(facts(errorOf(verifyAudit(LINES.slice(10), { head: HEAD })))).toEqual(['removed 1-10']);
    const elsewhere = { ...from, hash: 'f'.repeat(64) };
    expect(facts(errorOf(verifyAudit(LINES.slice(10), { from: elsewhere, head: HEAD })))).toEqual(['changed 11']);
  });
});

describe('any single thing that is done to a chain is found and named', () => {
  test('a character of a line changed', () => {
    fc.assert(
      fc.property(
        place,
        fc.nat(),
        fc.constantFrom('0', 'a', '9', 'f', '"', ',', ' ', '}', '{', 'x'),
        (sequence, at, character) => {
          const line = present(LINES[sequence - 1]);
          const index = at % line.length;
          fc.pre(line[index] !== character);
          const spoiled = LINES.with(sequence - 1, line.slice(0, index) + character + line.slice(index + 1));
          const findings = findingsOf(spoiled);
          expect(findings.some((finding) => finding.line === sequence || finding.sequence === sequence)).toBe(true);
          // The records it leaves alone are not accused, save one whose number the changed line took.
          expect(findings.length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('a record changed and sealed anew', () => {
    fc.assert(
      fc.property(place, fc.nat(), (sequence, wallMs) => {
        const record = present(RECORDS[sequence - 1]);
        fc.pre(record.wallMs !== wallMs);
        const spoiled = LINES.with(sequence - 1, resealed(record, { wallMs }));
        expect(facts(findingsOf(spoiled))).toEqual([`changed ${sequence}`]);
      }),
    );
  });

  test('a record removed', () => {
    fc.assert(
      fc.property(place, (sequence) => {
        expect(facts(findingsOf(LINES.toSpliced(sequence - 1, 1)))).toEqual([`removed ${sequence}`]);
      }),
    );
  });

  test('several records removed in a row', () => {
    expect(facts(findingsOf(LINES.toSpliced(4, 3)))).toEqual(['removed 5-7']);
    expect(facts(findingsOf(LINES.slice(0, -3)))).toEqual([`removed ${COUNT - 2}-${COUNT}`]);
    expect(facts(findingsOf([]))).toEqual([`removed 1-${COUNT}`]);
    expect(facts(errorOf(verifyAudit(LINES.slice(0, -3), { head: { hash: HEAD.hash } })))).toEqual([
      `removed ${COUNT - 2}`,
    ]);
  });

  test('a record repeated anywhere', () => {
    fc.assert(
      fc.property(place, fc.nat(COUNT), (sequence, at) => {
        const findings = findingsOf(LINES.toSpliced(at, 0, present(LINES[sequence - 1])));
        expect(facts(findings).filter((fact) => fact !== `added ${sequence}` && fact !== `moved ${sequence}`)).toEqual(
          [],
        );
        expect(findings.length).toBeGreaterThan(0);
      }),
    );
  });

  test('a record of another chain, or nonsense, put in anywhere', () => {
    const foreign = linesOf(someRecords(COUNT, idOf.cell('c')));
    fc.assert(
      fc.property(
        fc.constantFrom(...foreign, '', '{}', 'null', '[1]', '{"sequence":1e400}'),
        fc.nat(COUNT),
        (line, at) => {
          const findings = findingsOf(LINES.toSpliced(at, 0, line));
          expect(findings.map(({ what }) => what)).toEqual(['added']);
          expect(present(findings[0]).line).toBe(at + 1);
        },
      ),
    );
  });

  test('a record sealed over a true one and put in beside the next', () => {
    fc.assert(
      fc.property(place, fc.boolean(), (sequence, isBefore) => {
        const before = sequence > 1 ? anchorAt(RECORDS, sequence - 1) : undefined;
        const fork = new AuditChain(CELL, new ManualTime(), before).append({ ...DENIED, reason: 'never happened' });
        const at = isBefore ? sequence - 1 : sequence;
        const findings = findingsOf(LINES.toSpliced(at, 0, auditLine(fork)));
        expect(facts(findings)).toEqual([`added ${sequence}`]);
        expect(present(findings[0]).line).toBe(at + 1);
      }),
    );
  });

  test('records added at the end', () => {
    const chain = new AuditChain(CELL, new ManualTime(), HEAD);
    const added = [auditLine(chain.append(DENIED)), auditLine(chain.append(DENIED))];
    expect(facts(findingsOf([...LINES, ...added]))).toEqual([`added ${COUNT + 1}`, `added ${COUNT + 2}`]);
  });

  test('two records exchanged', () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        fc.pre(one !== other);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const swapped = LINES.with(low - 1, present(LINES[high - 1])).with(high - 1, present(LINES[low - 1]));
        const findings = findingsOf(swapped);
        expect(findings.every(({ what }) => what === 'moved')).toBe(true);
        expect(findings.some(({ sequence }) => sequence === low || sequence === high)).toBe(true);
        expect(findings.every(({ sequence = 0 }) => sequence >= low && sequence <= high)).toBe(true);
      }),
    );
  });

  test('a whole end rewritten and sealed anew', () => {
    const before = anchorAt(RECORDS, 20);
    const chain = new AuditChain(CELL, new ManualTime(), before);
    const rewritten = Array.from({ length: 4 }, () => auditLine(chain.append(DENIED)));
    expect(facts(findingsOf([...LINES.slice(0, 20), ...rewritten]))).toEqual([`changed ${COUNT}`]);
    const shorter = findingsOf([...LINES.slice(0, 20), ...rewritten.slice(0, 2)]);
    expect(facts(shorter)).toEqual([`removed ${COUNT - 1}-${COUNT}`]);
  });

  test('a record replaced by one of another place', () => {
    const spoiled = LINES.with(4, resealed(present(RECORDS[4]), { prevHash: 'f'.repeat(64) }));
    expect(facts(findingsOf(spoiled))).toEqual(['changed 5']);
  });

  test('the form of a line changed, though not what it says', () => {
    const line = present(LINES[6]);
    for (const spoiled of [`${line} `, line.replace(',', ', '), line.replace('"epoch":1', '"epoch":1.0')]) {
      expect(facts(findingsOf(LINES.with(6, spoiled)))).toEqual(['changed 7']);
    }
  });
});

test('several things at once are all named', () => {
  const spoiled = LINES.with(2, present(LINES[2]).replace('"wallMs"', '"wallms"'))
    .toSpliced(9, 1)
    .toSpliced(15, 0, 'nonsense')
    .with(19, resealed(present(RECORDS[19]), { wallMs: 1 }));
  expect(facts(findingsOf(spoiled))).toEqual(['changed 3', 'removed 10', 'changed 20', 'added -']);
});

test('nothing in a file makes the check fail', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(...LINES),
    fc.record({ sequence: fc.oneof(fc.maxSafeNat(), fc.double(), fc.string()) }).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const verified = verifyAudit(lines, { head: HEAD });
      expect(verified.ok).toBe(false);
    }),
    { numRuns: 500 },
  );
});
