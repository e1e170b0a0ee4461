import { ACT } from './costs.ts';

export const NO_BLOCK = -1;
export const NO_EDGE = -1;

/** A label that is open. Records are used again. */
export class Frame {
  kind: number = ACT.block;
  /** Values that a branch to the label carries. */
  arity = 0;
  isLive = false;
  /** First block of a loop. */
  loopBlock = NO_BLOCK;
  /** Last edge that leads to the end of the label; each holds the one before in its `to` until the end is reached. */
  pending = NO_EDGE;
  pendingCount = 0;
  weight = 0;
  /** Weight of the code before the label. */
  weightBefore = 0;
  /** The edge that passes over an `if`. */
  elseEdge = NO_EDGE;
  hasTrap = false;
  /** Open loops, from the outside up to this label. */
  loopCount = 0;
}
