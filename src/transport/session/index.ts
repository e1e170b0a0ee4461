/**
 * session owns the conversation with one proven member: its calls and events, what waits to be sent, and its move from one
 * link to a better one. It promises that every call settles and that no frame is lost or overtaken by a move.
 */
export { Outbox } from './outbox.ts';
export { RequestLog } from './request-log.ts';
export { Session, type SessionEnd } from './session.ts';
