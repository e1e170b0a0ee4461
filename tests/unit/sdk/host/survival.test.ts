import { beforeEach, describe, expect, test } from 'vitest';
import { failure, fromUtf8, utf8, type Bytes } from '../../../../src/core/index.ts';
import {
  FabricClient,
  type HostPort,
  type MapOptions,
  type MapOrder,
  type MapResult,
} from '../../../../src/sdk/index.ts';
import { idOf, ManualTime, present, seededRandom, SignalingHub, valueOf } from '../../../support/index.ts';
import { joinedHosts, requestOf, type HostOptions, type TestHost } from './world.ts';

const RUN = idOf.run('1');

let time: ManualTime;
let hub: SignalingHub;
let ada: TestHost;
let others: TestHost[];
let clients = 0;

async function fabricOf(...options: HostOptions[]): Promise<void> {
  const named = options.map((each, index) => [`cell${index}`, each] as const);
  const [first, ...rest] = await joinedHosts(time, hub, named);
  ada = present(first);
  others = rest;
}

beforeEach(() => {
  time = new ManualTime();
  hub = new SignalingHub(time);
});

describe('a run whose cell goes', () => {
  test('is done elsewhere, as a second attempt that says what became of the first', async () => {
    await fabricOf({}, { slots: 2 }, { slots: 2 });
    const running = ada.host.submit(RUN, requestOf('hang', { on: 'other', deadlineMs: 5_000 }));
    await time.advance(100);
    const victim = present(others.find(({ engine }) => engine.runs.length === 1));
    const heir = present(others.find((other) => other !== victim));
    victim.host.leave();
    await time.advance(100);
    present(heir.engine.runs[0]).succeed();
    const { response } = valueOf(await time.until(running));
    expect(response).toMatchObject({ status: 'succeeded', attempt: 2, cell: heir.host.self });
    expect(response.lost).toEqual([
      {
        ...{ attempt: 1, cell: victim.host.self },
        failure: failure('disconnected', 'the cell left while the run was there'),
      },
    ]);
    expect(ada.host.snapshot().events.map(({ kind }) => kind)).toContain('run.retried');
  });

  test('ends with that failure where its program says so, and never at the same cell twice', async () => {
    await fabricOf({}, { slots: 2 }, { slots: 2 });
    const script = requestOf('hang', { on: 'other', recovery: 'fail' });
    const running = ada.host.submit(RUN, script);
    await time.advance(100);
    present(others.find(({ engine }) => engine.runs.length === 1)).host.leave();
    expect(valueOf(await time.until(running, 500)).response).toMatchObject({
      attempt: 1,
      error: { code: 'disconnected' },
    });
  });

  test('is done here when nobody else is left and its program may be degraded', async () => {
    await fabricOf({}, { slots: 2 });
    const running = ada.host.submit(RUN, requestOf('hang', { on: 'other', recovery: 'degrade' }));
    await time.advance(100);
    present(others[0]).host.leave();
    await time.advance(100);
    present(ada.engine.runs[0]).succeed();
    expect(valueOf(await time.until(running)).response).toMatchObject({
      ...{ status: 'succeeded', attempt: 2, cell: ada.host.self, isDegraded: true },
    });
  });

  test('is not tried again when the tasklet itself failed', async () => {
    await fabricOf({}, { slots: 2 }, { slots: 2 });
    const { response } = valueOf(await time.until(ada.host.submit(RUN, requestOf('error', { on: 'other' }))));
    expect(response).toMatchObject({ attempt: 1, error: { code: 'tasklet_error' } });
  });
});

describe('verify', () => {
  const liar: HostOptions = { scripts: { echo: (run) => run.succeed({ output: utf8('a lie') }) } };

  test('believes the majority, and names and shuns who says otherwise', async () => {
    await fabricOf({}, {}, liar, {});
    const honest = others.filter((_, index) => index !== 1).map(({ host }) => host.self);
    const liarId = present(others[1]).host.self;
    const order = requestOf('echo', { on: 'other', verify: 3 });
    const { response, outputBase64 } = valueOf(await time.until(ada.host.submit(RUN, order)));
    expect(response.verified?.agreed.toSorted()).toEqual(honest.toSorted());
    expect(response.verified?.disagreed).toEqual([liarId]);
    expect(Buffer.from(outputBase64, 'base64').toString()).toBe('the input');
    expect(ada.host.snapshot().events.map(({ kind }) => kind)).toContain('cell.disagreed');
    for (const id of ['2', '3', '4']) {
      const next = valueOf(await time.until(ada.host.submit(idOf.run(id), requestOf('echo', { on: 'other' }))));
      expect(next.response.cell).not.toBe(liarId);
    }
    const pinned = valueOf(await time.until(ada.host.submit(idOf.run('5'), requestOf('echo', { on: liarId }))));
    expect(pinned.response.error?.code).toBe('runtime_not_ready');
  });

  test('with too few cells is refused, unless it may be degraded', async () => {
    await fabricOf({}, {});
    const order = requestOf('echo', { verify: 3 });
    const few = valueOf(await time.until(ada.host.submit(RUN, order)));
    expect(few.response.error?.code).toBe('runtime_not_ready');
    expect(few.response.error?.message).toContain('3 cells');
    const degraded = await time.until(ada.host.submit(idOf.run('2'), { ...order, recovery: 'degrade' }));
    expect(valueOf(degraded).response).toMatchObject({ status: 'succeeded', isDegraded: true });
  });

  test('without a majority believes nobody', async () => {
    await fabricOf({}, liar);
    const { response } = valueOf(await time.until(ada.host.submit(RUN, requestOf('echo', { verify: 2 }))));
    expect(response.error?.code).toBe('verification_failed');
  });
});

