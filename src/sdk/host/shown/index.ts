/** sdk/host/shown owns what a host shows of itself: the views in a snapshot, the latest events, and when both are handed out. */
export { Publisher } from './publisher.ts';
export {
  announced,
  candidateOf,
  heldView,
  incomingView,
  isBusyWith,
  joinText,
  leaseViews,
  LEFT_BECAUSE,
  memberView,
  selfView,
  tooLateTo,
  type PageState,
} from './views.ts';
