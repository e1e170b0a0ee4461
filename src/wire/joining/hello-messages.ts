import * as v from 'valibot';
import { bytesOf, count, errorCode, name, stewardProof } from '../fields.ts';
import { event } from '../message-type.ts';
import { signedPolicy } from './steward-messages.ts';

/** The first messages of a link, before anything else is believed (PROTOCOL.md §3). */
export const HELLO = {
  hello: event('hello', 0x0001, v.strictObject({ nonce: bytesOf(32), publicKey: bytesOf(32), session: bytesOf(8) })),
  proof: event('hello.proof', 0x0002, v.strictObject({ mac: bytesOf(32), signature: bytesOf(64) })),
  accepted: event('hello.accepted', 0x0003, v.strictObject({})),
  refused: event('hello.refused', 0x0004, v.strictObject({ code: errorCode })),
  /** To one that waits to be let in, again and again; it answers with `here` (PROTOCOL.md §11). */
  waiting: event(
    'hello.waiting',
    0x0006,
    v.strictObject({ isMember: v.boolean(), isStewardHere: v.boolean(), policy: count }),
  ),
  here: event(
    'hello.here',
    0x0007,
    v.strictObject({ name, warrant: v.exactOptional(stewardProof), policy: v.exactOptional(signedPolicy) }),
  ),
} as const;
