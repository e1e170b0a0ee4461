import type { Bytes } from '../../core/index.ts';
import { encodeCbor } from '../codec.ts';

/** One end of a link as its hello says it is. */
export interface HelloSide {
  readonly nonce: Bytes;
  readonly publicKey: Bytes;
  readonly session: Bytes;
  /** Of the certificate that this end of the link was made with. */
  readonly fingerprint: Bytes;
}

/** What `sender` proves to `receiver`: the bytes under the MAC and the signature of its `hello.proof` (PROTOCOL.md §3). */
export function helloTranscript(sender: HelloSide, receiver: HelloSide): Bytes {
  const parts = [sender, receiver].map((side) => [side.nonce, side.publicKey, side.session, side.fingerprint]);
  return encodeCbor(['grafos-web/hello/1', ...parts]);
}
