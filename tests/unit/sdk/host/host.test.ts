import { beforeEach, describe, expect, test } from 'vitest';
import { contentHash, failure, fromHex, toBase64, utf8 } from '../../../../src/core/index.ts';
import { receiptBytes } from '../../../../src/tasklet/index.ts';
import { cellIdOf } from '../../../../src/transport/index.ts';
import { errorOf, idOf, ManualTime, present, SignalingHub, testSigner, valueOf } from '../../../support/index.ts';
import { FABRIC, joinedHosts, requestOf, testHost, type TestHost } from './world.ts';

const RUN = idOf.run('1');

let time: ManualTime;
let hub: SignalingHub;
let ada: TestHost;
let bob: TestHost;

beforeEach(async () => {
  time = new ManualTime();
  hub = new SignalingHub(time);
  const hosts = await joinedHosts(time, hub, [
    ['ada', { slots: 1 }],
    ['bob', { slots: 2 }],
  ]);
  [ada, bob] = [present(hosts[0]), present(hosts[1])];
});

describe('a run from one host to another', () => {
  test('ends with artifacts that say all there is to say, and keep', async () => {
    const submitted = ada.host.submit(RUN, requestOf('echo', { on: 'other', fuel: 99 }));
    const { response, outputBase64 } = valueOf(await time.until(submitted));
    expect(response).toMatchObject({
      runId: RUN,
      program: 'tests',
      tasklet: 'scripted',
      module: contentHash(utf8('echo')),
      input: contentHash(utf8('the input')),
      output: contentHash(utf8('the input')),
      outputBytes: 9,
      submitter: ada.host.self,
      cell: bob.host.self,
      attempt: 1,
      status: 'succeeded',
      response: null,
      fuelUsed: 7,
      fuelLimit: 99,
    });
    expect(response.leases.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['cpu', 1],
      ['mem', 1_048_576],
    ]);
    expect(outputBase64).toBe(toBase64(utf8('the input')));
    expect(await ada.host.artifacts(RUN)).toEqual({ response, outputBase64 });
    expect(await ada.host.artifacts(idOf.run('9'))).toBeUndefined();
  });

  test('can be proven from its response alone', async () => {
    const { response } = valueOf(await time.until(ada.host.submit(RUN, requestOf('echo', { on: 'other' }))));
    const { receipt, cell, runId, module, input, output, status, fuelUsed, fuelLimit } = response;
    const publicKey = present(fromHex(present(receipt).publicKey));
    const signature = present(fromHex(present(receipt).signature));
    expect(cellIdOf(publicKey)).toBe(cell);
    const claims = {
      ...{ runId, module, input, output, status, fuelUsed, fuelLimit },
      cell: present(cell),
      errorCode: response.error?.code,
      responseHash: present(receipt).responseHash ?? undefined,
    };
    expect(await testSigner('anyone').verify(publicKey, receiptBytes(claims), signature)).toBe(true);
  });

  test('goes home when it is meant to, and elsewhere when home is busy', async () => {
    const home = ada.host.submit(RUN, requestOf('hang', { on: ada.host.self }));
    await time.advance(100);
    expect(ada.engine.runs.length).toBe(1);
    const other = valueOf(await time.until(ada.host.submit(idOf.run('2'), requestOf('echo'))));
    expect(other.response.cell).toBe(bob.host.self);
    ada.host.cancel(RUN);
    expect(valueOf(await time.until(home)).response.status).toBe('cancelled');
  });

  test('that fails keeps its error, its code and what to do about it', async () => {
    const { response, outputBase64 } = valueOf(await time.until(ada.host.submit(RUN, requestOf('error'))));
    expect(response.status).toBe('failed');
    expect(response.error).toEqual(failure('tasklet_error', 'the tasklet ended with error code 9'));
    expect(outputBase64).toBe('');
    expect(response.receipt).toBeDefined();
  });

  test('that nobody can take says so, without a cell or a receipt', async () => {
    const { response } = valueOf(await time.until(ada.host.submit(RUN, requestOf('echo', { on: idOf.cell('f') }))));
    expect(response).toMatchObject({ status: 'failed', error: { code: 'runtime_not_ready' } });
    expect(response).not.toHaveProperty('cell');
    expect(response).not.toHaveProperty('receipt');
  });

  test('ends by its deadline though it waited for a slot most of that time', async () => {
    const startMs = time.nowMs();
    const blocking = ['2', '3'].map((id) => ada.host.submit(idOf.run(id), requestOf('hang', { on: bob.host.self })));
    await time.advance(100);
    const waiting = ada.host.submit(RUN, requestOf('hang', { on: bob.host.self, deadlineMs: 10_000 }));
    await time.advance(8_000);
    for (const id of ['2', '3']) ada.host.cancel(idOf.run(id));
    for (const each of blocking) valueOf(await time.until(each));
    const { response } = valueOf(await time.until(waiting));
    expect(response.error?.code).toBe('deadline_exceeded');
    expect(time.nowMs() - startMs).toBeLessThan(10_500);
  });

  test('ends as disconnected when the other tab says goodbye', async () => {
    const running = ada.host.submit(RUN, requestOf('hang', { on: 'other' }));
    await time.advance(100);
    bob.host.leave();
    expect(valueOf(await time.until(running, 500)).response.error?.code).toBe('disconnected');
  });
});

