/**
 * session owns the conversation with one proven member: its calls and events, what waits to be sent, which of several links to
 * one tab it is on, and its move from one to another. It promises that every call settles, that both ends end up on the same
 * link, and that no frame is lost or overtaken by a move.
 */
export { Outbox } from './outbox.ts';
export { RequestLog } from './request-log.ts';
export { Session, type SessionEnd } from './session.ts';
export type { ProvenLink } from './spares.ts';
