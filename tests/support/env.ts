import { concatBytes, sha256, utf8, type Bytes, type Env, type LogLevel, type Random } from '../../src/core/index.ts';
import type { ManualTime } from './time.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface TestEnv extends Env {
  readonly lines: readonly LogLine[];
}

/** The same bytes for the same seed, always: SHA-256 of seed and counter. */
export function seededRandom(seed: string): Random {
  let drawn = 0;
  return {
    bytes(sizeBytes: number): Bytes {
      const bytes = new Uint8Array(sizeBytes);
      for (let offset = 0; offset < sizeBytes; offset += 32) {
        bytes.set(sha256(utf8(`${seed}/${drawn++}`)).subarray(0, sizeBytes - offset), offset);
      }
      return bytes;
    },
  };
}

/** A cell's world in a test: manual time, seeded randomness, and a log that is kept. */
export function testEnv(time: ManualTime, seed: string): TestEnv {
  const lines: LogLine[] = [];
  return {
    clock: time,
    timers: time,
    random: seededRandom(seed),
    lines,
    log: { write: (level, message, detail = {}) => lines.push({ level, message, detail }) },
  };
}

/** `sizeBytes` bytes that differ for each seed and cost little to make. */
export function patternBytes(sizeBytes: number, seed = 1): Bytes {
  const bytes = new Uint8Array(sizeBytes);
  for (let index = 0; index < sizeBytes; index++) bytes[index] = (index * 31 + seed * 17 + (index >> 8)) & 0xff;
  return concatBytes(utf8(String(seed)), bytes).slice(0, sizeBytes);
}
