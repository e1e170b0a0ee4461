/**
 * programs/distributed-counter shows that memory lent under a lease is one memory, whatever tab a tasklet runs in. Its demo
 * sees the sdk alone.
 */
export { demo } from './demo.ts';
