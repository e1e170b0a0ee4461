import * as v from 'valibot';
import { bytesOf, cellId, u32 } from '../fields.ts';
import { cborOf, event, packedRequest, request } from '../message-type.ts';

/** What carries a link through another cell (PROTOCOL.md §12). */
export const RELAY = {
  /** To the carrier: a circuit to that cell. */
  open: request('relay.open', 0x0080, v.strictObject({ to: cellId }), v.strictObject({ circuit: u32 })),
  /** From the carrier: that cell asks for a link, under this number. */
  offered: request('relay.offered', 0x0081, v.strictObject({ from: cellId, circuit: u32 }), v.strictObject({})),
  /** One record of a circuit, for each channel of the link that it carries. */
  control: packedRequest('relay.control', 0x0082, 'control'),
  data: packedRequest('relay.data', 0x0083),
  /** By either end, or by the carrier to them. */
  closed: event('relay.closed', 0x0084, v.strictObject({ circuit: u32, isFromCarrier: v.boolean() })),
} as const;

/** The first record of each end: what its keys are agreed with, and who it is. */
export const relayGreeting = cborOf(
  v.strictObject({ publicKey: bytesOf(32), agreement: bytesOf(32), signature: bytesOf(64) }),
);

/** What moves a session from one link to a better one (PROTOCOL.md §3). Told apart by their codes: they carry nothing. */
export const LINK = {
  ready: event('link.ready', 0x0008, v.strictObject({})),
  moved: event('link.moved', 0x0009, v.strictObject({})),
  left: event('link.left', 0x000a, v.strictObject({})),
} as const;
