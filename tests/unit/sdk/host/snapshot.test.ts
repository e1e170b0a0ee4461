import { beforeEach, describe, expect, test } from 'vitest';
import { idOf, ManualTime, present, SignalingHub, valueOf } from '../../../support/index.ts';
import { joinedHosts, PAGE_URL, requestOf, type TestHost } from './world.ts';

const RUN = idOf.run('1');

let time: ManualTime;
let ada: TestHost;
let bob: TestHost;

beforeEach(async () => {
  time = new ManualTime();
  const hosts = await joinedHosts(time, new SignalingHub(time), [
    ['ada', { slots: 1 }],
    ['bob', { slots: 2 }],
  ]);
  [ada, bob] = [present(hosts[0]), present(hosts[1])];
});

describe('a snapshot shows', () => {
  test('the fabric and its cells, this one first', () => {
    const { phase, fabric, self, cells, signaling } = bob.host.snapshot();
    expect(phase).toBe('ready');
    expect(fabric.joinUrl.startsWith(`${PAGE_URL}#/f/`)).toBe(true);
    expect(self).toBe(bob.host.self);
    expect(cells.map(({ name, isSelf, state, slotsTotal }) => [name, isSelf, state, slotsTotal])).toEqual([
      ['bob', true, 'alive', 2],
      ['ada', false, 'alive', 1],
    ]);
    expect(cells[1]?.roundTripMs).toBe(2);
    expect(signaling).toMatchObject({ state: 'connected' });
  });

  test('a run at both ends while it goes on, with the leases it stands on', async () => {
    const running = ada.host.submit(RUN, requestOf('hang', { on: 'other' }));
    await time.advance(200);
    const atHome = present(ada.host.snapshot().runs[0]);
    const away = present(bob.host.snapshot().runs[0]);
    for (const view of [atHome, away]) {
      expect(view).toMatchObject({ runId: RUN, submitter: ada.host.self, cell: bob.host.self, status: 'running' });
    }
    const [held, granted] = [ada.host.snapshot().leases, bob.host.snapshot().leases];
    expect(new Set(held.map(({ leaseId }) => leaseId))).toEqual(new Set(granted.map(({ leaseId }) => leaseId)));
    for (const lease of [...held, ...granted]) {
      expect(lease).toMatchObject({ state: 'active', lessor: bob.host.self, holder: ada.host.self, runId: RUN });
    }
    expect(bob.host.snapshot().cells[0]?.slotsFree).toBe(1);
    present(bob.engine.runs[0]).order.progress(3, 4);
    await time.advance(50);
    expect(ada.host.snapshot().runs[0]?.progress).toEqual({ done: 3, total: 4 });
    present(bob.engine.runs[0]).succeed();
    valueOf(await time.until(running));
  });

  test('a finished run, and its leases freed, then gone', async () => {
    valueOf(await time.until(ada.host.submit(RUN, requestOf('echo', { on: 'other' }))));
    await time.advance(100);
    expect(ada.host.snapshot().runs[0]).toMatchObject({ status: 'succeeded', fuelUsed: 7, outputBytes: 9 });
    expect(bob.host.snapshot().leases.map(({ state, remainingMs }) => [state, remainingMs])).toEqual([
      ['freed', 0],
      ['freed', 0],
    ]);
    await time.advance(10_000);
    expect(bob.host.snapshot().leases).toEqual([]);
  });

  test('the other cells’ free slots as they change', async () => {
    const running = ada.host.submit(RUN, requestOf('hang', { on: 'other' }));
    await time.advance(300);
    expect(ada.host.snapshot().cells[1]?.slotsFree).toBe(1);
    ada.host.cancel(RUN);
    valueOf(await time.until(running));
    await time.advance(300);
    expect(ada.host.snapshot().cells[1]?.slotsFree).toBe(2);
  });

  test('who left, for a while', async () => {
    bob.host.leave();
    await time.advance(50);
    expect(ada.host.snapshot().cells.map(({ name, state }) => [name, state])).toEqual([
      ['ada', 'alive'],
      ['bob', 'gone'],
    ]);
    await time.advance(10_000);
    expect(ada.host.snapshot().cells.map(({ name }) => name)).toEqual(['ada']);
    expect(bob.host.snapshot().phase).toBe('left');
  });

  test('what happened, oldest first', async () => {
    valueOf(await time.until(ada.host.submit(RUN, requestOf('echo', { on: 'other' }))));
    const kinds = ada.host.snapshot().events.map(({ kind }) => kind);
    expect(kinds.indexOf('fabric.joined')).toBeLessThan(kinds.indexOf('cell.joined'));
    expect(kinds.at(-1)).toBe('run.finished');
  });
});

describe('snapshots', () => {
  test('are handed out after changes, and not more often than their interval', async () => {
    const before = ada.published.length;
    const startMs = time.nowMs();
    for (const id of ['1', '2', '3']) valueOf(await time.until(ada.host.submit(idOf.run(id), requestOf('echo'))));
    await time.advance(100);
    const handedOut = ada.published.length - before;
    expect(handedOut).toBeGreaterThan(0);
    expect(handedOut).toBeLessThanOrEqual(Math.ceil((time.nowMs() - startMs) / 50));
    expect(present(ada.published.at(-1)).runs.map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
  });

  test('can cross to another thread as they are', () => {
    const snapshot = ada.host.snapshot();
    expect(structuredClone(snapshot)).toEqual(snapshot);
  });
});

describe('a cell', () => {
  test('can be renamed, and the others see it', async () => {
    valueOf(ada.host.rename('Ada L.'));
    await time.advance(1_200);
    expect(bob.host.snapshot().cells[1]?.name).toBe('Ada L.');
  });

  test.each(['', '  ', 'x'.repeat(49), 'ü'.repeat(25)])('cannot be called %j', (name) => {
    expect(ada.host.rename(name).ok).toBe(false);
    expect(ada.host.snapshot().cells[0]?.name).toBe('ada');
  });

  test('tells the others whether its tab is in front', async () => {
    ada.host.setPage({ isVisible: false });
    await time.advance(1_200);
    expect(bob.host.snapshot().cells[1]?.isVisible).toBe(false);
  });

  test('shows how its links go, and how many peer connections its page has made', async () => {
    ada.host.setPage({ connections: { open: 1, made: 3 } });
    await time.advance(100);
    const { connections, cells } = ada.host.snapshot();
    expect(connections).toEqual({ open: 1, made: 3 });
    expect(cells.map(({ link }) => link?.path)).toEqual([undefined, 'direct']);
  });

  test('can free a lease it holds, and the run on it ends', async () => {
    const running = ada.host.submit(RUN, requestOf('hang', { on: 'other' }));
    await time.advance(200);
    void ada.host.leases.free(present(ada.host.snapshot().leases[0]).leaseId);
    void ada.host.leases.free(idOf.lease('9'));
    expect(valueOf(await time.until(running)).response.status).toBe('cancelled');
  });
});
