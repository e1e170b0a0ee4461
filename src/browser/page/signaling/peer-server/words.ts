import * as v from 'valibot';

const dial = { dial: v.string(), text: v.string() };

/**
 * What two tabs say by way of the service: a newcomer asks whether somebody keeps a name, with an offer for whoever does;
 * its keeper says so, and whether it answers that offer; and both exchange the texts of a dial.
 */
const payload = v.variant('what', [
  v.strictObject({ what: v.literal('sought'), offer: v.optional(v.strictObject(dial)) }),
  v.strictObject({ what: v.literal('kept'), dial: v.optional(v.string()) }),
  v.strictObject({ what: v.literal('dial'), ...dial }),
]);
export type Payload = v.InferOutput<typeof payload>;

/** The one kind of message between tabs that every PeerServer passes on whatever is in it; `src` is the server's word. */
const said = v.looseObject({ type: v.literal('CANDIDATE'), src: v.string(), payload });

const fromServer = v.variant('type', [
  v.looseObject({ type: v.literal('OPEN') }),
  v.looseObject({ type: v.literal('ID-TAKEN') }),
  v.looseObject({ type: v.literal('INVALID-KEY') }),
  v.looseObject({ type: v.literal('ERROR'), payload: v.looseObject({ msg: v.string() }) }),
  /** What was said to `src` has waited for it in vain. */
  v.looseObject({ type: v.literal('EXPIRE'), src: v.string() }),
  said,
]);
export type FromServer = v.InferOutput<typeof fromServer>;

/** A message of the service; undefined for what is none, or of no concern here. */
export function readMessage(data: unknown): FromServer | undefined {
  try {
    const read = v.safeParse(fromServer, typeof data === 'string' ? JSON.parse(data) : undefined);
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

/** What `to` is told. */
export function formatMessage(to: string, said: Payload): string {
  return JSON.stringify({ type: 'CANDIDATE', dst: to, payload: said });
}

export const HEARTBEAT = JSON.stringify({ type: 'HEARTBEAT' });
