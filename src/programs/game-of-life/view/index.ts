/**
 * game-of-life/view is the board while it lives: every frame is one generation that all bands had, read out of their leases,
 * each band in the colour of the cell that steps it.
 */
import type { ViewStage } from '../../../sdk/index.ts';
import { LifeView } from './life-view.ts';

export function view(stage: ViewStage): HTMLElement {
  const element = new LifeView();
  element.stage = stage;
  return element;
}
