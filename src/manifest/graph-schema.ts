import * as v from 'valibot';
import { LEASE_LIMITS, TASKLET_LIMITS } from '../core/index.ts';
import { durationBetween, sizeBetween } from './units.ts';

const LEASE_BYTES_MIN = 4_096;
const LEASE_BYTES_MAX = 1024 ** 3;
const LEASE_TTL_MS_DEFAULT = 30_000;
const AFTER_MAX = 64;

export const PRIORITIES = ['guaranteed', 'standard', 'scavenger'] as const;

/** The five named failures of a run's surroundings, and the one of its own that more fuel can mend. */
export const RECOVERABLE = [
  'lease_expired',
  'revoked',
  'capacity_exceeded',
  'fenced',
  'disconnected',
  'fuel_exhausted',
] as const;
const RECOVERIES = ['retry', 'reacquire', 'degrade', 'fail'] as const;

export const priority = v.picklist(PRIORITIES, 'must be "guaranteed", "standard" or "scavenger"');

const recovery = v.optional(v.picklist(RECOVERIES, 'must be "retry", "reacquire", "degrade" or "fail"'));

/** `[tasklet.<name>.recovery]`: what to do about each failure. */
export const recoverySchema = v.object({
  lease_expired: recovery,
  revoked: recovery,
  capacity_exceeded: recovery,
  fenced: recovery,
  disconnected: recovery,
  fuel_exhausted: recovery,
});

/** `[lease.<name>]`: memory that nodes of the graph share. */
export const leaseSchema = v.object({
  kind: v.optional(v.picklist(['mem'], 'must be "mem", the kind that can be shared'), 'mem'),
  size: sizeBetween(LEASE_BYTES_MIN, LEASE_BYTES_MAX),
  ttl: v.optional(durationBetween(LEASE_LIMITS.ttlMsMin, LEASE_LIMITS.ttlMsMax), `${LEASE_TTL_MS_DEFAULT}ms`),
  priority: v.optional(priority, 'standard'),
});

const INPUT_SHAPE = 'must be a table with one of fixture, fixtures, output and lease, such as { output = "metadata" }';

const reference = (what: string) =>
  v.pipe(v.string(`must be the name of ${what}`), v.nonEmpty(`must be the name of ${what}`));

/** Where a node's input comes from: one of these. */
export const inputSchema = v.object({
  fixture: v.optional(reference('a fixture')),
  fixtures: v.optional(
    v.pipe(v.string('must be a pattern, such as "*.png"'), v.nonEmpty('must be a pattern, such as "*.png"')),
  ),
  output: v.optional(reference('a node')),
  lease: v.optional(reference('a shared lease')),
});

const MEMORY_OPERATIONS = ['read', 'write', 'atomic'] as const;
const NODE_LEASE_SHAPE =
  'must name a shared lease, such as "board", or say what is done with it, such as { lease = "board", operations = ["read"] }';

/** `{ lease = "board", operations = ["read"] }`: a shared lease with what a tasklet may do with it. */
export const nodeLeaseSchema = v.object({
  lease: reference('a shared lease'),
  operations: v.optional(
    v.pipe(
      v.array(
        v.picklist(MEMORY_OPERATIONS, 'must be "read", "write" or "atomic"'),
        'must be a list of operations, such as ["read"]',
      ),
      v.minLength(1, 'must name one operation at least'),
    ),
    [...MEMORY_OPERATIONS],
  ),
});

/** A name alone stands for all that can be done with the bytes. */
const nodeLease = v.pipe(
  v.unknown(),
  v.transform((written) => (typeof written === 'string' ? { lease: written } : written)),
  v.check((value) => typeof value === 'object' && value !== null && !Array.isArray(value), NODE_LEASE_SHAPE),
  nodeLeaseSchema,
);

/** `[graph.<node>]`: one tasklet's place in the program. */
export const nodeSchema = v.object({
  tasklet: reference('a tasklet'),
  after: v.optional(
    v.pipe(
      v.array(reference('a node'), 'must be a list of nodes, such as ["metadata"]'),
      v.maxLength(AFTER_MAX, `must be at most ${AFTER_MAX} nodes`),
    ),
    [],
  ),
  'fan-out': v.optional(v.boolean('must be true or false'), false),
  input: v.optional(
    v.pipe(
      v.unknown(),
      v.check((value) => typeof value === 'object' && value !== null && !Array.isArray(value), INPUT_SHAPE),
      inputSchema,
      v.check((input) => Object.values(input).filter((each) => each !== undefined).length === 1, INPUT_SHAPE),
    ),
  ),
  leases: v.optional(
    v.pipe(
      v.array(nodeLease, 'must be a list of shared leases, such as ["board"]'),
      v.maxLength(TASKLET_LIMITS.regionsMax, `must be at most ${TASKLET_LIMITS.regionsMax} shared leases`),
    ),
    [],
  ),
});

export type GraphNodeOutput = v.InferOutput<typeof nodeSchema>;
export type SharedLeaseOutput = v.InferOutput<typeof leaseSchema>;
export type RecoveryOutput = v.InferOutput<typeof recoverySchema>;
