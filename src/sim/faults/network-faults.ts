import type { Prng } from '../prng.ts';
import { someTab, someWay, wayBetween, type Fault, type FaultWorld, type Way } from './fault-world.ts';

/** A raw attack waits this long for a frame to hit. */
const RAW_MS = 4_000;

export const linkCut: Fault = (world, prng) => {
  const link = prng.pick(world.network.links());
  if (!link) return undefined;
  world.network.cut(link);
  return link.map(({ home }) => home.name).join(' ');
};

export const linkStalled: Fault = (world, prng, undo) => {
  const way = someWay(world, prng);
  if (!way) return undefined;
  const clear = [way.there.block(), way.back.block()];
  undo(prng.between(100, 2_500), `${way.text} flows`, () => clear.forEach((each) => each()));
  return way.text;
};

export const linkDelayed: Fault = (world, prng, undo) => {
  const way = someWay(world, prng);
  if (!way) return undefined;
  const extraMs = prng.between(50, 1_500);
  way.there.extraDelayMs += extraMs;
  undo(prng.between(500, 6_000), `${way.text} fast`, () => {
    way.there.extraDelayMs -= extraMs;
  });
  return `${way.text} by ${Math.round(extraMs)} ms`;
};

export const oneWayPartition: Fault = (world, prng, undo) => {
  const way = someWay(world, prng);
  if (!way) return undefined;
  undo(prng.between(1_000, 9_000), `${way.text} reaches`, way.there.block());
  return way.text;
};

export const partition: Fault = (world, prng, undo) => {
  const { profiles, network } = world;
  const isLeft = new Map(profiles.map(({ name }) => [name, prng.chance(0.5)]));
  const clear = profiles.flatMap((from) =>
    profiles
      .filter((to) => isLeft.get(from.name) !== isLeft.get(to.name))
      .map((to) => network.conditions(from.name, to.name).block()),
  );
  if (clear.length === 0) return undefined;
  const left = profiles.filter(({ name }) => isLeft.get(name) === true).map(({ name }) => name);
  undo(prng.between(500, 6_000), 'partition over', () => clear.forEach((each) => each()));
  return `${left.join(' ')} | the others`;
};

export const directWalled: Fault = (world, prng, undo) => {
  const from = prng.pick(world.profiles);
  const to = prng.pick(world.profiles);
  if (!from || !to || from === to) return undefined;
  const text = `${from.name} ${to.name}`;
  undo(prng.between(3_000, 25_000), `${text} unwalled`, world.network.wall(from.name, to.name));
  return text;
};

export const backPressure: Fault = (world, prng, undo) => {
  const way = someWay(world, prng);
  if (!way) return undefined;
  undo(prng.between(50, 3_500), `${way.text} drains`, way.there.press());
  return way.text;
};

/** Counted when a frame is hit, by the network. */
export const frameDuplicated: Fault = (world, prng, undo) => {
  const way = someLinkedWay(world, prng);
  if (!way) return undefined;
  way.there.duplicates++;
  undo(RAW_MS, `${way.text} no more duplicates`, () => {
    way.there.duplicates = 0;
  });
  return way.text;
};

export const frameReordered: Fault = (world, prng, undo) => {
  const way = someLinkedWay(world, prng);
  if (!way) return undefined;
  way.there.reorders++;
  undo(RAW_MS, `${way.text} in order`, () => {
    way.there.reorders = 0;
  });
  return way.text;
};

export const signalingDown: Fault = (world, prng, undo) => {
  if (world.hub.isDown) return undefined;
  world.hub.isDown = true;
  undo(prng.between(500, 8_000), 'signaling up', () => {
    world.hub.isDown = false;
  });
  return 'signaling';
};

/** Some browsers tell their page, soon. */
export const networkChanged: Fault = (world, prng) => {
  const tab = someTab(world, prng);
  if (!tab || world.network.change(tab.endpoint) === 0) return undefined;
  const isTold = prng.chance(0.5);
  if (isTold) world.queue.after(prng.between(0, 500), 'link', tab, 'network changed', () => tab.networkChanged());
  return `${tab.name}${isTold ? ' told' : ''}`;
};

/** Where a link is, so that there are frames to hit. */
function someLinkedWay(world: FaultWorld, prng: Prng): Way | undefined {
  const [near, far] = prng.pick(world.network.links()) ?? [];
  return near && far && wayBetween(world, near.home.name, far.home.name);
}
