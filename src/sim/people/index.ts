/**
 * people is what those who sit at the tabs do, drawn from the seed: they run tasklets, take and share leases, use memory,
 * and the one who has the fabric's key governs it. They do what the page offers and nothing else.
 */
export { Governance } from './governance.ts';
export { Workload } from './workload.ts';
