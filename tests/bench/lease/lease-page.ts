/** What the page needs for the lease rows: bundled and loaded there. */
import { isCellId } from '../../../src/core/index.ts';
import { CountedResource, Lessor, type LeaseEvent } from '../../../src/lease/index.ts';
import { benchCell, connect, env, valueOf, type Pair } from '../page-cells.ts';

export interface LeaseOrder {
  readonly repeats: number;
  /** Grants with frees in one sample of the lessor alone, and of a cell's own desk. */
  readonly localCount: number;
  readonly deskCount: number;
  readonly remoteCount: number;
  /** Leases that are let expire. */
  readonly expiringCount: number;
}

export interface LeaseTimes {
  /** Grants with frees a second. */
  readonly lessorRate: readonly number[];
  readonly deskRate: readonly number[];
  /** Milliseconds, one entry a repeat: the median of its calls. */
  readonly remoteMs: readonly number[];
  readonly echoMs: readonly number[];
  /** Milliseconds from a lease's deadline to its capacity being back, one for each lease. */
  readonly lateMs: readonly number[];
}

const WISH = { kind: 'cpu', quantity: 1, ttlMs: 10_000 } as const;
const ECHO_BYTES = 256;

export async function timeLeases(order: LeaseOrder): Promise<LeaseTimes> {
  const late = lateness();
  const lessor = await benchCell({ lent: (event) => late.lent(event), held: () => undefined });
  const holder = await benchCell({ lent: () => undefined, held: () => undefined });
  const [control, data, echo] = await connect(3);
  if (!control || !data || !echo) throw new Error('no channels');
  lessor.link('answerer', control[1], data[1]);
  holder.link('dialer', control[0], data[0]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  echo[1].onmessage = ({ data: bytes }: MessageEvent<ArrayBuffer>) => echo[1].send(bytes);

  const times = { lessorRate: [], deskRate: [], remoteMs: [], echoMs: [] };
  const kept: Record<keyof typeof times, number[]> = times;
  const { self } = lessor.cell;
  const remote = async (): Promise<void> => {
    const held = valueOf(await holder.cell.holdings.take(self, [WISH]));
    await holder.cell.holdings.give(held.map(({ leaseId }) => leaseId));
  };
  for (let repeat = -1; repeat < order.repeats; repeat++) {
    const sample = {
      lessorRate: lessorRate(order.localCount),
      deskRate: await rateOf(order.deskCount, async () => {
        const held = valueOf(await lessor.cell.holdings.take(self, [WISH]));
        await lessor.cell.holdings.give(held.map(({ leaseId }) => leaseId));
      }),
      remoteMs: await medianMs(order.remoteCount, remote),
      echoMs: await medianMs(order.remoteCount, () => echoed(echo)),
    };
    // The first turn only warms up.
    if (repeat < 0) continue;
    kept.lessorRate.push(sample.lessorRate);
    kept.deskRate.push(sample.deskRate);
    kept.remoteMs.push(sample.remoteMs);
    kept.echoMs.push(sample.echoMs);
  }
  late.begin();
  for (let count = 0; count < order.expiringCount; count++) {
    valueOf(await lessor.cell.holdings.take(self, [{ ...WISH, ttlMs: 1_000 + (count % 500) }]));
    if (count % 200 === 199) await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  return { ...times, lateMs: late.ms };
}

/** The lessor alone: grants, frees and reclaims, one after the other. */
function lessorRate(count: number): number {
  const holder = 'a'.repeat(32);
  if (!isCellId(holder)) throw new Error('not a cell id');
  const lessor = new Lessor(env, [new CountedResource('cpu', 64, 'slots')]);
  const start = performance.now();
  for (let done = 0; done < count; done++) {
    for (const { leaseId } of valueOf(lessor.grant(holder, [WISH]))) {
      lessor.free(holder, leaseId);
      lessor.reclaim(leaseId);
    }
  }
  return (1_000 * count) / (performance.now() - start);
}

/** A second's worth of `call`, with 64 of them under way at a time, as a busy tab has. */
async function rateOf(count: number, call: () => Promise<void>): Promise<number> {
  const start = performance.now();
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun++ < count) await call();
  };
  await Promise.all(Array.from({ length: 64 }, lane));
  return (1_000 * count) / (performance.now() - start);
}

async function medianMs(count: number, call: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let done = 0; done < count; done++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((left, right) => left - right)[count >> 1] ?? NaN;
}

function echoed([near]: Pair): Promise<void> {
  return new Promise((resolve) => {
    near.onmessage = () => resolve();
    near.send(new Uint8Array(ECHO_BYTES));
  });
}

/** Hears how long after its deadline each expired lease was torn down. */
function lateness() {
  const ms: number[] = [];
  let isMeasuring = false;
  return {
    ms,
    begin: () => (isMeasuring = true),
    lent(event: LeaseEvent): void {
      if (!isMeasuring || event.kind !== 'reclaimed' || event.lease.state !== 'expired') return;
      ms.push(performance.now() - event.lease.expiresAtMs);
    },
  };
}
