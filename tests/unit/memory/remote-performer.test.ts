import { beforeEach, describe, expect, test } from 'vitest';
import {
  err,
  failure,
  MEMORY_LIMITS,
  ok,
  WIRE_LIMITS,
  type Bytes,
  type FabricFailure,
  type Result,
} from '../../../src/core/index.ts';
import {
  executeBatch,
  type LocalRegion,
  openedRegion,
  type Region,
  type RegionDoor,
} from '../../../src/memory/index.ts';
import { idOf, settle, valueOf } from '../../support/index.ts';
import { freshRegion } from './thread.ts';

const SIZE_BYTES = 4 * 1_048_576;

interface Sent {
  readonly batch: Bytes;
  readonly operations: number;
  answer(): number;
}

/** A door that holds every batch until the test lets it through. */
class HeldDoor implements RegionDoor {
  readonly leaseId = idOf.lease('4');
  readonly lessor = idOf.cell('b');
  readonly sizeBytes = SIZE_BYTES;
  readonly sent: Sent[] = [];
  readonly local: LocalRegion = freshRegion(SIZE_BYTES);
  refusal: FabricFailure | undefined;

  operate(batch: Bytes): Promise<Result<Bytes, FabricFailure>> {
    return new Promise((resolve) => {
      this.sent.push({
        batch,
        operations: new DataView(batch.buffer).getUint16(4, true),
        answer: () => {
          if (this.refusal) {
            resolve(err(this.refusal));
            return 0;
          }
          const answer = valueOf(executeBatch(this.local, batch));
          resolve(ok(answer));
          return answer.length;
        },
      });
    });
  }

  wait(): never {
    throw new Error('nobody waits here');
  }

  notices(): never {
    throw new Error('nobody watches here');
  }

  close(): void {
    this.sent.length = 0;
  }
}

let door: HeldDoor;
let region: Region;

beforeEach(() => {
  door = new HeldDoor();
  region = openedRegion(door);
});

/** Lets all that is sent through until nothing more comes; the longest answer. */
async function letThrough(): Promise<number> {
  let longest = 0;
  for (await settle(); door.sent.length > 0; await settle()) {
    for (const sent of door.sent.splice(0)) longest = Math.max(longest, sent.answer());
  }
  return longest;
}

describe('operations that travel', () => {
  test('of one turn go in one batch, and what comes up at the window goes in the next', async () => {
    const adds = Array.from({ length: 10 }, () => region.u32.add(0, 1));
    await settle();
    expect(door.sent.map(({ operations }) => operations)).toEqual([10]);
    for (let turn = 0; turn < 100; turn++) {
      adds.push(region.u32.add(0, 1));
      await settle();
    }
    const { batchesInFlightMax } = MEMORY_LIMITS;
    expect(door.sent.length).toBe(batchesInFlightMax);
    for (const first of door.sent.splice(0, 1)) first.answer();
    await settle();
    expect(door.sent.slice(-1).map(({ operations }) => operations)).toEqual([100 - (batchesInFlightMax - 1)]);
    await letThrough();
    expect(await Promise.all(adds)).toEqual(adds.map((_, index) => index));
  });

  test('long ones are cut so that batches and answers fit a frame', async () => {
    const bytes = new Uint8Array(SIZE_BYTES).fill(3);
    const written = region.write(0, bytes);
    const mixed = region.u64.load(8);
    const back = region.read(0, SIZE_BYTES);
    let longestBatch = 0;
    const operate = door.operate.bind(door);
    door.operate = (batch) => {
      longestBatch = Math.max(longestBatch, batch.length);
      return operate(batch);
    };
    const longestAnswer = await letThrough();
    await written;
    expect(await mixed).toBe(0x0303030303030303n);
    expect((await back).every((byte) => byte === 3)).toBe(true);
    expect(longestBatch).toBeLessThanOrEqual(WIRE_LIMITS.frameBytesMax - 16);
    expect(longestAnswer).toBeLessThanOrEqual(WIRE_LIMITS.frameBytesMax - 16);
    expect(longestBatch).toBeGreaterThan(60_000);
    expect(longestAnswer).toBeGreaterThan(60_000);
  });

  test('wait in a bounded queue: beyond it they are refused, those before are done', async () => {
    const { batchesInFlightMax, queuedOperationsMax } = MEMORY_LIMITS;
    for (let turn = 0; turn < batchesInFlightMax; turn++) {
      void region.u32.add(0, 1);
      await settle();
    }
    const queued = Array.from({ length: queuedOperationsMax }, () => region.u32.add(0, 1));
    await expect(region.u32.add(0, 1)).rejects.toMatchObject({ code: 'capacity_exceeded' });
    await letThrough();
    expect((await Promise.all(queued)).at(-1)).toBe(batchesInFlightMax + queuedOperationsMax - 1);
    const again = region.u32.load(0);
    await letThrough();
    expect(await again).toBe(batchesInFlightMax + queuedOperationsMax);
  });

  test('that are refused together reject each with that failure', async () => {
    door.refusal = failure('disconnected', 'the link is gone');
    const acts = [region.u32.add(0, 1), region.read(0, 100_000), region.write(0, new Uint8Array(100_000))];
    const settled = Promise.allSettled(acts);
    await letThrough();
    for (const each of await settled) expect(each).toMatchObject({ reason: { code: 'disconnected' } });
  });

  test('an answer that is cut short rejects what it does not answer', async () => {
    door.operate = (batch) => Promise.resolve(ok(valueOf(executeBatch(door.local, batch)).slice(0, 13)));
    const acts = Promise.allSettled([region.u32.add(0, 1), region.u32.add(0, 1), region.read(0, 4)]);
    const [first, ...rest] = await acts;
    expect(first).toMatchObject({ status: 'fulfilled', value: 0 });
    for (const each of rest) expect(each).toMatchObject({ reason: { code: 'protocol_violation' } });
  });
});
