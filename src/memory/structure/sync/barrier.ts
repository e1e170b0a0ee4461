import { ensure, type Arena } from '../bytes/index.ts';
import { BARRIER } from '../codes.ts';
import type { Operation, Operations } from '../operation.ts';
import { requireTag, TAG, TURN } from './tagged.ts';

const SIZE_BYTES = 16;
const PARTIES = 8;
const ARRIVED = 12;

export const barrierOperations: Operations = new Map([
  [BARRIER.create, create],
  [BARRIER.open, open],
  [BARRIER.arrive, arrive],
  [BARRIER.withdraw, withdraw],
]);

/** How many have arrived of how many are awaited. */
function readBarrier(arena: Arena, base: number): { parties: number; arrived: number; generation: number } {
  requireTag(arena, base, TAG.barrier, SIZE_BYTES);
  const parties = arena.u32(base + PARTIES);
  const arrived = arena.u32(base + ARRIVED);
  ensure(parties > 0 && arrived < parties, 'not a barrier');
  return { parties, arrived, generation: arena.u32(base + TURN) };
}

function create({ arena, base, args }: Operation): void {
  const parties = args.u32();
  args.end();
  ensure(parties > 0, 'a barrier awaits one or more');
  arena.check(base, SIZE_BYTES);
  [TAG.barrier, 0, parties, 0].forEach((word, index) => arena.setU32(base + index * 4, word));
}

function open({ arena, base, args, answer }: Operation): void {
  args.end();
  answer.u32(readBarrier(arena, base).parties);
}

/** The last to arrive begins the next generation. Answers whether this was the last, and the generation arrived in. */
function arrive(operation: Operation): void {
  const { arena, base, args, answer } = operation;
  args.end();
  const { parties, arrived, generation } = readBarrier(arena, base);
  const isLast = arrived + 1 === parties;
  arena.setU32(base + ARRIVED, isLast ? 0 : arrived + 1);
  if (isLast) {
    arena.setU32(base + TURN, generation + 1);
    operation.wake = base + TURN;
  }
  answer.u32(isLast ? 1 : 0).u32(generation);
}

/** Takes back an arrival in `generation`, when that is not over. Answers whether it did. */
function withdraw({ arena, base, args, answer }: Operation): void {
  const generation = args.u32();
  args.end();
  const barrier = readBarrier(arena, base);
  const isBack = barrier.generation === generation && barrier.arrived > 0;
  if (isBack) arena.setU32(base + ARRIVED, barrier.arrived - 1);
  answer.u32(isBack ? 1 : 0);
}
