import * as v from 'valibot';
import {
  AUDIT_LIMITS,
  isCellId,
  isContentHash,
  isLeaseId,
  isRunId,
  sha256,
  toHex,
  utf8,
  type CellId,
  type ContentHash,
  type LeaseId,
  type RunId,
} from '../core/index.ts';

/** What can happen to a lease. */
export const LEASE_AUDIT_KINDS = [
  'lease.granted',
  'lease.renewed',
  'lease.freed',
  'lease.expired',
  'lease.revoked',
  'lease.preempted',
  'lease.fenced',
  'lease.unfenced',
] as const;

export type LeaseAuditKind = (typeof LEASE_AUDIT_KINDS)[number];

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const cell = v.custom<CellId>((value) => typeof value === 'string' && isCellId(value));
const leaseId = v.custom<LeaseId>((value) => typeof value === 'string' && isLeaseId(value));
const runId = v.custom<RunId>((value) => typeof value === 'string' && isRunId(value));
const module = v.custom<ContentHash>((value) => typeof value === 'string' && isContentHash(value));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** A word of ours: a resource kind, a code. */
const word = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_.-]{0,63}$/));
const reason = v.pipe(v.string(), v.maxLength(AUDIT_LIMITS.reasonLengthMax));

const LEASE_EVENT = {
  kind: v.picklist(LEASE_AUDIT_KINDS),
  leaseId,
  /** The cell that the use is counted for. */
  tenant: cell,
  resource: word,
  resourceId: count,
  /** In the unit of the resource: slots, bytes, bits a second. */
  quantity: v.pipe(count, v.minValue(1)),
  generation: count,
  epoch: count,
  /** From the grant or the renewal on. */
  ttlMs: count,
  reason: v.exactOptional(reason),
};

const ADMISSION = { kind: v.literal('module.admitted'), tenant: cell, runId, module };
const DENIAL = {
  kind: v.literal('request.denied'),
  tenant: cell,
  code: word,
  reason,
  /** How many refusals the record stands for, when it is more than one; code and reason are the last one's. */
  times: v.exactOptional(v.pipe(count, v.minValue(2))),
};
/** The monotonic clock begins anew, and no lease of before is left. */
const START = { kind: v.literal('cell.started') };

/** What the chain adds to an event. */
const SEAL = {
  /** 1 for the first record of a cell, and one more for each. */
  sequence: v.pipe(count, v.minValue(1)),
  /** Unix time, for people. */
  wallMs: count,
  /** The cell's monotonic clock, for durations. */
  atMs: count,
  /** The cell whose chain this is. */
  cell,
  /** Of the record before; zeros for the first. */
  prevHash: hash,
  /** SHA-256 of the record's canonical JSON without this field. */
  hash,
};

const ENTRIES = { ...SEAL, ...LEASE_EVENT, ...ADMISSION, ...DENIAL, ...START };
/** Every field that a record may have, in the order of its canonical form; the second without its hash. */
const FIELDS = Object.keys(ENTRIES).sort();
const FIELDS_SEALED = FIELDS.filter((field) => field !== 'hash');

const recordSchema = v.variant('kind', [
  v.strictObject({ ...SEAL, ...LEASE_EVENT }),
  v.strictObject({ ...SEAL, ...ADMISSION }),
  v.strictObject({ ...SEAL, ...DENIAL }),
  v.strictObject({ ...SEAL, ...START }),
]);

type Output<Entries extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;

export type LeaseAuditEvent = Output<typeof LEASE_EVENT>;
export type DenialEvent = Output<typeof DENIAL>;
/** Something worth a record, as whoever saw it happen tells it. */
export type AuditEvent = LeaseAuditEvent | DenialEvent | Output<typeof ADMISSION> | Output<typeof START>;
export type AuditKind = AuditEvent['kind'];
type Seal = Output<typeof SEAL>;
/** An event in its place in the chain. Plain data. */
export type AuditRecord = AuditEvent & Seal;

/** A place in a chain: the record of this sequence number has this hash. Whoever keeps one can check what came before. */
export interface AuditAnchor {
  readonly sequence: number;
  readonly hash: string;
}

/** Where every chain begins. */
export const GENESIS: AuditAnchor = { sequence: 0, hash: '0'.repeat(64) };

/** The event at its place, with its hash: SHA-256 over the canonical JSON, the hash of the record before included. */
export function sealed(event: AuditEvent, place: Omit<Seal, 'hash'>): AuditRecord {
  return { ...event, ...place, hash: hashOf({ ...event, ...place }) };
}

/** One record as one line of JSON, in the only form it has: keys sorted, no blanks (the form of RFC 8785). */
export function auditLine(record: AuditRecord): string {
  return JSON.stringify(record, FIELDS);
}

/** A line as far as it can be read. */
export interface ReadLine {
  /** The record, if the line is one in its canonical form and with its own hash. */
  readonly record?: AuditRecord;
  /** Which record the line says it is, even when it is none. */
  readonly claimed?: number;
}

export function readAuditLine(line: string): ReadLine {
  const value = line.length <= AUDIT_LIMITS.lineBytesMax ? parsed(line) : undefined;
  const read = v.safeParse(recordSchema, value);
  if (read.success && hashOf(read.output) === read.output.hash && auditLine(read.output) === line) {
    return { record: read.output, claimed: read.output.sequence };
  }
  const claim = v.safeParse(v.object({ sequence: SEAL.sequence }), value);
  return claim.success ? { claimed: claim.output.sequence } : {};
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function hashOf(record: object): string {
  return toHex(sha256(utf8(JSON.stringify(record, FIELDS_SEALED))));
}
