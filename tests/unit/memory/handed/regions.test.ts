import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { err, failure, ok, type FabricFailure } from '../../../../src/core/index.ts';
import {
  BATCH_BYTES_MAX,
  executeBatch,
  failureOfStatus,
  LeaseMail,
  LocalRegion,
  MAILBOX_BYTES,
  MailboxSender,
  RegionHeader,
  REGION_STATE,
  regionBufferBytes,
  SharedRegion,
} from '../../../../src/memory/index.ts';
import type { RunRegion } from '../../../../src/tasklet/index.ts';
import { EPOCH, testThread } from '../thread.ts';
import { FarWorker } from './far-worker.ts';
import { perform, type Step } from './script.ts';

const SIZE = 200_000;

function freshBuffer(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(regionBufferBytes(SIZE));
  new RegionHeader(buffer).begin(EPOCH, 1, SIZE);
  return buffer;
}

/** The owner of a region, asked from afar; its lease ends when the test says so. */
class Owner implements RunRegion {
  readonly sizeBytes = SIZE;
  readonly buffer = freshBuffer();
  readonly renewals: (number | undefined)[] = [];
  readonly #local = new LocalRegion(this.buffer, EPOCH, testThread());
  #end: ((failure: FabricFailure) => void) | undefined;
  ended: FabricFailure | undefined;
  isFreed = false;

  async operate(batch: Uint8Array<ArrayBuffer>) {
    await Promise.resolve();
    if (this.ended) return err(this.ended);
    const answer = executeBatch(this.#local, batch);
    return answer.ok ? ok(answer.value) : err(failure('protocol_violation', answer.error));
  }

  wait(offset: number, expected: number, timeoutMs: number): ReturnType<RunRegion['wait']> {
    if (this.ended) return Promise.resolve(err(this.ended));
    const word = this.#local.u32[offset / 4];
    if (word !== expected) return Promise.resolve(ok('not_equal'));
    return new Promise((resolve) => {
      this.#end = (reason) => resolve(err(reason));
      setTimeout(() => resolve(ok('timed_out')), timeoutMs);
    });
  }

  query(): ReturnType<RunRegion['query']> {
    return Promise.resolve(this.ended ? err(this.ended) : ok({ state: 1, generation: 2, remainingMs: 9_000 }));
  }

  renew(ttlMs?: number): ReturnType<RunRegion['renew']> {
    this.renewals.push(ttlMs);
    return Promise.resolve(ok(undefined));
  }

  free(): Promise<void> {
    this.isFreed = true;
    this.end(failureOfStatus(-2));
    return Promise.resolve();
  }

  end(reason: FabricFailure): void {
    this.ended = reason;
    this.#end?.(reason);
  }
}

/** A region that this thread shares; what it asks of its cell is not answered here. */
function sharedRegion(buffer = freshBuffer()): SharedRegion {
  const sender = new MailboxSender(
    new SharedArrayBuffer(MAILBOX_BYTES),
    () => {
      throw new Error('bytes that are shared need no mail');
    },
    Atomics.wait,
  );
  const thread = { number: 9, nowMs: () => performance.now(), park: Atomics.wait };
  return new SharedRegion({ buffer, epoch: EPOCH }, thread, new LeaseMail(sender, 0));
}

let owner: Owner;
let far: FarWorker;

beforeEach(async () => {
  owner = new Owner();
  far = new FarWorker(owner);
  await far.ready;
});

afterEach(() => far.end());

const OPERATIONS = ['load', 'store', 'add', 'sub', 'and', 'or', 'xor', 'exchange'] as const;
const word = (width: number) => fc.nat(15).map((index) => index * width);
const parts = fc.array(fc.record({ offset: fc.nat(64), bytes: fc.uint8Array({ maxLength: 64 }) }), { maxLength: 4 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ call: fc.constantFrom('read', 'write'), parts }),
  fc.record({ call: fc.constant('fill'), offset: fc.nat(64), length: fc.nat(64), value: fc.nat(255) }),
  fc.record({ call: fc.constant('atomic32'), operation: fc.constantFrom(...OPERATIONS), offset: word(4), value: u32 }),
  fc.record({ call: fc.constant('atomic64'), operation: fc.constantFrom(...OPERATIONS), offset: word(8), value: u64 }),
  fc.record({ call: fc.constant('exchange32'), offset: word(4), expected: fc.constantFrom(0, 1), replacement: u32 }),
  fc.record({ call: fc.constant('exchange64'), offset: word(8), expected: fc.constantFrom(0n, 1n), replacement: u64 }),
  fc.record({ call: fc.constant('wait'), offset: word(4), expected: u32, timeoutMs: fc.constant(0) }),
  fc.record({ call: fc.constant('notify'), offset: word(4), count: fc.nat(3) }),
  fc.record({ call: fc.constant('structure'), bytes: fc.uint8Array({ maxLength: 40 }), capacity: fc.nat(40) }),
  fc.constant({ call: 'status' } as const),
);

