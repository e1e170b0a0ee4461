/**
 * rehearsal owns what a started cell worker does while nobody has joined: a fabric of cells in memory, made and left, so
 * that the code of joining is loaded and compiled before a person waits for it.
 */
export { rehearse } from './rehearse.ts';
