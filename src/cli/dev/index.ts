/**
 * dev owns the fabric that `grafos dev up` leaves running: one keeper process with the server, a browser and its cells,
 * the file that says where it is, and the socket by which other commands use it. Only its own user can reach either.
 * It promises that the end of the keeper, however it comes, is the end of everything it started.
 */
export { callKeeper, RemoteSeat } from './remote-seat.ts';
export { startKeeper, type KeeperOptions } from './start-keeper.ts';
export { DEV_LIMITS } from './limits.ts';
export { forgetDev, isRunning, pagesFolder, readDev, stateFolder, type DevState } from './state.ts';