describe('a tasklet cannot tell where the bytes are', () => {
  test('every script is answered alike from this tab and from another', async () => {
    const shared = sharedRegion();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (script) => {
        expect(await far.perform(script)).toEqual(perform(shared, script));
      }),
      { numRuns: 150 },
    );
  });

  test.each([BATCH_BYTES_MAX - 100, BATCH_BYTES_MAX, 3 * BATCH_BYTES_MAX + 1, SIZE])(
    '%i bytes are written and read in as many pieces as it takes',
    async (length) => {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 7) % 251);
      const [written, read] = await far.perform([
        { call: 'write', parts: [{ offset: SIZE - length, bytes }] },
        { call: 'read', parts: [{ offset: SIZE - length, bytes }] },
      ]);
      expect(written).toBe(0);
      expect(Buffer.compare((read as [number, Uint8Array[]])[1][0] ?? Buffer.alloc(0), bytes)).toBe(0);
    },
  );

  test('a thousand ranges go in a few batches', async () => {
    const ranges = Array.from({ length: 1_000 }, (_, index) => ({ offset: index * 8, bytes: new Uint8Array([index]) }));
    const answers = await far.perform([
      { call: 'write', parts: ranges },
      { call: 'read', parts: ranges },
    ]);
    expect(answers).toEqual([0, [0, ranges.map(({ bytes }) => bytes)]]);
  });
});

describe('waiting afar', () => {
  test('does not hold up the thread that answers', async () => {
    const waiting = far.perform([{ call: 'wait', offset: 0, expected: 0, timeoutMs: 300 }]);
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    expect(await waiting).toEqual([2]);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
  });

  test.each([-1, -2, -3, -6])('ends with %i when the lease does', async (status) => {
    const waiting = far.perform([
      { call: 'wait', offset: 0, expected: 0, timeoutMs: 20_000 },
      { call: 'atomic32', operation: 'add', offset: 0, value: 1 },
      { call: 'atomic64', operation: 'add', offset: 0, value: 1n },
      { call: 'status' },
      { call: 'read', parts: [] },
    ]);
    setTimeout(() => owner.end(failureOfStatus(status)), 50);
    expect(await waiting).toEqual([status, status, BigInt(status), status, [status, []]]);
  });
});

describe('waiting on shared bytes', () => {
  test.each(['expired', 'revoked', 'fenced'] as const)('ends within a slice when the lease is %s', (state) => {
    const buffer = freshBuffer();
    const region = sharedRegion(buffer);
    new RegionHeader(buffer).end(REGION_STATE[state]);
    const startedAtMs = performance.now();
    expect(region.wait(0, 0, 5_000)).toBe({ expired: -2, revoked: -6, fenced: -3 }[state]);
    expect(performance.now() - startedAtMs).toBeLessThan(100);
  });

  test('times out, and sees a word that is another', () => {
    const region = sharedRegion();
    expect(region.wait(0, 1, 1_000)).toBe(1);
    expect(region.wait(0, 0, 60)).toBe(2);
  });
});

describe('the lease itself', () => {
  test('is asked about, and given up', async () => {
    expect(await far.perform([{ call: 'query' }, { call: 'free' }, { call: 'status' }])).toEqual([
      { state: 1, generation: 2, remainingMs: 9_000 },
      0,
      -2,
    ]);
    expect(owner.isFreed).toBe(true);
  });
});
