import type { SimNetwork, Conditions } from '../network/index.ts';
import type { SimKeyring, SimSignalingHub } from '../ports/index.ts';
import type { Prng } from '../prng.ts';
import type { Profile, SimTab } from '../tab.ts';
import type { EventQueue } from '../time/index.ts';
import type { FaultKind } from './fault-model.ts';

/** What faults are made of. */
export interface FaultWorld {
  readonly queue: EventQueue;
  readonly network: SimNetwork;
  readonly hub: SimSignalingHub;
  readonly keyring: SimKeyring;
  readonly profiles: readonly Profile[];
  /** Opens a tab of this profile, if it has none by then. */
  openLater(profile: Profile, delayMs: number): void;
  /** Something else was injected along with a fault, or by the network. */
  injected(kind: FaultKind): void;
}

/** Does one fault to something the seed picks; answers to what, or undefined when there is nothing to do it to. */
export type Fault = (world: FaultWorld, prng: Prng, undo: Undo) => string | undefined;

/** Ends a fault after a while, and when the world heals, whichever comes first. */
export type Undo = (afterMs: number, text: string, action: () => void) => void;

/** A tab of the seed's choice among those that fit. */
export function someTab(
  world: FaultWorld,
  prng: Prng,
  isFit: (tab: SimTab) => boolean = (tab) => tab.state === 'running',
): SimTab | undefined {
  return prng.pick(world.profiles.flatMap(({ tab }) => (tab && isFit(tab) ? tab : [])));
}

/** The weather both ways between two machines. */
export interface Way {
  readonly text: string;
  readonly there: Conditions;
  readonly back: Conditions;
}

export function wayBetween(world: FaultWorld, from: string, to: string): Way {
  const { network } = world;
  return { text: `${from} ${to}`, there: network.conditions(from, to), back: network.conditions(to, from) };
}

/** The weather between two different machines of the seed's choice. */
export function someWay(world: FaultWorld, prng: Prng): Way | undefined {
  const from = prng.pick(world.profiles);
  const to = prng.pick(world.profiles);
  return from && to && from !== to ? wayBetween(world, from.name, to.name) : undefined;
}
