import { err, ok, type Result } from '../../core/index.ts';
import { GENESIS, type AuditAnchor, type AuditRecord } from '../record.ts';
import {
  chosenLines,
  isNumbered,
  linesInOrder,
  readLines,
  type Bounds,
  type Line,
  type NumberedLine,
} from './lines.ts';

/** Something that is not as it was sealed. */
export interface AuditFinding {
  readonly what: 'added' | 'removed' | 'moved' | 'changed';
  /** The record it is about, or the first of several. Absent for an added line that is no record. */
  readonly sequence?: number;
  /** The last of several. */
  readonly through?: number;
  /** Where it is in the file, from 1. Absent for what is not there. */
  readonly line?: number;
  readonly message: string;
}

/** What is known of the chain besides the file. */
export interface AuditScope {
  /** The record after which the file begins: for an export whose oldest records are no longer kept. */
  readonly from?: AuditAnchor;
  /** The newest record when the file was written. Without it nobody can tell whether the end was cut off. */
  readonly head?: { readonly hash: string; readonly sequence?: number };
}

/** A chain without a flaw. */
export interface VerifiedAudit {
  readonly records: readonly AuditRecord[];
  readonly head: AuditAnchor;
}

/** Checks a chain, one record a line: all of its records, or every finding in the order of the records. */
export function verifyAudit(
  texts: readonly string[],
  scope: AuditScope = {},
): Result<VerifiedAudit, readonly AuditFinding[]> {
  const check = new Check(readLines(texts), { from: scope.from ?? GENESIS, headHash: scope.head?.hash });
  check.order();
  check.gaps();
  check.links();
  check.head(scope.head);
  return check.result();
}

class Check {
  readonly #lines: readonly Line[];
  readonly #bounds: Bounds;
  /** The line taken for each record. */
  readonly #chosen: ReadonlyMap<number, NumberedLine>;
  readonly #inOrder: ReadonlySet<Line>;
  readonly #findings: AuditFinding[] = [];
  /** Records already found changed: their links say nothing more. */
  readonly #changed = new Set<number>();

  constructor(lines: readonly Line[], bounds: Bounds) {
    const numbered = lines.filter(isNumbered).filter(({ sequence }) => sequence > bounds.from.sequence);
    this.#lines = lines;
    this.#bounds = bounds;
    this.#chosen = chosenLines(numbered, bounds);
    this.#inOrder = linesInOrder(numbered.filter((line) => this.#chosen.get(line.sequence) === line));
  }

  /** Lines too many, and lines out of their order. */
  order(): void {
    for (const line of this.#lines) {
      const { sequence } = line;
      if (sequence === undefined) continue;
      if (sequence <= this.#bounds.from.sequence) {
        this.#found('added', line, `record ${sequence} is of before the file begins`);
      } else if (this.#chosen.get(sequence) !== line) {
        this.#found('added', line, `it says it is record ${sequence}, which is elsewhere`);
      } else if (!this.#inOrder.has(line)) {
        this.#found('moved', line, `record ${sequence} is not in its place`);
      }
    }
  }

