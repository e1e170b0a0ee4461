/**
 * restart owns what the page does when a network changes below links that are there: it hears of that, and lets the two ends of
 * a connection agree on another way. It promises that nobody but the two ends of a link can have it restarted.
 */
export { watchNetwork } from './network-watch.ts';
export { restartText, Restarts, type RestartText } from './restarts.ts';
