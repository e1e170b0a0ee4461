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
