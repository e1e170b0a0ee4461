import { LINK_LIMITS, type FabricErrorCode } from '../../../src/core/index.ts';

/** One cell's door to a signaling service, wherever it is: what it answers, as words. */
export interface SignalingCell {
  readonly name: string;
  open(): Promise<'ok' | FabricErrorCode>;
  claim(rendezvousId: string): Promise<'claimed' | 'taken' | FabricErrorCode>;
  release(rendezvousId: string): Promise<void>;
  dial(name: string): Promise<'ok' | FabricErrorCode>;
  /** Begins a dial to each of these in one task. */
  dialAll(names: readonly string[]): Promise<readonly ('ok' | FabricErrorCode)[]>;
  /** Links that have come about here, dialled from here or from elsewhere. */
  links(): Promise<number>;
  /** Closes the door as a tab does that says goodbye. */
  leave(): Promise<void>;
  /** The tab is gone without a word. */
  vanish(): Promise<void>;
}

export interface SignalingWorld {
  /** A cell that has opened nothing yet; one that is to vanish may need a tab of its own. */
  cell(life?: 'will vanish'): Promise<SignalingCell>;
  /** A name that nobody had before. */
  freshName(): string;
  /** Lets a little of the world's time pass. */
  wait(): Promise<void>;
}

export interface SignalingPromise {
  readonly text: string;
  /** Answers what was found and what was promised, pair by pair. */
  readonly keep: (world: SignalingWorld) => Promise<readonly (readonly [found: unknown, promised: unknown])[]>;
}

const TRIES_MAX = 100;

async function until(world: SignalingWorld, isSo: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await isSo()) return true;
    await world.wait();
  }
  return false;
}

async function opened(world: SignalingWorld, life?: 'will vanish'): Promise<SignalingCell> {
  const cell = await world.cell(life);
  const answer = await cell.open();
  if (answer !== 'ok') throw new Error(`the door did not open: ${answer}`);
  return cell;
}

/** What every implementation of the signaling port promises where cells find each other by names. */
export const SIGNALING_PROMISES: readonly SignalingPromise[] = [
  {
    text: 'a name has one keeper, who may claim it again',
    async keep(world) {
      const [first, second] = [await opened(world), await opened(world)];
      const name = world.freshName();
      const answers = [await first.claim(name), await second.claim(name), await first.claim(name)];
      return [[answers, ['claimed', 'taken', 'claimed']]];
    },
  },
  {
    text: 'of many that claim a name at once one gets it',
    async keep(world) {
      const cells = [await opened(world), await opened(world), await opened(world)];
      const name = world.freshName();
      const answers = await Promise.all(cells.map((cell) => cell.claim(name)));
      return [[answers.sort(), ['claimed', 'taken', 'taken']]];
    },
  },
  {
    text: 'a name given back can be claimed by another',
    async keep(world) {
      const [first, second] = [await opened(world), await opened(world)];
      const name = world.freshName();
      await first.claim(name);
      await first.release(name);
      return [[await until(world, async () => (await second.claim(name)) === 'claimed'), true]];
    },
  },
  {
    text: 'a dial opens one link, at both ends, under a cell’s own name and under one it keeps',
    async keep(world) {
      const [first, second, third] = [await opened(world), await opened(world), await opened(world)];
      const name = world.freshName();
      await second.claim(name);
      const dialled = [await first.dial(second.name), await third.dial(name)];
      const isLinked = await until(world, async () => (await second.links()) === 2);
      return [
        [dialled, ['ok', 'ok']],
        [isLinked, true],
        [await first.links(), 1],
        [await third.links(), 1],
      ];
    },
  },
  {
    text: 'a dial to nobody is refused as peers_unreachable, also when it is asked twice at once',
    async keep(world) {
      const cell = await opened(world);
      const name = world.freshName();
      const answers = await cell.dialAll([name, name]);
      return [
        [answers, ['peers_unreachable', 'peers_unreachable']],
        [await cell.links(), 0],
      ];
    },
  },
  {
    text: 'who has left is not found any more, and its names are free',
    async keep(world) {
      const [first, second] = [await opened(world), await opened(world)];
      const name = world.freshName();
      await first.claim(name);
      await first.leave();
      const isFree = await until(world, async () => (await second.claim(name)) === 'claimed');
      return [
        [isFree, true],
        [await second.dial(first.name), 'peers_unreachable'],
        [await second.links(), 0],
      ];
    },
  },
  {
    text: 'a cell that dies without a word is not found any more, and its names come free',
    async keep(world) {
      const [first, second] = [await opened(world, 'will vanish'), await opened(world)];
      const name = world.freshName();
      await first.claim(name);
      await first.vanish();
      const isFree = await until(world, async () => (await second.claim(name)) === 'claimed');
      return [
        [isFree, true],
        [await second.dial(first.name), 'peers_unreachable'],
      ];
    },
  },
  {
    text: 'dials under way are bounded: those beyond are refused at once, and the bound recovers',
    async keep(world) {
      const [cell, other] = [await opened(world), await opened(world)];
      const names = Array.from({ length: LINK_LIMITS.dialsMax + 3 }, () => world.freshName());
      const answers = await cell.dialAll(names);
      const refused = answers.filter((answer) => answer === 'capacity_exceeded');
      return [
        [refused.length, 3],
        [answers.filter((answer) => answer === 'peers_unreachable').length, LINK_LIMITS.dialsMax],
        [await cell.dial(other.name), 'ok'],
      ];
    },
  },
  {
    text: 'names kept are bounded: one beyond is refused, and one given back makes room',
    async keep(world) {
      const cell = await opened(world);
      // Its own name is one of them.
      const names = Array.from({ length: LINK_LIMITS.namesMax - 1 }, () => world.freshName());
      const answers = [];
      for (const name of names) answers.push(await cell.claim(name));
      const beyond = await cell.claim(world.freshName());
      await cell.release(names[0] ?? '');
      return [
        [new Set(answers), new Set(['claimed'])],
        [beyond, 'capacity_exceeded'],
        [await cell.claim(world.freshName()), 'claimed'],
      ];
    },
  },
];
