import { randomBytes } from 'node:crypto';
import type { Random } from '../../core/index.ts';
import { createFabricUrl, isFabricName } from '../../sdk/index.ts';
import { CommandError } from '../terminal/index.ts';

/** Randomness fit for keys. */
const random: Random = { bytes: (sizeBytes) => new Uint8Array(randomBytes(sizeBytes)) };

/** A join URL at `base` with a fresh key. Fails with `argument_invalid` when the name cannot be one. */
export function inviteTo(base: string, name: string): string {
  checkFabricName(name);
  return createFabricUrl(base, name, random);
}

/** Fails with `argument_invalid`. */
export function checkFabricName(name: string): void {
  if (isFabricName(name)) return;
  throw CommandError.of('argument_invalid', `"${name}" cannot name a fabric: 1 to 48 bytes of text.`);
}

/** The same invitation at another address of the same server. */
export function atAddress(joinUrl: string, base: string): string {
  return base + joinUrl.slice(joinUrl.indexOf('#'));
}
