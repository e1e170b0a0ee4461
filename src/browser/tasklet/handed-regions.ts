import { LeaseMail, MailboxSender, MailedRegion, SharedRegion, type Park } from '../../memory/index.ts';
import type { TaskletRegion } from '../../tasklet/index.ts';
import type { HandedMemoryMessage } from './tasklet-messages.ts';

/** The leases of a run as its tasklet reaches them from this worker; `ring` tells the cell's worker of mail. */
export function handedRegions(memory: HandedMemoryMessage, ring: () => void): readonly TaskletRegion[] {
  const { regions, mailbox, threadNumber } = memory;
  const sender = new MailboxSender(mailbox, ring, park);
  const thread = { number: threadNumber, nowMs, park };
  return regions.map(({ sizeBytes, shared }, lease) =>
    shared
      ? new SharedRegion(shared, thread, new LeaseMail(sender, lease))
      : new MailedRegion(sizeBytes, lease, sender),
  );
}

export const park: Park = (words, index, expected, timeoutMs) => Atomics.wait(words, index, expected, timeoutMs);

/** The same in every thread of the browser. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
