/** What a tab needs to use one mutex with others: bundled and loaded there. */
import { FabricMutex, type FabricMutexGuard } from '../../../src/collections/index.ts';
import { region } from './shared.ts';

export { open, take } from './shared.ts';

/** How a wait for the mutex went, by the tab's own clock. */
export interface Taken {
  readonly recovered: boolean;
  readonly tookMs: number;
  /** When a timer of the hold's length, set at the same time, came. */
  readonly timerMs: number;
}

const COUNTER = 64;

export async function create(): Promise<void> {
  await FabricMutex.create(region());
}

/** Takes the mutex and keeps it. Answers whether it was recovered. */
export async function lock(ttlMs: number): Promise<boolean> {
  return (await (await FabricMutex.open(region())).lock(ttlMs)).recovered;
}

/** Takes the mutex from who holds it for `ttlMs` since a moment ago. */
export async function takeOver(ttlMs: number): Promise<Taken> {
  const startMs = performance.now();
  const since = (): number => performance.now() - startMs;
  const timer = new Promise<number>((resolve) => setTimeout(() => resolve(since()), ttlMs));
  const recovered = await lock(ttlMs);
  return { recovered, tookMs: since(), timerMs: await timer };
}

/** Takes the mutex, counts one up under it, and gives it back. Answers whether it was recovered. */
export async function count(): Promise<boolean> {
  return (await FabricMutex.open(region())).with(async (guard) => {
    await write(guard, (await read(guard)) + 1);
    return guard.recovered;
  });
}

/** Takes the mutex, reads, stands still for `pauseMs`, and only then counts up: `written`, or the code it is refused with. */
export async function countLate(ttlMs: number, pauseMs: number): Promise<string> {
  const guard = await (await FabricMutex.open(region())).lock(ttlMs);
  const value = await read(guard);
  const untilMs = performance.now() + pauseMs;
  while (performance.now() < untilMs);
  try {
    await write(guard, value + 1);
    return 'written';
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'));
  }
}

export function counter(): Promise<number> {
  return region().u32.load(COUNTER);
}

async function read(guard: FabricMutexGuard): Promise<number> {
  return new DataView((await guard.read(COUNTER, 4)).slice().buffer).getUint32(0, true);
}

async function write(guard: FabricMutexGuard, value: number): Promise<void> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  await guard.write(COUNTER, bytes);
}
