import type { Bytes } from '../../../core/index.ts';
import type { StewardKey } from '../../../steward/index.ts';
import { cellIdOf } from '../../../transport/index.ts';
import type { SimKey, SimKeyring } from './sim-signer.ts';
import type { Later } from '../../time/index.ts';

/** The key of the simulated fabric's steward, which outlives the tabs and the storage of the profile that has it. */
export class SimStewardKey {
  readonly #key: SimKey;
  readonly #keyring: SimKeyring;
  #version = 0;

  constructor(key: SimKey, keyring: SimKeyring) {
    this.#key = key;
    this.#keyring = keyring;
  }

  /** The `s` of the link. */
  get steward() {
    return cellIdOf(this.#key.publicKey);
  }

  /** The key as one tab has it. */
  in(later: Later): StewardKey {
    const signer = this.#keyring.signer(this.#key, later);
    return {
      publicKey: signer.publicKey,
      sign: (message: Bytes) => signer.sign(message),
      nextVersion: (least) =>
        later.answer('numbered', 0.1, 0.5, () => {
          this.#version = Math.max(this.#version + 1, least);
          return this.#version;
        }),
    };
  }
}
