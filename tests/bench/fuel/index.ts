/**
 * What metering costs: run time of each kernel metered and not, against `wasm-metering` where that can read it, the time
 * to admit a large module against the engine's own compilation, and the size of what the meter writes.
 */
import { FUEL_GLOBAL, meterModule } from '../../../src/tasklet/meter/index.ts';
import { missingBrowser, withPage } from '../browser.ts';
import { geometricMean, median, row, type BenchGroup, type Row } from '../row.ts';
import { exportedCounter, exportedFunction } from '../../conformance/meter/engine.ts';
import { TICK_GLOBAL, tickModule } from '../../conformance/meter/oracle/tick.ts';
import { buildKernel, KERNELS, type Kernel, type KernelVariant } from '../../kernels/index.ts';
import { admissionRows } from './admission.ts';
import { timeVariants, type Timing, type TimingOrder } from './measure.ts';
import { meteredByPeer } from './peer.ts';

const GROUP = 'fuel';
const REPEATS = 41;
const PEER_REPEATS = 5;

type Report = (row: Row) => void;
type TimeVariants = (order: TimingOrder) => Promise<Timing>;

export const FUEL: BenchGroup = {
  name: GROUP,
  async run(report) {
    await exactnessRow(report);
    const missing = missingBrowser('chromium');
    if (missing) console.error(`only Node is measured: ${missing}`);
    else {
      await withPage('chromium', async (page) => {
        // The loader that runs this file wraps named functions in a helper which the page does not have.
        await page.evaluate('globalThis.__name = (value) => value');
        const inPage: TimeVariants = (order) => page.evaluate(timeVariants, order);
        await engineRows('Chromium', inPage, report);
        await peerRows('Chromium', inPage, report);
      });
      await admissionRows(report);
    }
    await engineRows('Node', timeVariants, report);
  },
};

/** Kernels whose fuel is what the instruction-by-instruction counter says, of all. */
async function exactnessRow(report: Report): Promise<void> {
  let equal = 0;
  let all = 0;
  for (const kernel of KERNELS) {
    const bytes = await buildKernel(kernel);
    if (!bytes) continue;
    all++;
    const ticked = new WebAssembly.Instance(new WebAssembly.Module(tickModule(bytes)));
    const metered = new WebAssembly.Instance(new WebAssembly.Module(meter(bytes)));
    const full = exportedCounter(metered, FUEL_GLOBAL).value;
    exportedFunction(ticked, 'run')(kernel.testSize);
    exportedFunction(metered, 'run')(kernel.testSize);
    const spent = full - exportedCounter(metered, FUEL_GLOBAL).value;
    if (spent === exportedCounter(ticked, TICK_GLOBAL).value) equal++;
  }
  const name = 'kernels whose fuel is exact';
  report(row({ group: GROUP, name, ours: equal, peer: all, peerName: 'all', unit: 'kernels', goal: '>= 1' }));
}

/** The goals are a browser's; Node's figures are shown beside them. */
async function engineRows(engine: 'Chromium' | 'Node', time: TimeVariants, report: Report): Promise<void> {
  const isJudged = engine === 'Chromium';
  const ratios: number[] = [];
  for (const kernel of KERNELS) {
    const bytes = await buildKernel(kernel);
    if (!bytes) continue;
    const [metered, plain] = await timed(time, kernel, [meter(bytes), bytes], REPEATS);
    const name = `${kernel.name}, metered run in ${engine}`;
    const measured = row({
      group: GROUP,
      name,
      ...paired(metered, plain),
      peerName: 'unmetered',
      unit: 'ms',
      ...(isJudged && { goal: '<= 1.3' }),
    });
    ratios.push(measured.ratio);
    report(measured);
  }
  const mean = `geometric mean of ${ratios.length} kernels in ${engine}`;
  report(
    row({
      group: GROUP,
      name: mean,
      ours: geometricMean(ratios),
      unit: 'x unmetered',
      ...(isJudged && { goal: '<= 1.1' }),
    }),
  );
  const worst = `worst kernel in ${engine}`;
  report(
    row({
      group: GROUP,
      name: worst,
      ours: Math.max(...ratios),
      unit: 'x unmetered',
      ...(isJudged && { goal: '<= 1.3' }),
    }),
  );
}

async function peerRows(engine: string, time: TimeVariants, report: Report): Promise<void> {
  const ratios: number[] = [];
  for (const kernel of KERNELS) {
    const pair = await readableByPeer(kernel);
    if ('refused' in pair) {
      console.error(`${kernel.name}: no row against wasm-metering, which refuses it: ${pair.refused}`);
      continue;
    }
    const [ours, peer] = await timed(time, kernel, [meter(pair.bytes), pair.peer], PEER_REPEATS);
    const name = `${kernel.name}, metered run in ${engine}`;
    const figures = paired(ours, peer);
    ratios.push(1 / figures.ratio);
    const ratio = 1 / figures.ratio;
    report(row({ group: GROUP, name, ...figures, ratio, peerName: 'wasm-metering', unit: 'ms' }));
  }
  const name = `geometric mean of ${ratios.length} kernels in ${engine}`;
  const ours = geometricMean(ratios);
  report(row({ group: GROUP, name, ours, unit: 'x faster than wasm-metering', goal: '>= 8' }));
}

interface ReadablePair {
  readonly bytes: Uint8Array;
  readonly peer: Uint8Array;
}

/** The kernel as tasklets are built when the peer can read that, or else in the first version of WebAssembly. */
async function readableByPeer(kernel: Kernel): Promise<ReadablePair | { readonly refused: string }> {
  let refused = 'it cannot be built here';
  for (const variant of ['current', 'mvp'] satisfies KernelVariant[]) {
    const bytes = await buildKernel(kernel, variant);
    if (!bytes) continue;
    const peer = meteredByPeer(bytes);
    if ('bytes' in peer) return { bytes, peer: peer.bytes };
    refused = peer.refused;
  }
  return { refused };
}

/**
 * Medians, and the median of the ratios of neighbouring samples: those two met the same load, whatever it was.
 */
function paired(ours: readonly number[], peer: readonly number[]): { ours: number; peer: number; ratio: number } {
  const ratios = ours.map((sample, index) => sample / (peer[index] ?? NaN));
  return { ours: median(ours), peer: median(peer), ratio: median(ratios) };
}

/** Milliseconds of each repeat of both variants. Throws when they do not give the same answer. */
async function timed(
  time: TimeVariants,
  kernel: Kernel,
  modules: readonly [Uint8Array, Uint8Array],
  repeats: number,
): Promise<readonly [readonly number[], readonly number[]]> {
  const variants = modules.map((bytes) => ({ wasm: Buffer.from(bytes).toString('base64') }));
  const { times, answers } = await time({ variants, size: kernel.benchSize, repeats, fuelGlobal: FUEL_GLOBAL });
  if (new Set(answers).size !== 1) throw new Error(`${kernel.name} answers ${answers.join(' and ')}`);
  return [times[0] ?? [], times[1] ?? []];
}

function meter(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const metered = meterModule(bytes);
  if (!metered.ok) throw new Error(`the meter refuses a kernel: ${JSON.stringify(metered.error)}`);
  return new Uint8Array(metered.value.bytes);
}