describe('a map', () => {
  async function* inputs(count: number, read: number[] = []): AsyncGenerator<Bytes> {
    for (let index = 0; index < count; index++) {
      read.push(index);
      await Promise.resolve();
      yield utf8(`input ${index}`);
    }
  }

  function clientOf({ host }: TestHost): FabricClient {
    const port: Partial<HostPort> = {
      openMap: (map, order) => Promise.resolve(host.openMap(map, order)),
      submitPart: (map, runId, input) => host.submitPart(map, runId, input),
      closeMap: (map) => Promise.resolve(host.closeMap(map)),
      cancel: (runId) => Promise.resolve(host.cancel(runId)),
    };
    const env = { clock: time, random: seededRandom(`map ${++clients}`) };
    return new FabricClient(port as HostPort, env, host.snapshot());
  }

  async function all(script: string, options: MapOptions, count: number, read?: number[]): Promise<MapResult[]> {
    const order: MapOrder = requestOf(script, { on: 'other' });
    const results: MapResult[] = [];
    for await (const result of clientOf(ada).map(order, inputs(count, read), options)) results.push(result);
    return results;
  }

  test('gives every result in order, over all cells, and leaves no lease', async () => {
    await fabricOf({}, { slots: 2 }, { slots: 1 });
    const results = await time.until(all('echo', {}, 40), 20_000);
    expect(results.map(({ output }) => fromUtf8(output))).toEqual(
      Array.from({ length: 40 }, (_, index) => `input ${index}`),
    );
    expect(new Set(results.map(({ artifacts }) => artifacts.response.cell)).size).toBe(2);
    const leases = new Set(results.flatMap(({ artifacts }) => artifacts.response.leases.map(({ leaseId }) => leaseId)));
    expect(leases.size).toBeLessThanOrEqual(12);
    await time.advance(3_000);
    for (const { host } of others) {
      const self = present(host.snapshot().cells[0]);
      expect([self.slotsFree, self.memoryBytesFree]).toEqual([self.slotsTotal, self.memoryBytesTotal]);
    }
  });

  test('survives the loss of a cell: each input once, those lost as second attempts', async () => {
    await fabricOf(
      {},
      { slots: 2, scripts: { slow: () => undefined } },
      { slots: 2, scripts: { slow: (run) => run.succeed() } },
    );
    const mapping = all('slow', { order: 'completed' }, 12);
    await time.advance(300);
    present(others[0]).host.leave();
    const results = await time.until(mapping, 20_000);
    expect(results.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([...Array(12).keys()]);
    const again = results.filter(({ artifacts }) => artifacts.response.attempt === 2);
    expect(again.length).toBe(present(others[0]).engine.runs.length);
    expect(again.length).toBeGreaterThan(0);
  });

  test('starts a straggler once more elsewhere, and the first result counts', async () => {
    const stuck: HostOptions = { slots: 1, scripts: { slow: () => undefined } };
    await fabricOf({}, stuck, { slots: 2, scripts: { slow: (run) => run.succeed() } });
    const results = await time.until(all('slow', {}, 10), 10_000);
    expect(results.length).toBe(10);
    expect(results.filter(({ artifacts }) => artifacts.response.attempt === 2).length).toBeGreaterThan(0);
    await time.advance(1_000);
    expect(present(present(others[0]).engine.runs[0]).stoppedFor?.code).toBe('cancelled');
  });

  test('reads no more inputs than it has room for', async () => {
    await fabricOf({}, { slots: 2 });
    const read: number[] = [];
    const order: MapOrder = requestOf('hang', { on: 'other' });
    const map = clientOf(ada).map(order, inputs(1_000, read));
    const first = map[Symbol.asyncIterator]().next();
    await time.advance(1_000);
    expect(read.length).toBe(4);
    map.cancel();
    await expect(time.until(first)).rejects.toMatchObject({ code: 'cancelled' });
    await time.advance(1_000);
    expect(present(others[0]).engine.runs.every(({ stoppedFor }) => stoppedFor?.code === 'cancelled')).toBe(true);
  });

  test('ends with the first failure, or hands it out like any result', async () => {
    await fabricOf({}, { slots: 2 });
    await expect(time.until(all('error', {}, 5))).rejects.toMatchObject({ code: 'tasklet_error' });
    const results = await time.until(all('error', { failures: 'yield' }, 5), 10_000);
    expect(results.map(({ artifacts }) => artifacts.response.status)).toEqual(Array(5).fill('failed'));
  });

  test('is refused as a whole when its request cannot be a run', async () => {
    await fabricOf({}, { slots: 2 });
    const order = { ...requestOf('echo', { fuel: 0 }) };
    expect(ada.host.openMap('m', order)).toMatchObject({ ok: false, error: { code: 'invalid_argument' } });
  });
});