  /** Records that are missing; a line that cannot be read counts as the record whose place it takes. */
  gaps(): void {
    const unreadable = new Set<number>();
    let last = this.#bounds.from.sequence;
    for (const line of this.#lines) {
      if (this.#inOrder.has(line) && line.sequence !== undefined) last = line.sequence;
      else if (line.sequence === undefined && !this.#chosen.has(last + 1) && last < this.#lastSequence()) {
        unreadable.add(++last);
        this.#change(last, line.line, `line ${line.line} is no record any more`);
      } else if (line.sequence === undefined) this.#found('added', line, `line ${line.line} is no record`);
    }
    let expected = this.#bounds.from.sequence + 1;
    for (const sequence of [...this.#chosen.keys(), ...unreadable].sort((left, right) => left - right)) {
      if (sequence > expected) this.#missing(expected, sequence - 1);
      expected = sequence + 1;
    }
  }

  /** Records that lost their own hash, and records that the next one was not sealed over. */
  links(): void {
    for (const { sequence, line, isSealed } of this.#chosen.values()) {
      if (!isSealed) this.#change(sequence, line, `record ${sequence} does not have the hash it was sealed with`);
    }
    for (const next of this.#chosen.values()) {
      const { sequence, record } = next;
      const prevHash = this.#hashOf(sequence - 1);
      if (!record || prevHash === undefined || record.prevHash === prevHash) continue;
      if (this.#changed.has(sequence) || this.#changed.has(sequence - 1)) continue;
      const culprit = this.#isVouchedFor(next) ? (this.#chosen.get(sequence - 1) ?? next) : next;
      const message = `records ${sequence - 1} and ${sequence} do not belong together: ${culprit.sequence} was sealed anew`;
      this.#change(culprit.sequence, culprit.line, message);
    }
  }

  /** Whether the chain ends where it did. */
  head(head: AuditScope['head']): void {
    if (head === undefined) return;
    const last = this.#lastSequence();
    if (this.#hashOf(last) === head.hash && !this.#changed.has(last)) return;
    const anchored = [...this.#chosen.values()].find(({ record }) => record?.hash === head.hash)?.sequence;
    const sequence = anchored ?? head.sequence ?? last;
    for (const line of this.#chosen.values()) {
      if (line.sequence > sequence) this.#found('added', line, `record ${line.sequence} is of after the anchor`);
    }
    if (anchored !== undefined || this.#changed.has(sequence)) return;
    if (sequence > last) this.#missing(last + 1, sequence);
    else if (head.sequence === undefined || sequence === this.#bounds.from.sequence) {
      const message = `the chain does not end at the anchor: records after ${last} are missing, or some were sealed anew`;
      this.#findings.push({ what: 'removed', sequence: last + 1, message });
    } else this.#change(sequence, this.#chosen.get(sequence)?.line, `record ${sequence} is not the one of the anchor`);
  }

  result(): Result<VerifiedAudit, readonly AuditFinding[]> {
    if (this.#findings.length > 0) {
      return err([...this.#findings].sort((left, right) => (left.sequence ?? Infinity) - (right.sequence ?? Infinity)));
    }
    const records = [...this.#chosen.values()].flatMap(({ record }) => record ?? []);
    const last = records.at(-1);
    return ok({ records, head: last ? { sequence: last.sequence, hash: last.hash } : this.#bounds.from });
  }

  /** Whether the record after this one was sealed over it, or the anchor is its hash. */
  #isVouchedFor({ sequence, record }: NumberedLine): boolean {
    const after = this.#chosen.get(sequence + 1);
    const word = after ? after.record?.prevHash : this.#bounds.headHash;
    return this.#chosen.has(sequence - 1) && (word === record?.hash || (!after && word === undefined));
  }

  #hashOf(sequence: number): string | undefined {
    return sequence === this.#bounds.from.sequence ? this.#bounds.from.hash : this.#chosen.get(sequence)?.record?.hash;
  }

  #lastSequence(): number {
    let last = this.#bounds.from.sequence;
    for (const sequence of this.#chosen.keys()) last = Math.max(last, sequence);
    return last;
  }

  #missing(from: number, through: number): void {
    const message = from === through ? `record ${from} is missing` : `records ${from} to ${through} are missing`;
    this.#findings.push({ what: 'removed', sequence: from, ...(through > from ? { through } : {}), message });
  }

  #change(sequence: number, line: number | undefined, message: string): void {
    if (this.#changed.has(sequence)) return;
    this.#changed.add(sequence);
    this.#findings.push({ what: 'changed', sequence, ...(line === undefined ? {} : { line }), message });
  }

  #found(what: 'added' | 'moved', { sequence, line }: Line, message: string): void {
    this.#findings.push({ what, ...(sequence === undefined ? {} : { sequence }), line, message });
  }
}
