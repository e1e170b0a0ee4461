/** What the page needs for the dispatch rows: the peers, and a stopwatch over them and over the fabric it has joined. */
import createPlugin from '@extism/extism';
import * as comlink from 'comlink';
import { Pool, spawn, Worker as ThreadsWorker } from 'threads';
import workerpool from 'workerpool';
import type { Fabric, MapOrder, WarmOrder } from '../../../src/sdk/index.ts';

export interface DispatchOrder {
  readonly module: readonly number[];
  readonly peerWorker: string;
  readonly repeats: number;
  readonly calls: number;
  readonly burst: number;
}

type Calls = Record<string, () => Promise<unknown>>;

export type Samples = Readonly<Record<string, readonly number[]>>;

const WORKERS = 2;
const ECHO_BYTES = 256;
const MIB = 1_048_576;
const NOTHING = new Uint8Array(0);
/** Warm calls are so short that more of them are needed to measure a rate. */
const WARM_FACTOR = 20;
const LANES = 64;
/** So many times one after the other each is called in turns, so that whatever else goes on meets all alike. */
const ROUNDS = 5;
/** Calls in a worker of this tab are near the clock's grain of 5 µs: so many in a row are timed together. */
const IN_A_ROW = 10;

/** Medians in milliseconds and rates a second, by name; one entry a repeat, all of one turn side by side. */
export async function timeDispatch(order: DispatchOrder): Promise<Samples> {
  const fabric = joined();
  const module = new Uint8Array(order.module);
  const url = URL.createObjectURL(new Blob([order.peerWorker], { type: 'text/javascript' }));
  const peers = await peersOf(url, module);
  const echo = await echoPair();
  const { self, cells } = fabric.snapshot();
  const [far] = cells.filter(({ id }) => id !== self);
  if (!far) throw new Error('nobody else is here');
  const mapOn = (on: typeof self): MapOrder & WarmOrder => {
    return { program: 'bench', tasklet: 'noop', module, on, memoryBytes: MIB };
  };
  const near = await fabric.warm(mapOn(self), { workers: WORKERS });
  const one = await fabric.warm(mapOn(far.id));
  const once: Calls = { 'far warm': () => one.call(NOTHING), echo: () => echo.once() };
  const inARow: Calls = { warm: () => near.call(NOTHING) };
  for (const [name, peer] of Object.entries(peers)) inARow[name] = peer.one;
  const warm = await repeated(order.repeats, async () => ({
    ...(await inTurns(order.calls, 1, once)),
    ...(await inTurns(order.calls, IN_A_ROW, inARow)),
    'warm rate': await rateOf(WARM_FACTOR * order.burst, () => near.call(NOTHING)),
    ...(await peerRates(peers, order.burst)),
    'far warm rate': await rateOf(WARM_FACTOR * order.burst, () => one.call(NOTHING)),
    'echo rate': await rateOf(order.burst, () => echo.once()),
  }));
  for (const ended of await Promise.all([near.close(), one.close()])) {
    if (!ended.every(({ receipt }) => receipt)) throw new Error('the calls are not proven');
  }
  // By themselves: a thousand runs leave a thousand memories to be collected, which whatever is timed then would pay for.
  const runs = await repeated(order.repeats, () => timeRuns(fabric, { near: mapOn(self), far: mapOn(far.id) }, order));
  return { ...warm, ...runs };
}

/** What each turn answers, by name; the first turn only warms up. */
async function repeated(repeats: number, turn: () => Promise<Readonly<Record<string, number>>>): Promise<Samples> {
  const samples: Record<string, number[]> = {};
  await turn();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [name, value] of Object.entries(await turn())) (samples[name] ??= []).push(value);
  }
  return samples;
}

async function peerRates(peers: Readonly<Record<string, Peer>>, burst: number): Promise<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const [name, { many }] of Object.entries(peers)) rates[`${name} rate`] = await rateOf(burst, many);
  return rates;
}

/** A run for each no-op, and instances made afresh, in milliseconds and runs a second. */
async function timeRuns(
  fabric: Fabric,
  on: { readonly near: MapOrder; readonly far: MapOrder },
  { calls, burst, module }: DispatchOrder,
): Promise<Record<string, number>> {
  const fresh = { ...on.near, input: NOTHING };
  return {
    'run p50': median(await mapLatencies(fabric, on.near, calls)),
    'run rate': await mapRate(fabric, on.near, burst),
    'far run p50': median(await mapLatencies(fabric, on.far, calls)),
    'far run rate': await mapRate(fabric, on.far, burst),
    'run fresh': median(await latencies(20, () => fabric.run(fresh))),
    'extism fresh': median(await latencies(5, () => extismOnce(new Uint8Array(module)))),
  };
}

