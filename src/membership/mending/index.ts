/**
 * mending owns links on which nothing gets through any more though both their ends are there: a network has changed. It looks
 * for another way below them before anybody misses the other, and promises to bear with silence for a bounded time only.
 */
export { Mender, type MenderDeps } from './mender.ts';
