import type { Page } from '@playwright/test';
import type { CellId, LeaseHandle, Region } from '../../../src/sdk/index.ts';

/** Takes memory of a cell, and keeps lease and region in the tab. Answers a LeaseRef of it. */
export function takeRegion(tab: Page, on: CellId, sizeBytes: number, ttlMs: number): Promise<string> {
  return tab.evaluate(
    async ([cell, bytes, ttl]) => {
      const lease = await window.grafos?.fabric()?.lease.mem({ bytes }).ttl(ttl).on(cell).acquire();
      if (!lease) throw new Error('no fabric here');
      Object.assign(window, { lease, region: await lease.region() });
      return lease.ref();
    },
    [on, sizeBytes, ttlMs] as const,
  );
}

/** Does something with the tab's region: what it answers, or the code it is refused with. */
export function act<T, Argument>(
  tab: Page,
  work: (held: { region: Region; lease: LeaseHandle }, argument: Argument) => Promise<T>,
  argument: Argument,
): Promise<T | string> {
  return tab.evaluate(
    async ([source, given]) => {
      const call = (0, eval)(`(${source})`) as (held: object, argument: unknown) => Promise<T>;
      try {
        const { region, lease } = window as unknown as { region: unknown; lease: unknown };
        return await call({ region, lease }, given);
      } catch (error) {
        return String(Reflect.get(Object(error), 'code') ?? error);
      }
    },
    [work.toString(), argument] as const,
  );
}

export const write = (tab: Page, offset: number, values: number[]): Promise<unknown> =>
  act(tab, ({ region }, [at, bytes]) => region.write(at, new Uint8Array(bytes)), [offset, values] as const);

export const read = (tab: Page, offset: number, length: number): Promise<unknown> =>
  act(tab, async ({ region }, [at, count]) => [...(await region.read(at, count))], [offset, length] as const);
