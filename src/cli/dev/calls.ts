import * as v from 'valibot';
import { isCellId, isLeaseId, isRunId } from '../../core/index.ts';
import type { StewardWish } from '../../sdk/index.ts';
import type { SeatProgram, SeatRun } from '../seat/index.ts';

const text = v.pipe(v.string(), v.maxLength(256));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const leaseId = v.pipe(v.string(), v.check(isLeaseId), v.transform(branded(isLeaseId)));
const cell = v.pipe(v.string(), v.check(isCellId));
const runId = v.pipe(v.string(), v.check(isRunId), v.transform(branded(isRunId)));

const run = v.custom<SeatRun>((value) => v.safeParse(runShape, value).success);
const runShape = v.object({
  program: text,
  tasklet: text,
  moduleBase64: v.string(),
  inputBase64: v.string(),
  on: text,
  fuel: count,
  memoryBytes: count,
  deadlineMs: count,
  priority: v.picklist(['guaranteed', 'standard', 'scavenger']),
  recovery: v.optional(v.picklist(['retry', 'reacquire', 'degrade', 'fail'])),
  leaseTtlMs: v.optional(count),
});

const program = v.custom<SeatProgram>((value) => v.safeParse(programShape, value).success);
const programShape = v.object({
  program: v.looseObject({ name: text }),
  files: v.record(v.string(), v.string()),
});

const wish = v.custom<StewardWish>((value) => v.safeParse(wishShape, value).success);
const wishShape = v.variant('what', [
  v.object({ what: v.literal('set'), change: v.looseObject({}) }),
  v.object({ what: v.picklist(['admit', 'readmit', 'refuse']), cell }),
  v.object({ what: v.literal('evict'), cell, reason: v.optional(text) }),
  v.object({ what: v.literal('list') }),
  v.object({ what: v.literal('revoke'), lessor: cell, leaseId, graceMs: count }),
  v.object({ what: v.literal('unfence'), lessor: cell, leaseId }),
]);

/** What can be asked of a keeper: one JSON object each, by the path it is posted to. */
export const CALLS = {
  snapshots: v.object({}),
  run: v.object({ run }),
  program: v.object({ program }),
  artifacts: v.object({ runId }),
  free: v.object({ leaseId }),
  revoke: v.object({ leaseId, graceMs: count }),
  unfence: v.object({ leaseId }),
  audits: v.object({}),
  steward: v.object({ wish }),
  stop: v.object({}),
} as const;

export type CallName = keyof typeof CALLS;
export type CallOrder<Name extends CallName> = v.InferOutput<(typeof CALLS)[Name]>;

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(CALLS, name);
}

/** A line of the answer: what is going on, then how it ended. */
export const answerSchema = v.union([
  v.object({ say: v.string() }),
  v.object({
    failure: v.object({ code: v.string(), message: v.string(), recovery: v.string() }),
    exitCode: v.number(),
  }),
  v.object({ value: v.unknown() }),
]);

/** The same text with its brand, once a check has let it pass. */
function branded<Id extends string>(isId: (value: string) => value is Id): (value: string) => Id {
  return (value) => {
    if (!isId(value)) throw new TypeError(value);
    return value;
  };
}