describe('a request is refused', () => {
  test.each([
    ['an input too large', { input: new Uint8Array(16 * 1_048_576 + 1) }, 'input_too_large'],
    ['a module too large', { module: new Uint8Array(8 * 1_048_576 + 1) }, 'module_rejected'],
    ['no name', { program: '' }, 'invalid_argument'],
    ['a long name', { tasklet: 'ü'.repeat(33) }, 'invalid_argument'],
    ['no fuel', { fuel: 0 }, 'invalid_argument'],
    ['half a unit of fuel', { fuel: 1.5 }, 'invalid_argument'],
    ['too much memory', { memoryBytes: 1_073_741_824 }, 'invalid_argument'],
    ['an endless deadline', { deadlineMs: Infinity }, 'invalid_argument'],
  ])('with %s', async (_name, change, code) => {
    const refused = errorOf(await time.until(ada.host.submit(RUN, requestOf('echo', change))));
    expect(refused.code).toBe(code);
    expect(ada.host.snapshot().runs).toEqual([]);
  });

  test('before the fabric is joined, and after it is left', async () => {
    const early = testHost(time, hub, 'early');
    expect(errorOf(await time.until(early.host.submit(RUN, requestOf('echo')))).code).toBe('runtime_not_ready');
    ada.host.leave();
    expect(errorOf(await time.until(ada.host.submit(RUN, requestOf('echo')))).code).toBe('runtime_not_ready');
  });
});

describe('joining', () => {
  test('with a key that is not theirs meets nobody: another key is another fabric', async () => {
    const other = testHost(time, hub, 'other', { key: 9 });
    valueOf(await time.until(other.host.join()));
    expect(other.host.snapshot().cells.map(({ name }) => name)).toEqual(['other']);
    expect(other.host.snapshot().fabric.id).not.toBe(ada.host.snapshot().fabric.id);
    expect(other.host.snapshot().fabric.name).toBe(FABRIC);
  });

  test('that fails shows why, and closes everything', async () => {
    hub.down = failure('signaling_unreachable', 'the service is down');
    const late = testHost(time, hub, 'late');
    expect(errorOf(await time.until(late.host.join()))).toEqual(hub.down);
    expect(late.host.snapshot()).toMatchObject({ phase: 'failed', failure: { code: 'signaling_unreachable' } });
    expect(late.engine.isClosed).toBe(true);
  });

  test('that is given up stays given up', async () => {
    const shy = testHost(time, hub, 'shy');
    const joining = shy.host.join();
    shy.host.leave();
    await time.until(joining);
    await time.advance(100);
    expect(shy.host.snapshot().phase).toBe('left');
  });
});
