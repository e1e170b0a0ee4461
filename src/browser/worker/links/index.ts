/**
 * links owns the cell worker's side of what only a page can do: channels that the page made and handed over, and its
 * signaling as a port whose every question has an end.
 */
export { ChannelTransport } from './channel-transport.ts';
export { PageSignaling } from './page-signaling.ts';
export { webSecrecy } from './web-secrecy.ts';
