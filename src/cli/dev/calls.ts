import * as v from 'valibot';
import { isLeaseId, isRunId } from '../../core/index.ts';
import type { SeatProgram, SeatRun } from '../seat/index.ts';

const text = v.pipe(v.string(), v.maxLength(256));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const leaseId = v.pipe(v.string(), v.check(isLeaseId), v.transform(branded(isLeaseId)));
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
