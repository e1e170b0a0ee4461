/**
 * lease-lab/view is one lease as one tab sees it: as its lessor, as its holder, or as one that opened it by a LeaseRef. It
 * shows what is known on this side and nothing else.
 */
import type { ViewStage } from '../../../sdk/index.ts';
import { LabView } from './lab-view.ts';

export function view(stage: ViewStage): HTMLElement {
  const element = new LabView();
  element.stage = stage;
  return element;
}
