/**
 * Runs every kernel, metered, in Node, Chromium and Firefox and compares answers and fuel. As a command:
 * `npx tsx tests/kernels/engines.ts` prints what each engine says and ends with 1 when any two differ.
 */
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { FUEL_GLOBAL, meterModule } from '../../src/tasklet/meter/index.ts';
import { missingBrowser, withPage, type BrowserName } from '../bench/browser.ts';
import { buildKernel, KERNELS } from './index.ts';

/** What one engine says about one module. */
export interface Observation {
  readonly name: string;
  readonly answer: string;
  readonly fuel: string;
  /** SHA-256 of the memory afterwards. */
  readonly memory: string;
}

interface Order {
  readonly modules: readonly { readonly name: string; readonly wasm: string; readonly size: number }[];
  readonly fuelGlobal: string;
}

interface RawObservation {
  readonly name: string;
  readonly answer: string;
  readonly fuel: string;
  /** Base64, because an empty page has no digest of its own. */
  readonly memory: string;
}

export async function meteredKernels(): Promise<Order> {
  const modules: Order['modules'][number][] = [];
  for (const { name, ...kernel } of KERNELS) {
    const bytes = await buildKernel({ name, ...kernel });
    if (!bytes) continue;
    const metered = meterModule(bytes);
    if (!metered.ok) throw new Error(`the meter refuses ${name}: ${JSON.stringify(metered.error)}`);
    modules.push({ name, wasm: Buffer.from(metered.value.bytes).toString('base64'), size: kernel.testSize });
  }
  return { modules, fuelGlobal: FUEL_GLOBAL };
}

export async function observeInNode(order: Order): Promise<readonly Observation[]> {
  return digested(await observe(order));
}

export async function observeInBrowser(browser: BrowserName, order: Order): Promise<readonly Observation[]> {
  const raw = await withPage(browser, async (page) => {
    // The loader that runs this file wraps named functions in a helper which the page does not have.
    await page.evaluate('globalThis.__name = (value) => value');
    return page.evaluate(observe, order);
  });
  return digested(raw);
}

function digested(raw: readonly RawObservation[]): readonly Observation[] {
  return raw.map(({ memory, ...rest }) => ({
    ...rest,
    memory: createHash('sha256').update(memory, 'base64').digest('hex'),
  }));
}

/** Stands alone, because a page runs its text. */
async function observe({ modules, fuelGlobal }: Order): Promise<RawObservation[]> {
  const observations: RawObservation[] = [];
  for (const { name, wasm, size } of modules) {
    const bytes = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes);
    const fuel = instance.exports[fuelGlobal] as WebAssembly.Global<'i64'>;
    const run = instance.exports['run'] as (size: number) => number;
    fuel.value = 10n ** 12n;
    const answer = run(size);
    const memory = new Uint8Array((instance.exports['memory'] as WebAssembly.Memory).buffer);
    let text = '';
    for (let at = 0; at < memory.length; at += 8192) text += String.fromCharCode(...memory.subarray(at, at + 8192));
    observations.push({ name, answer: String(answer), fuel: String(10n ** 12n - fuel.value), memory: btoa(text) });
  }
  return observations;
}

async function main(): Promise<void> {
  const order = await meteredKernels();
  const expected = await observeInNode(order);
  const engines = [`node ${process.versions.node}`];
  let differing = 0;
  for (const browser of ['chromium', 'firefox'] as const) {
    const missing = missingBrowser(browser);
    if (missing) {
      console.log(`skipped: ${missing}`);
      continue;
    }
    engines.push(browser);
    const observed = await observeInBrowser(browser, order);
    expected.forEach((one, index) => {
      if (JSON.stringify(one) === JSON.stringify(observed[index])) return;
      differing++;
      console.log(`${browser} differs: ${JSON.stringify(observed[index])}, Node ${JSON.stringify(one)}`);
    });
  }
  for (const { name, answer, fuel, memory } of expected) console.log(name, answer, fuel, memory.slice(0, 16));
  console.log(`${expected.length} kernels on ${engines.join(', ')}: ${differing} differ`);
  process.exitCode = differing === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
