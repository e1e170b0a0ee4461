import { concatBytes, equalBytes, toHex, utf8, type Bytes } from '../../../core/index.ts';
import type { SealingKey, Secrecy } from '../../../transport/index.ts';
import { Prng } from '../../prng.ts';
import type { Later } from '../../time/index.ts';
import { digestOf } from './sim-signer.ts';

const KEY_BYTES = 32;
const SEAL_BYTES = 16;

/** Hears what one end seals for the other, in the order in which it does. */
export type SealWatch<Place> = (from: Place, to: Place, plain: Bytes) => void;

interface Half<Place> {
  readonly place: Place;
  readonly secret: string;
}

/**
 * The twin of secret agreement: it knows every secret, so that two ends agree without a curve, and nobody who was not given
 * one can open or forge anything. Whoever watches the simulation sees what the cells between the ends do not.
 */
export class SimSecrets<Place> {
  readonly #halves = new Map<string, Half<Place>>();
  readonly #watch: SealWatch<Place>;

  constructor(watch: SealWatch<Place>) {
    this.#watch = watch;
  }

  /** The port of one tab. */
  door(place: Place, later: Later, prng: Prng): Secrecy {
    return {
      begin: () =>
        later.answer('keys made', 0.1, 0.5, () => {
          const publicKey = prng.bytes(KEY_BYTES);
          const own = { place, secret: toHex(prng.bytes(KEY_BYTES)) };
          this.#halves.set(toHex(publicKey), own);
          return {
            publicKey,
            agree: (theirs, salt, labels) =>
              later.answer('keys agreed', 0.1, 0.5, () => this.#agree(own, theirs, salt, labels, later)),
          };
        }),
    };
  }

  #agree(
    own: Half<Place>,
    theirs: Bytes,
    salt: Bytes,
    labels: readonly string[],
    later: Later,
  ): readonly SealingKey[] | undefined {
    const other = this.#halves.get(toHex(theirs));
    if (!other) return undefined;
    const shared = [own.secret, other.secret].sort().join('/');
    return labels.map((label) => this.#key(`${shared}/${digestOf(concatBytes(salt, utf8(label)))}`, own, other, later));
  }

  #key(key: string, own: Half<Place>, other: Half<Place>, later: Later): SealingKey {
    return {
      seal: (counter, plain) => {
        this.#watch(own.place, other.place, plain);
        return later.answer('sealed', 0.01, 0.05, () =>
          concatBytes(mixed(`${key}/${counter}`, plain), sealOf(key, counter, plain)),
        );
      },
      open: (counter, sealed) =>
        later.answer('opened', 0.01, 0.05, () => {
          const plain = mixed(`${key}/${counter}`, sealed.subarray(0, Math.max(0, sealed.length - SEAL_BYTES)));
          return equalBytes(sealOf(key, counter, plain), sealed.subarray(plain.length)) ? plain : undefined;
        }),
    };
  }
}

function mixed(seed: string, bytes: Uint8Array): Bytes {
  const stream = new Prng(seed).bytes(bytes.length);
  return new Uint8Array(bytes.map((byte, index) => byte ^ (stream[index] ?? 0)));
}

function sealOf(key: string, counter: number, plain: Bytes): Bytes {
  return new Prng(`${key}/${counter}/${digestOf(plain)}`).bytes(SEAL_BYTES);
}
