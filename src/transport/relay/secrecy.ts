import type { Bytes } from '../../core/index.ts';

/** Secrets that two cells agree on past the cell between them: X25519, HKDF-SHA-256 and AES-256-GCM where they are real. */
export interface Secrecy {
  /** A fresh key pair, good for one link. */
  begin(): Promise<SecretHalf>;
}

/** One end's half of an agreement; the private key stays behind the port. */
export interface SecretHalf {
  /** 32 bytes, for the other end. */
  readonly publicKey: Bytes;
  /**
   * One key for each label, the same at both ends when each was given the other's public key and both the same salt.
   * Undefined when `theirs` is no key, or one with which nothing would be secret.
   */
  agree(theirs: Bytes, salt: Bytes, labels: readonly string[]): Promise<readonly SealingKey[] | undefined>;
}

/** A key for one way of one channel. A counter is used once. */
export interface SealingKey {
  /** `plain` sealed under this counter, `SEAL_BYTES` longer. */
  seal(counter: number, plain: Bytes): Promise<Bytes>;
  /** What was sealed under this counter; undefined when it was not, or was altered since. */
  open(counter: number, sealed: Bytes): Promise<Bytes | undefined>;
}

/** By how much a sealed text is longer than its plain one. */
export const SEAL_BYTES = 16;
