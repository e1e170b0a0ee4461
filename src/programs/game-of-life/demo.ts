import { FabricError, type DemoOutcome, type DemoStage } from '../../sdk/index.ts';
import { after, populationOf, readPattern, type Board } from './board.ts';
import { Game } from './game.ts';

const GENERATIONS_DEFAULT = 200;
const GENERATIONS_MAX = 10_000;
const STRIDE = 25;

/** Plays the fixture in bands over all cells, and compares the board with one that is computed here, in one piece. */
export async function demo(stage: DemoStage): Promise<DemoOutcome> {
  const { program, input, fetchBytes } = stage;
  const [fixture] = program.fixtures;
  if (!fixture) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const generations = Number(input ?? GENERATIONS_DEFAULT);
  if (!Number.isInteger(generations) || generations < 1 || generations > GENERATIONS_MAX) {
    const message = `The input is how many generations, 1 to ${GENERATIONS_MAX}.`;
    throw new FabricError({ code: 'invalid_argument', message });
  }
  const start = readPattern(new TextDecoder().decode(await fetchBytes(fixture.url)));
  const game = new Game(stage);
  const cells = new Set<string>();
  let bands = 0;
  let board: Board = start;
  let generation = 0;
  const startedAtMs = performance.now();
  for await (const moment of game.play({
    start: { generation, board },
    until: generations,
    stride: STRIDE,
    leg: generations,
  })) {
    ({ board, generation } = moment);
    bands = moment.places.length;
    for (const { cell } of moment.places) cells.add(cell);
  }
  const tookMs = Math.round(performance.now() - startedAtMs);
  const reference = after(start, generations);
  const isSame = board.squares.every((square, at) => square === reference.squares[at]);
  return {
    isAsExpected: isSame && generation === generations,
    facts: {
      board: `${board.columns} x ${board.rows}`,
      generations: generation,
      cells: cells.size,
      bands,
      population: populationOf(board),
      sha256: await digestOf(board),
      sha256OfReference: await digestOf(reference),
      begunAgain: game.losses.length,
      because: game.losses.map(({ code }) => code).join(' ') || 'nothing was lost',
      tookMs,
    },
    runs: game.runs,
  };
}

async function digestOf({ squares }: Board): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', squares));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
