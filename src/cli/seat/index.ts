/**
 * seat owns a place in a fabric from which the command acts: one or more real tabs, driven from here. It promises the
 * fabric's own failures with their codes, and that work which is given up is cancelled in the page too.
 */
export { openCells, startBrowser, type OpenCells, type OpenedCells } from './open-cells.ts';
export {
  mergedLeases,
  type CellAudit,
  type Seat,
  type SeatProgram,
  type SeatRun,
  type SeatWatch,
  type StewardDone,
} from './seat.ts';
export { TabSeat } from './tab-seat.ts';
