/**
 * browser/worker owns the real doors inside the cell worker: the channels that the page hands over, storage, identity,
 * and the calls the page may make. It decides nothing that a pure room could decide.
 */
export { serveCell } from './cell-host.ts';
