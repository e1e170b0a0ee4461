import { err, ok, type Result } from '../../core/index.ts';
import { GENESIS, type AuditAnchor, type AuditRecord } from '../record.ts';
import { chosenLines, isSealed, linesInOrder, readLines, type Bounds, type Line, type SealedLine } from './lines.ts';

/** Something that is not as it was sealed. */
export interface AuditFinding {
  readonly what: 'added' | 'removed' | 'moved' | 'changed';
  /** The record it is about, or the first of several. For an added line what that says; absent when it says nothing. */
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
  check.gaps(scope.head?.sequence);
  check.links();
  check.head(scope.head);
  return check.result();
}

class Check {
  readonly #lines: readonly Line[];
  readonly #bounds: Bounds;
  /** The line taken for each record. */
  readonly #chosen: ReadonlyMap<number, SealedLine>;
  readonly #inOrder: ReadonlySet<Line>;
  readonly #findings: AuditFinding[] = [];
  /** Records already found changed: their links say nothing more. */
  readonly #changed = new Set<number>();
  /** The highest sequence number there is a line for. */
  #last: number;

  constructor(lines: readonly Line[], bounds: Bounds) {
    const later = lines.filter(isSealed).filter(({ record }) => record.sequence > bounds.from.sequence);
    this.#lines = lines;
    this.#bounds = bounds;
    this.#chosen = chosenLines(later, bounds);
    this.#last = later.reduce((last, { record }) => Math.max(last, record.sequence), bounds.from.sequence);
    this.#inOrder = linesInOrder(later.filter((line) => this.#chosen.get(line.record.sequence) === line));
  }

  /** Records too many, and records out of their order. */
  order(): void {
    for (const line of this.#lines.filter(isSealed)) {
      const { sequence } = line.record;
      if (sequence <= this.#bounds.from.sequence) {
        this.#found('added', line, `record ${sequence} is of before the file begins`);
      } else if (this.#chosen.get(sequence) !== line) {
        this.#found('added', line, `it says it is record ${sequence}, which is elsewhere`);
      } else if (!this.#inOrder.has(line)) {
        this.#found('moved', line, `record ${sequence} is not in its place`);
      }
    }
  }

  /** Lines that are no records, and records that are missing: the former stand for the latter where the place fits. */
  gaps(headSequence = 0): void {
    let before = this.#bounds.from.sequence;
    for (const line of this.#lines) {
      if (isSealed(line)) {
        if (this.#inOrder.has(line)) before = line.record.sequence;
        continue;
      }
      const place = before + 1;
      const isPlaceFree = !this.#chosen.has(place) && !this.#changed.has(place);
      if (isPlaceFree && (place <= Math.max(this.#last, headSequence) || line.claimed === place)) {
        this.#change(place, line.line, `line ${line.line} is not the record ${place} that was sealed`);
        this.#last = Math.max(this.#last, place);
        before = place;
      } else this.#found('added', line, `line ${line.line} is no record of this chain`);
    }
    let expected = this.#bounds.from.sequence + 1;
    for (const sequence of [...this.#chosen.keys(), ...this.#changed].sort((left, right) => left - right)) {
      if (sequence > expected) this.#missing(expected, sequence - 1);
      expected = sequence + 1;
    }
  }

  /** Records that the next one was not sealed over. */
  links(): void {
    for (const next of this.#chosen.values()) {
      const { sequence, prevHash } = next.record;
      const hash = this.#hashOf(sequence - 1);
      if (hash === undefined || prevHash === hash) continue;
      if (this.#changed.has(sequence) || this.#changed.has(sequence - 1)) continue;
      const culprit = this.#isVouchedFor(next) ? (this.#chosen.get(sequence - 1) ?? next) : next;
      const named = culprit.record.sequence;
      const message = `records ${sequence - 1} and ${sequence} do not belong together: ${named} was sealed anew`;
      this.#change(named, culprit.line, message);
    }
  }

  /** Whether the chain ends where it did. */
  head(head: AuditScope['head']): void {
    if (head === undefined) return;
    const last = this.#last;
    if (this.#hashOf(last) === head.hash && !this.#changed.has(last)) return;
    const anchored = [...this.#chosen.values()].find(({ record }) => record.hash === head.hash)?.record.sequence;
    const sequence = anchored ?? head.sequence ?? last;
    for (const line of this.#chosen.values()) {
      const late = line.record.sequence;
      if (late > sequence) this.#found('added', line, `record ${late} is of after the anchor`);
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
    const records = [...this.#chosen.values()].map(({ record }) => record);
    const last = records.at(-1);
    return ok({ records, head: last ? { sequence: last.sequence, hash: last.hash } : this.#bounds.from });
  }

  /** Whether the record after this one was sealed over it, or the anchor is its hash. */
  #isVouchedFor({ record }: SealedLine): boolean {
    const after = this.#chosen.get(record.sequence + 1);
    const word = after ? after.record.prevHash : this.#bounds.headHash;
    return this.#chosen.has(record.sequence - 1) && (word === undefined || word === record.hash);
  }

  #hashOf(sequence: number): string | undefined {
    return sequence === this.#bounds.from.sequence ? this.#bounds.from.hash : this.#chosen.get(sequence)?.record.hash;
  }

  #missing(from: number, through: number): void {
    const message = from === through ? `record ${from} is missing` : `records ${from} to ${through} are missing`;
    this.#findings.push({ what: 'removed', sequence: from, ...(through > from ? { through } : {}), message });
  }

  #change(sequence: number, line: number | undefined, message: string): void {
    this.#changed.add(sequence);
    this.#findings.push({ what: 'changed', sequence, ...(line === undefined ? {} : { line }), message });
  }

  #found(what: 'added' | 'moved', { claimed, line }: Line, message: string): void {
    this.#findings.push({ what, ...(claimed === undefined ? {} : { sequence: claimed }), line, message });
  }
}
