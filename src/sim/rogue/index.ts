/**
 * rogue owns the one member of a simulated fabric that breaks the rules on purpose: it speaks the protocol by hand and
 * tries what no cell of ours would. Whatever it is refused is as it should be; whatever it gets is a violation.
 */
export { Attacks } from './attacks.ts';
export { Rogue, type RogueWorld } from './rogue.ts';
