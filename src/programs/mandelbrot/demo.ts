import { FabricError, outputOf, type DemoOutcome, type DemoStage, type MapOrder, type RunId } from '../../sdk/index.ts';
import { Picture, type Tile } from './picture.ts';

const WIDTH = 384;
const HEIGHT = 288;
const TILE_SIDE = 48;
const ITERATIONS_DEFAULT = 20_000;

/** Paints the picture in one run here and in tiles wherever there is room, and compares the two. */
export async function demo({ fabric, program, input, fetchBytes }: DemoStage): Promise<DemoOutcome> {
  const [tasklet] = program.tasklets;
  if (!tasklet) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const iterations = Number(input ?? ITERATIONS_DEFAULT);
  const { name, fuel, memoryBytes, deadlineMs } = tasklet;
  const module = await fetchBytes(tasklet.moduleUrl);
  const order: MapOrder = { program: program.name, tasklet: name, module, fuel, memoryBytes, deadlineMs };
  const tiles = tilesOf(WIDTH, HEIGHT, TILE_SIDE);
  const isAlone = fabric.snapshot().cells.length === 1;

  const picture = new Picture(WIDTH, HEIGHT);
  const runs: RunId[] = [];
  const cells = new Set<string>();
  let again = 0;
  const startedAtMs = performance.now();
  const inputs = tiles.map((tile) => inputOf(tile, iterations));
  for await (const { index, output, artifacts } of fabric.map({ ...order, on: isAlone ? 'any' : 'other' }, inputs, {
    order: 'completed',
  })) {
    const { runId, cell, attempt } = artifacts.response;
    const tile = tiles[index];
    if (tile && picture.put(tile, output)) runs.push(runId);
    cells.add(cell ?? '');
    if (attempt > 1) again++;
  }
  const tilesMs = Math.round(performance.now() - startedAtMs);

  const whole: Tile = { left: 0, top: 0, width: WIDTH, height: HEIGHT };
  const alone = await fabric.run({ ...order, input: inputOf(whole, iterations), on: fabric.snapshot().self });
  const single = new Picture(WIDTH, HEIGHT);
  single.put(whole, outputOf(alone));
  const isSame = single.rgb.every((byte, at) => byte === picture.rgb[at]);
  return {
    isAsExpected: isSame && runs.length === tiles.length,
    facts: {
      tiles: runs.length,
      tilesOf2ndAttempt: again,
      cells: cells.size,
      sha256: await digestOf(picture.rgb),
      sha256OfOneCell: await digestOf(single.rgb),
      tilesMs,
      oneCellMs: alone.response.timings.wallMs,
    },
    runs,
  };
}

function tilesOf(width: number, height: number, side: number): readonly Tile[] {
  const columns = width / side;
  return Array.from({ length: columns * (height / side) }, (_, index) => ({
    left: (index % columns) * side,
    top: Math.floor(index / columns) * side,
    width: side,
    height: side,
  }));
}

function inputOf({ left, top, width, height }: Tile, iterations: number) {
  return new TextEncoder().encode([WIDTH, HEIGHT, left, top, width, height, iterations].join(' '));
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
