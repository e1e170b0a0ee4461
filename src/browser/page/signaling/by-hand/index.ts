/**
 * by-hand owns links that two people make by exchanging texts, with no service at all: the connections behind the codes
 * and how long they wait. Fetched when it is first used.
 */
export { HandLinks, type HandLinksDeps } from './hand-links.ts';
