import type { Bytes } from '../../core/index.ts';
import { callFailed, PROBE_BYTES, readBatch, writeAnswerParts } from '../../tasklet/index.ts';
import type { CallChannels } from '../../transport/index.ts';
import type { Seat } from './seat.ts';

/**
 * Takes the calls of a seat from the channel of that number too (PROTOCOL.md §10), if there is one to be had. The channel lives
 * as long as the seat; whoever sends what is no batch loses it.
 */
export async function takeCallsFrom(channels: CallChannels, number: number, seat: Seat): Promise<boolean> {
  const channel = await channels.answer(number, (message) => heard(seat, message));
  if (!channel) return false;
  seat.channel = channel;
  return true;
}

function heard(seat: Seat, message: Bytes): void {
  if (message.length === PROBE_BYTES) return seat.channel?.send(message);
  const batch = readBatch(message);
  if (!batch.ok) return seat.channel?.close();
  const { session: batchNumber, inputs } = batch.value;
  const done = seat.calls(inputs);
  const answer = (ends: Parameters<typeof writeAnswerParts>[1]): void => {
    for (const part of writeAnswerParts(batchNumber, ends)) seat.channel?.send(part);
  };
  if (done.ok) void done.value.then(answer);
  else answer(inputs.map(() => callFailed(done.error)));
}
