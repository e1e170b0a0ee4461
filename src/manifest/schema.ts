import * as v from 'valibot';
import { RUN_LIMITS, TASKLET_LIMITS } from '../core/index.ts';
import { inputSchema, leaseSchema, nodeLeaseSchema, nodeSchema, priority, recoverySchema } from './graph-schema.ts';
import { durationBetween, formatSize, name, sizeBetween } from './units.ts';

const PAGE_BYTES = 65_536;
const TEXT_LENGTH_MAX = 2_000;
const DEADLINE_MS_MIN = 10;
const INPUT_TYPES_MAX = 16;

// Every message completes the sentence "<key> …", and what was written instead is added when it is reported.

const text = v.pipe(
  v.string('must be text'),
  v.maxLength(TEXT_LENGTH_MAX, `must be at most ${TEXT_LENGTH_MAX} characters long`),
);

const mediaType = v.pipe(
  v.string('must be a media type, such as "image/png"'),
  v.regex(
    /^[a-z0-9][a-z0-9.+-]*\/(?:\*|[a-z0-9][a-z0-9.+-]*)(?:; ?[a-z]+=[\w-]+)?$/,
    'must be a media type, such as "image/png"',
  ),
);

const size = v.pipe(
  sizeBetween(PAGE_BYTES, TASKLET_LIMITS.memoryBytesMax),
  v.multipleOf(PAGE_BYTES, `must be a multiple of ${formatSize(PAGE_BYTES)}, the page of WebAssembly memory`),
);

const duration = durationBetween(DEADLINE_MS_MIN, RUN_LIMITS.deadlineMsMax);

const fuel = v.pipe(
  v.number('must be a whole number, such as 5_000_000'),
  v.integer('must be a whole number, such as 5_000_000'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(TASKLET_LIMITS.fuelMax, `must be at most ${TASKLET_LIMITS.fuelMax}`),
);

const leases = v.pipe(
  v.number('must be a whole number, such as 1'),
  v.integer('must be a whole number, such as 1'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(TASKLET_LIMITS.regionsMax, `must be at most ${TASKLET_LIMITS.regionsMax}`),
);

const source = v.pipe(
  v.string('must be the path of a source file'),
  v.regex(/\.(?:ts|wat|c|rs|wasm)$/, 'must end in .ts (AssemblyScript), .wat, .c, .rs (Rust) or .wasm (already built)'),
  v.check(isInsidePath, 'must be a relative path with forward slashes that stays inside the program directory'),
);

const identifier = v.pipe(
  v.string('must be the name of an exported function'),
  v.regex(/^[A-Za-z_$][\w$]*$/, 'must be the name of an exported function'),
);

export const programSchema = v.object({
  name,
  version: v.pipe(
    v.string('must be text, such as "0.1.0"'),
    v.regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/, 'must be a version, such as "0.1.0"'),
  ),
  title: v.optional(v.pipe(text, v.nonEmpty('must not be empty'))),
  summary: v.optional(text, ''),
  lesson: v.optional(text, ''),
});

export const taskletSchema = v.object({
  source,
  function: v.optional(identifier),
  summary: v.optional(text, ''),
  fuel: v.optional(fuel, TASKLET_LIMITS.fuelDefault),
  memory: v.optional(size, TASKLET_LIMITS.memoryBytesDefault),
  /** Leases of memory it works on. */
  leases: v.optional(leases, 0),
  deadline: v.optional(duration, `${RUN_LIMITS.deadlineMsDefault}ms`),
  output: v.optional(mediaType, 'application/octet-stream'),
  inputs: v.optional(
    v.pipe(
      v.array(mediaType, 'must be a list of media types, such as ["image/png"]'),
      v.maxLength(INPUT_TYPES_MAX, `must be at most ${INPUT_TYPES_MAX} media types`),
    ),
    [],
  ),
  priority: v.optional(priority, 'standard'),
  recovery: v.optional(v.pipe(v.unknown(), v.check(isTable, 'must be a table'), recoverySchema), {}),
  runtime: v.optional(v.picklist(['stub', 'incremental'], 'must be "stub" or "incremental"')),
});

export const manifestSchema = v.object({
  program: v.pipe(v.unknown(), v.check(isTable, 'must be a table: [program]'), programSchema),
  tasklet: v.pipe(
    v.unknown(),
    v.check(isTable, 'must be a table for each tasklet: [tasklet.<name>]'),
    v.record(name, v.pipe(v.unknown(), v.check(isTable, 'must be a table'), taskletSchema)),
  ),
  lease: v.optional(
    v.pipe(
      v.unknown(),
      v.check(isTable, 'must be a table for each shared lease: [lease.<name>]'),
      v.record(name, v.pipe(v.unknown(), v.check(isTable, 'must be a table'), leaseSchema)),
    ),
    {},
  ),
  graph: v.optional(
    v.pipe(
      v.unknown(),
      v.check(isTable, 'must be a table for each node: [graph.<node>]'),
      v.record(name, v.pipe(v.unknown(), v.check(isTable, 'must be a table'), nodeSchema)),
    ),
    {},
  ),
});

/** The keys of each table, as `public/grafos.schema.json` offers them to editors too. */
export const MANIFEST_KEYS = {
  manifest: Object.keys(manifestSchema.entries),
  program: Object.keys(programSchema.entries),
  tasklet: Object.keys(taskletSchema.entries),
  recovery: Object.keys(recoverySchema.entries),
  lease: Object.keys(leaseSchema.entries),
  node: Object.keys(nodeSchema.entries),
  input: Object.keys(inputSchema.entries),
  nodeLease: Object.keys(nodeLeaseSchema.entries),
} as const;

export type ManifestOutput = v.InferOutput<typeof manifestSchema>;

/** Whether `value` is what TOML calls a table. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isInsidePath(path: string): boolean {
  return !/[\\:\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
