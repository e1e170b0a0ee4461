import { isLeaseId, LEASE_LIMITS, type LeaseId } from '../../../core/index.ts';
import { parseDurationMs } from '../../../manifest/index.ts';
import { CommandError } from '../../terminal/index.ts';

/** Fails with `argument_invalid`. */
export function leaseIdOf(text: string): LeaseId {
  if (isLeaseId(text)) return text;
  throw CommandError.of('argument_invalid', `"${text}" is no lease id: 32 characters of hex.`);
}

/** Milliseconds of a grace such as `2s`. Fails with `argument_invalid`. */
export function graceOf(text: string): number {
  const graceMs = text === '0' ? 0 : parseDurationMs(text);
  const { graceMsMax } = LEASE_LIMITS;
  if (graceMs !== undefined && graceMs <= graceMsMax) return graceMs;
  throw CommandError.of(
    'argument_invalid',
    `--grace is a time of at most ${graceMsMax / 1000}s, such as 2s, not "${text}".`,
  );
}

export function leaseMissing(leaseId: LeaseId, whose: string): CommandError {
  const recovery = '`grafos lease list` lists those there are.';
  return CommandError.restored({ code: 'not_found', message: `No cell here ${whose} ${leaseId}.`, recovery }, 1);
}
