import { shortId } from '../../core/index.ts';
import type { SimTab } from '../tab.ts';

/** What still has to happen in a healed fabric of these tabs, in words; empty when it is whole again. */
export function unfinished(tabs: readonly SimTab[], answered: ReadonlySet<string>, submitted: readonly Submission[]) {
  const missing = tabs.flatMap((tab) => unfinishedAt(tab, tabs));
  const unanswered = submitted
    .filter(({ tab, runId }) => tab.state !== 'gone' && !answered.has(runId))
    .map(({ tab, runId }) => `${tab.name}: run ${shortId(runId)} has not ended`);
  return [...missing, ...unanswered];
}

export interface Submission {
  readonly tab: SimTab;
  readonly runId: string;
}

function unfinishedAt(tab: SimTab, tabs: readonly SimTab[]): readonly string[] {
  if (tab.joined?.ok !== true) return [`${tab.name}: has not joined`];
  const { cells, runs, leases, self } = tab.host.snapshot();
  const here = new Set(cells.filter(({ state }) => state === 'alive').map(({ id }) => id));
  const there = cells.filter(({ state }) => state !== 'gone').map(({ id }) => id);
  const everyone = new Set(tabs.map(({ host }) => host.self));
  return [
    ...tabs.filter(({ host }) => !here.has(host.self)).map(({ name }) => `${tab.name}: does not see ${name}`),
    ...there.filter((cell) => !everyone.has(cell)).map((cell) => `${tab.name}: still sees ${shortId(cell)}`),
    ...leases
      .filter(({ state }) => state === 'active')
      .map((lease) => `${tab.name}: ${lease.kind} lease ${shortId(lease.leaseId)} is still there`),
    ...cells
      .filter(({ id, slotsFree, slotsTotal, memoryBytesFree, memoryBytesTotal }) => {
        return id === self && (slotsFree !== slotsTotal || memoryBytesFree !== memoryBytesTotal);
      })
      .map(() => `${tab.name}: capacity has not come back`),
    ...runs
      .filter(({ status }) => !ENDED.has(status))
      .map(({ runId, status }) => `${tab.name}: run ${shortId(runId)} is still ${status}`),
    ...tab.engine.running().map(({ order }) => `${tab.name}: a worker still runs ${shortId(order.runId)}`),
  ];
}

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);
