/**
 * swim owns what is believed of every cell of the fabric, linked or not: the table and its digests, the time a suspicion
 * lasts, and news on its way. It decides nothing about links.
 */
export { Beliefs } from './beliefs.ts';
export type { Entry } from './table.ts';
