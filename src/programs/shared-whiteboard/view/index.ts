/**
 * shared-whiteboard/view is the board as people see it: a sheet to draw on with pen, finger, mouse or arrow keys, the lease
 * that it lies in, and a plain word when that is over.
 */
import type { ViewStage } from '../../../sdk/index.ts';
import { WhiteboardView } from './whiteboard-view.ts';

export function view(stage: ViewStage): HTMLElement {
  const element = new WhiteboardView();
  element.stage = stage;
  return element;
}
