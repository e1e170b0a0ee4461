/**
 * wire/relay owns the messages that concern links themselves: those that carry one through another cell, and those that move
 * a session from one link to a better one. It checks their form only.
 */
export { LINK, RELAY, relayGreeting } from './relay-messages.ts';
