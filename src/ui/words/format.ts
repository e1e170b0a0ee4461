const KIB = 1024;
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `0 B`, `512 B`, `1.5 MiB`: three digits at most, binary units. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < KIB) return `${Math.max(0, Math.round(sizeBytes))} B`;
  let value = sizeBytes;
  let unit: string = UNITS[0];
  for (const next of UNITS) {
    value /= KIB;
    unit = next;
    if (value < KIB) break;
  }
  return `${trimmed(value)} ${unit}`;
}

/** `0.8 ms`, `120 ms`, `3.4 s`, `2 min 05 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 10) return `${durationMs.toFixed(1)} ms`;
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Time left, as a person counts it: `12 s`, `1:05`. Rounds up, so that 0 means it is over. */
export function formatCountdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Whole numbers with thin groups: `500 000` in the reader's own way. */
export function formatCount(count: number): string {
  return count.toLocaleString();
}

/** Hours, minutes and seconds on the wall. */
export function formatClock(wallMs: number): string {
  return new Date(wallMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** `used` of `limit` as whole percent, never 100 before it is all. */
export function formatShare(used: number, limit: number): string {
  if (limit <= 0) return '0%';
  const percent = (used / limit) * 100;
  if (percent > 0 && percent < 1) return '< 1%';
  return `${used >= limit ? 100 : Math.min(99, Math.round(percent))}%`;
}

/** The part of an id that people read aloud. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** `1 cell`, `3 cells`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** At most `lengthMax` letters as a reader counts them, with an ellipsis where some were left out. */
export function shortened(text: string, lengthMax: number): string {
  const letters = [...new Intl.Segmenter().segment(text)];
  if (letters.length <= lengthMax) return text;
  const kept = letters.slice(0, Math.max(1, lengthMax - 1)).map((letter) => letter.segment);
  return `${kept.join('').trimEnd()}…`;
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}
