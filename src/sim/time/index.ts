/**
 * time owns when things happen: the one queue of events, each machine's clocks, each tab's timers, and the pause in which
 * promises run on. Everything in a simulation happens in the order this room says, and in no other.
 */
export { EventQueue, type EventKind, type Place, type SimEvent } from './event-queue.ts';
export { Later } from './later.ts';
export { settle } from './settle.ts';
export { SimClock } from './sim-clock.ts';
export { SimTimers, type TimerHost } from './sim-timers.ts';
