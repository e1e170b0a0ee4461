/**
 * programs/word-count shows map and reduce over leased memory: parts of a text counted wherever there is room, into one map.
 * Its demo sees the sdk and the collections.
 */
export { demo } from './demo.ts';
