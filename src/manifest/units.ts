import * as v from 'valibot';
import { TASKLET_LIMITS } from '../core/index.ts';

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
]);

const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
]);

/** Bytes of a size such as `"32MiB"` or `65536`; undefined when it is neither. */
export function parseSizeBytes(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return parseUnit(value, SIZE_UNITS);
}

/** Milliseconds of a duration such as `"30s"`, `"1.5s"`, `"250ms"`, `"2m"`; undefined when it is not one. */
export function parseDurationMs(value: string): number | undefined {
  return parseUnit(value, DURATION_UNITS);
}

/** `text` as a whole number of base units, or undefined. Half a millisecond is not a whole number. */
function parseUnit(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z]+)$/.exec(text);
  const factor = units.get(match?.[2] ?? '');
  if (match?.[1] === undefined || factor === undefined) return undefined;
  const amount = Number(match[1]) * factor;
  return Number.isSafeInteger(amount) ? amount : undefined;
}

/** The shortest exact way to write a size: `32MiB`, `96KiB`, `100B`. */
export function formatSize(sizeBytes: number): string {
  let text = `${sizeBytes}B`;
  for (const [unit, factor] of SIZE_UNITS) {
    if (sizeBytes >= factor && sizeBytes % factor === 0) text = `${sizeBytes / factor}${unit}`;
  }
  return text;
}

/** Whole seconds as seconds, everything else as milliseconds. */
export function formatDuration(durationMs: number): string {
  return durationMs >= 1_000 && durationMs % 1_000 === 0 ? `${durationMs / 1_000}s` : `${durationMs}ms`;
}

// Every message completes the sentence "<key> …", and what was written instead is added when it is reported.

export const name = v.pipe(
  v.string('must be text'),
  v.regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens, such as "image-info"'),
  v.maxLength(TASKLET_LIMITS.nameBytesMax, `must be at most ${TASKLET_LIMITS.nameBytesMax} characters long`),
);

/** A size with its unit, as bytes. */
export function sizeBetween(min: number, max: number) {
  return v.pipe(
    v.union([v.string(), v.number()], 'must be a size, such as "32MiB"'),
    v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
      const sizeBytes = parseSizeBytes(dataset.value);
      if (sizeBytes !== undefined) return sizeBytes;
      addIssue({ message: 'must be a size in B, KiB, MiB or GiB, such as "32MiB"' });
      return NEVER;
    }),
    v.minValue(min, `must be at least ${formatSize(min)}`),
    v.maxValue(max, `must be at most ${formatSize(max)}`),
  );
}

/** A time with its unit, as milliseconds. */
export function durationBetween(minMs: number, maxMs: number) {
  return v.pipe(
    v.string('must be text with a unit, such as "30s"'),
    v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
      const durationMs = parseDurationMs(dataset.value);
      if (durationMs !== undefined) return durationMs;
      addIssue({ message: 'must be a duration in ms, s or m, such as "30s"' });
      return NEVER;
    }),
    v.minValue(minMs, `must be at least ${formatDuration(minMs)}`),
    v.maxValue(maxMs, `must be at most ${formatDuration(maxMs)}`),
  );
}

/** Whether a program or a tasklet can be named so. */
export function isProgramName(text: string): boolean {
  return v.is(name, text);
}
