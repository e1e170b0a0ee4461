import { beforeEach, describe, expect, test } from 'vitest';
import { err, failure, isRunId, ok, utf8, type FabricFailure, type Result } from '../../../src/core/index.ts';
import {
  FabricClient,
  FabricError,
  type Artifacts,
  type FabricSnapshot,
  type HostPort,
} from '../../../src/sdk/index.ts';
import { idOf, ManualTime, seededRandom } from '../../support/index.ts';

const first: FabricSnapshot = {
  phase: 'ready',
  fabric: { id: idOf.fabric('1'), name: 'x', joinUrl: 'https://example.org/' },
  self: idOf.cell('a'),
  cells: [],
  runs: [],
  leases: [],
  events: [],
  signaling: { url: '', state: 'connected' },
  connections: { open: 0, made: 0 },
  takenAtMs: 77_000,
};

const request = { program: 'p', tasklet: 't', module: utf8('m'), input: utf8('i') };

function artifactsOf(error?: FabricFailure): Artifacts {
  const timings = { submittedWallMs: 0, queuedMs: 0, admittedMs: 0, runMs: 0, wallMs: 0 };
  return {
    outputBase64: '',
    response: {
      runId: idOf.run('1'),
      program: 'p',
      tasklet: 't',
      module: idOf.content('1'),
      input: idOf.content('2'),
      output: idOf.content('3'),
      outputBytes: 0,
      submitter: idOf.cell('a'),
      attempt: 1,
      status: error ? 'failed' : 'succeeded',
      ...(error ? { error } : {}),
      response: null,
      fuelUsed: 0,
      fuelLimit: 1,
      timings,
      leases: [],
      log: [],
    },
  };
}

const refused = () => Promise.resolve(err(failure('lease_denied', 'this test lends nothing')));

/** The calls about leases, which these tests do not make. */
const NO_LEASES = {
  steward: refused,
  acquireLease: refused,
  acquireLeases: refused,
  renewLease: refused,
  openLease: refused,
  attachLease: refused,
  leaseRef: refused,
  leaseCheckpointed: refused,
  freeLease: () => Promise.resolve(),
  revokeLease: refused,
  unfenceLease: () => Promise.resolve(false),
  openRegion: refused,
  openWarm: refused,
};

let time: ManualTime;
let client: FabricClient;
let answer: Result<Artifacts, FabricFailure>;
let cancelled: string[];

beforeEach(() => {
  time = new ManualTime(5);
  answer = ok(artifactsOf());
  cancelled = [];
  const port: HostPort = {
    submit: () => Promise.resolve(answer),
    openMap: () => Promise.resolve(ok(undefined)),
    submitPart: () => Promise.resolve(answer),
    closeMap: () => Promise.resolve(),
    cancel: (runId) => {
      cancelled.push(runId);
      return Promise.reject(new Error('the host is no more'));
    },
    artifacts: () => Promise.resolve(undefined),
    ...NO_LEASES,
    audit: () => Promise.resolve(ok({ lines: ['{}'], head: { sequence: 1, hash: 'f'.repeat(64) } })),
    rename: (name) => Promise.resolve(name === '' ? err(failure('invalid_argument', 'no name')) : ok(undefined)),
    leave: () => Promise.resolve(),
  };
  client = new FabricClient(port, { clock: time, random: seededRandom('client') }, first);
});

describe('a program author', () => {
  test('gets an id at once, and the artifacts whatever the outcome', async () => {
    answer = ok(artifactsOf(failure('trapped', 'unreachable')));
    const { runId, finished } = client.start(request);
    expect(isRunId(runId)).toBe(true);
    expect((await finished).response.error?.code).toBe('trapped');
  });

  test('gets a FabricError with a recovery from a run that failed', async () => {
    answer = ok(artifactsOf(failure('trapped', 'unreachable')));
    await expect(client.run(request)).rejects.toMatchObject({
      name: 'FabricError',
      ...failure('trapped', 'unreachable'),
    });
  });

  test('gets a FabricError when there can be no artifacts', async () => {
    answer = err(failure('input_too_large', 'too large'));
    await expect(client.start(request).finished).rejects.toBeInstanceOf(FabricError);
    await expect(client.rename('')).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(client.rename('Ada')).resolves.toBeUndefined();
  });

  test('may cancel when the host is gone: nothing is thrown into the void', async () => {
    const run = client.start(request);
    run.cancel();
    await run.finished;
    expect(cancelled).toEqual([run.runId]);
  });
});

describe('snapshots', () => {
  test('are frozen, counted on the reader’s clock, and the same object until something changes', () => {
    expect(client.snapshot().takenAtMs).toBe(5);
    expect(client.snapshot()).toBe(client.snapshot());
    expect(Object.isFrozen(client.snapshot())).toBe(true);
  });

  test('reach every subscriber until it stops', () => {
    const seen: string[] = [];
    const stop = client.subscribe(({ phase }) => seen.push(phase));
    client.receive({ ...first, phase: 'joining' });
    stop();
    client.receive(first);
    expect(seen).toEqual(['joining']);
    expect(client.snapshot().phase).toBe('ready');
  });

  test('say so when the host is no more', () => {
    client.hostDied(failure('worker_died', 'the cell worker stopped'));
    expect(client.snapshot()).toMatchObject({ phase: 'failed', failure: { code: 'worker_died' } });
  });
});
