import { FabricError, type GraphWatch, type NodeOutcome, type ProgramDemo, type ProgramStage } from '../sdk/index.ts';

/** Fetched when one is shown. */
const DEMOS: Readonly<Record<string, () => Promise<{ readonly demo: ProgramDemo }>>> = {
  'close-a-tab': () => import('./close-a-tab/index.ts'),
  'distributed-counter': () => import('./distributed-counter/index.ts'),
  'game-of-life': () => import('./game-of-life/index.ts'),
  'image-pipeline': () => import('./image-pipeline/index.ts'),
  'lease-lab': () => import('./lease-lab/index.ts'),
  mandelbrot: () => import('./mandelbrot/index.ts'),
  'shared-whiteboard': () => import('./shared-whiteboard/index.ts'),
  'word-count': () => import('./word-count/index.ts'),
};

/** The programs that bring a demo of their own. */
export const DEMO_NAMES: readonly string[] = Object.keys(DEMOS);

/** The demo of a program; rejects with `not_found` when it brings none. */
export async function loadDemo(program: string): Promise<ProgramDemo> {
  const load = DEMOS[program];
  if (!load) throw new FabricError({ code: 'not_found', message: `${program} brings no demo of its own.` });
  return (await load()).demo;
}

/** Runs a program in the order of its graph; what it takes to do so is fetched first. */
export async function runProgram(stage: ProgramStage, watch: GraphWatch): Promise<readonly NodeOutcome[]> {
  const { runWhole } = await import('./whole-run.ts');
  return runWhole(stage, watch);
}
