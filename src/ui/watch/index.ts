/**
 * watch owns time on the page: the frame clock that countdowns share, how much of a lease is left now, and what
 * changed from one snapshot to the next. Off screen or in a hidden tab it runs nothing.
 */
export { noticesBetween, type Notice } from './changes.ts';
export { FrameClock, wantsLessMotion } from './frame-clock.ts';
export { MediaQuery } from './media-query.ts';
export { remainingNowMs } from './remaining.ts';
