/** The fabric in the background: bring it up, see whether it is well, take it down. */
export { doctor } from './doctor.ts';
export { down } from './down.ts';
export { up } from './up.ts';
