import * as v from 'valibot';
import { RUN_LIMITS, TASKLET_LIMITS } from '../../core/index.ts';
import { formatSize, parseDurationMs, parseSizeBytes } from './units.ts';

const PAGE_BYTES = 65_536;
const TEXT_LENGTH_MAX = 2_000;
const DEADLINE_MS_MIN = 10;
const INPUT_TYPES_MAX = 16;

// Every message completes the sentence "<key> …", and what was written instead is added when it is reported.

const name = v.pipe(
  v.string('must be text'),
  v.regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens, such as "image-info"'),
  v.maxLength(TASKLET_LIMITS.nameBytesMax, `must be at most ${TASKLET_LIMITS.nameBytesMax} characters long`),
);

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
  v.union([v.string(), v.number()], 'must be a size, such as "32MiB"'),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const sizeBytes = parseSizeBytes(dataset.value);
    if (sizeBytes !== undefined) return sizeBytes;
    addIssue({ message: 'must be a size in B, KiB, MiB or GiB, such as "32MiB"' });
    return NEVER;
  }),
  v.minValue(PAGE_BYTES, `must be at least ${formatSize(PAGE_BYTES)}`),
  v.maxValue(TASKLET_LIMITS.memoryBytesMax, `must be at most ${formatSize(TASKLET_LIMITS.memoryBytesMax)}`),
  v.multipleOf(PAGE_BYTES, `must be a multiple of ${formatSize(PAGE_BYTES)}, the page of WebAssembly memory`),
);

const duration = v.pipe(
  v.string('must be text with a unit, such as "30s"'),
  v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
    const durationMs = parseDurationMs(dataset.value);
    if (durationMs !== undefined) return durationMs;
    addIssue({ message: 'must be a duration in ms, s or m, such as "30s"' });
    return NEVER;
  }),
  v.minValue(DEADLINE_MS_MIN, `must be at least ${DEADLINE_MS_MIN}ms`),
  v.maxValue(RUN_LIMITS.deadlineMsMax, `must be at most ${RUN_LIMITS.deadlineMsMax / 1000}s`),
);

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
  runtime: v.optional(v.picklist(['stub', 'incremental'], 'must be "stub" or "incremental"')),
});

export const manifestSchema = v.object({
  program: v.pipe(v.unknown(), v.check(isTable, 'must be a table: [program]'), programSchema),
  tasklet: v.pipe(
    v.unknown(),
    v.check(isTable, 'must be a table for each tasklet: [tasklet.<name>]'),
    v.record(name, v.pipe(v.unknown(), v.check(isTable, 'must be a table'), taskletSchema)),
  ),
});

export type ManifestOutput = v.InferOutput<typeof manifestSchema>;

/** Whether a program or a tasklet can be named so. */
export function isProgramName(text: string): boolean {
  return v.is(name, text);
}

/** Whether `value` is what TOML calls a table. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function isInsidePath(path: string): boolean {
  return !/[\\:\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