/** How long a picture takes over some cells, in milliseconds. */
export async function timeTiles(cells: number, moduleUrl: string, inputs: readonly string[]): Promise<number> {
  const fabric = joined();
  const others = fabric.snapshot().cells.filter(({ isSelf }) => !isSelf);
  const module = new Uint8Array(await (await fetch(moduleUrl)).arrayBuffer());
  const required = others.slice(0, cells).map(({ id }) => id);
  const common = { program: 'bench', tasklet: 'tile', module, fuel: 1e11, memoryBytes: 2 * MIB, deadlineMs: 120_000 };
  const startedAtMs = performance.now();
  const encoded = inputs.map((text) => new TextEncoder().encode(text));
  let done = 0;
  for await (const { artifacts } of fabric.map({ ...common, on: 'other', affinity: { required } }, encoded)) {
    done += Number(artifacts.response.status === 'succeeded');
  }
  if (done !== inputs.length) throw new Error('a tile is missing');
  return performance.now() - startedAtMs;
}

function joined(): Fabric {
  const fabric = window.grafos?.fabric();
  if (!fabric) throw new Error('the tab has joined nothing');
  return fabric;
}

function* nothings(count: number): Generator<Uint8Array<ArrayBuffer>> {
  for (let index = 0; index < count; index++) yield new Uint8Array(0);
}

async function mapLatencies(fabric: Fabric, order: MapOrder, count: number): Promise<number[]> {
  const times: number[] = [];
  let lastMs = performance.now();
  for await (const { index } of fabric.map(order, nothings(count), { inFlight: 1 })) {
    const nowMs = performance.now();
    if (index > 0) times.push(nowMs - lastMs);
    lastMs = nowMs;
  }
  return times;
}

async function mapRate(fabric: Fabric, order: MapOrder, count: number): Promise<number> {
  const startedAtMs = performance.now();
  let done = 0;
  for await (const { artifacts } of fabric.map(order, nothings(count), { order: 'completed', inFlight: LANES })) {
    done += Number(artifacts.response.status === 'succeeded');
  }
  return (1_000 * done) / (performance.now() - startedAtMs);
}

/** The median time of each, in milliseconds, `inARow` of its calls timed together; the first of each round warms up. */
async function inTurns(count: number, inARow: number, calls: Calls): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const row = async (): Promise<void> => {
        for (let done = 0; done < inARow; done++) await call();
      };
      const [, ...timed] = await latencies(1 + count / ROUNDS, row);
      (times[name] ??= []).push(...timed.map((ms) => ms / inARow));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [`${name} p50`, median(each)]));
}

async function latencies(count: number, call: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < count; done++) {
    const startedAtMs = performance.now();
    await call();
    times.push(performance.now() - startedAtMs);
  }
  return times;
}

async function rateOf(count: number, call: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun++ < count) await call();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return (1_000 * count) / (performance.now() - startedAtMs);
}

interface Peer {
  readonly one: () => Promise<unknown>;
  /** Over two workers. */
  readonly many: () => Promise<unknown>;
}

async function peersOf(url: string, module: Uint8Array<ArrayBuffer>): Promise<Readonly<Record<string, Peer>>> {
  interface Run {
    run(module: Uint8Array<ArrayBuffer>): Promise<number>;
  }
  const linked = Array.from({ length: WORKERS }, () => comlink.wrap<Run>(new Worker(url, { name: 'comlink' })));
  const pool = workerpool.pool(url, {
    minWorkers: WORKERS,
    maxWorkers: WORKERS,
    workerType: 'web',
    workerOpts: { name: 'workerpool' },
  });
  const threads = Pool(() => spawn<Run>(new ThreadsWorker(url, { name: 'threads' })), { size: WORKERS });
  let next = 0;
  const comlinkOne = (): Promise<unknown> => linked[next++ % WORKERS]?.run(module) ?? Promise.reject(new Error('none'));
  const threadsOne = async (): Promise<unknown> => threads.queue((thread) => thread.run(module));
  const poolOne = async (): Promise<unknown> => pool.exec('run', [module]);
  await Promise.all([comlinkOne(), threadsOne(), poolOne()]);
  return {
    comlink: { one: comlinkOne, many: comlinkOne },
    threads: { one: threadsOne, many: threadsOne },
    workerpool: { one: poolOne, many: poolOne },
  };
}

async function extismOnce(module: Uint8Array<ArrayBuffer>): Promise<void> {
  const plugin = await createPlugin({ wasm: [{ data: module }] }, { runInWorker: true, useWasi: false });
  await plugin.call('_grafos_tasklet_init', new Uint8Array(0)).catch(() => undefined);
  await plugin.close();
}

async function echoPair(): Promise<{ once(): Promise<void> }> {
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
  far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
  const [here, there] = [near, far].map((pc) => pc.createDataChannel('echo', { negotiated: true, id: 1 }));
  if (!here || !there) throw new Error('no channels');
  await near.setLocalDescription(await near.createOffer());
  await far.setRemoteDescription(near.localDescription ?? { type: 'offer' });
  await far.setLocalDescription(await far.createAnswer());
  await near.setRemoteDescription(far.localDescription ?? { type: 'answer' });
  await new Promise((resolve) => (here.onopen = resolve));
  there.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => there.send(data);
  const waiting: (() => void)[] = [];
  here.onmessage = () => waiting.shift()?.();
  return {
    once: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        here.send(new Uint8Array(ECHO_BYTES));
      }),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;
}
