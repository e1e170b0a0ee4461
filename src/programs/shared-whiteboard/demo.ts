import { FabricError, type DemoOutcome, type DemoStage, type LeaseHandle } from '../../sdk/index.ts';
import { Board, BOARD_BYTES, BOARD_LAYOUT, type Piece } from './board.ts';

const LEASE_TTL_MS = 60_000;

/** Lays a board out, has every cell draw on it at once, and looks whether every stroke is there, whole and once. */
export async function demo({ fabric, program, input, fetchBytes }: DemoStage): Promise<DemoOutcome> {
  const [tasklet] = program.tasklets;
  if (!tasklet) throw new FabricError({ code: 'internal', message: 'The program is not whole.' });
  const { name, fuel, memoryBytes, deadlineMs, moduleUrl } = tasklet;
  const strokesEach = Number(input ?? 12);
  const module = await fetchBytes(moduleUrl);
  const alive = fabric.snapshot().cells.filter(({ state }) => state === 'alive');
  const lease = await fabric.lease.mem({ bytes: BOARD_BYTES }).ttl(LEASE_TTL_MS).acquire();
  try {
    const board = await Board.create(await lease.region());
    const seen = firstSight(board);
    seen.catch(() => undefined);
    const order = { program: program.name, tasklet: name, module, memory: [await boardRef(lease)], fuel, memoryBytes };
    const artifacts = await Promise.all(
      alive.map(({ id: on }, author) => {
        const text = new TextEncoder().encode(`${author + 1} ${strokesEach}`);
        return fabric.run({ ...order, input: text, on, deadlineMs });
      }),
    );
    const pieces = await board.pieces();
    const whole = new Set(pieces.filter(isWhole).map(({ author, stroke }) => `${author} ${stroke}`));
    const strokes = alive.length * strokesEach;
    return {
      isAsExpected: pieces.length === strokes && whole.size === strokes && (await seen) > 0,
      facts: {
        cells: alive.length,
        strokesEach,
        strokes: whole.size,
        points: pieces.reduce((total, { points }) => total + points.length, 0),
        lentBy: alive.find(({ id }) => id === lease.lessor)?.name ?? lease.lessor,
      },
      runs: artifacts.map(({ response }) => response.runId),
    };
  } finally {
    await lease.free();
  }
}

/** A LeaseRef that says what it leads to. */
export function boardRef(lease: LeaseHandle): Promise<string> {
  return lease.ref({ layout: BOARD_LAYOUT });
}

function isWhole({ author, points }: Piece): boolean {
  return author > 0 && points.length > 1;
}

/** How many strokes there are when the board first says that there are some. */
async function firstSight(board: Board): Promise<number> {
  for await (const { pieces } of board.changes()) if (pieces.length > 0) return pieces.length;
  return 0;
}
