/**
 * sim is `grafos sim`: many seeds of the simulated fabric over a few processes, one verdict, and for whatever failed the
 * one command that shows it again.
 */
export { sim } from './command.ts';
