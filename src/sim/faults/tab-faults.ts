import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';
import { DRIFT_PPM_MAX } from './fault-model.ts';
import { someTab, type Fault, type FaultWorld, type Undo } from './fault-world.ts';

const DAY_MS = 86_400_000;
/** A holder is not stopped for longer, whatever it holds. */
const PAUSE_MS_MAX = 12_000;

export const tabHidden: Fault = (world, prng, undo) => {
  const tab = someTab(world, prng, ({ state, isHidden }) => state === 'running' && !isHidden);
  if (!tab) return undefined;
  tab.setHidden(true);
  undo(prng.between(1_000, 8_000), `${tab.name} in front`, () => tab.setHidden(false));
  return tab.name;
};

export const tabFrozen: Fault = (world, prng, undo) => {
  const tab = someTab(world, prng);
  return tab && stopped(world, prng, undo, tab, prng.between(50, 6_000), false);
};

export const machineSlept: Fault = (world, prng, undo) => {
  const tab = someTab(world, prng);
  return tab && stopped(world, prng, undo, tab, prng.between(500, 10_000), true);
};

export const holderPaused: Fault = (world, prng, undo) => {
  const holdsSomething = (tab: SimTab): boolean => tab.state === 'running' && heldMs(tab) > 0;
  const tab = someTab(world, prng, holdsSomething);
  if (!tab) return undefined;
  const pauseMs = Math.min(heldMs(tab) + prng.between(100, 1_500), PAUSE_MS_MAX);
  return stopped(world, prng, undo, tab, pauseMs, false);
};

export const tabClosed: Fault = (world, prng) => ended(world, prng, (tab) => tab.close());
export const tabCrashed: Fault = (world, prng) => ended(world, prng, (tab) => tab.vanish());

export const tabReloaded: Fault = (world, prng) => {
  const tab = someTab(world, prng);
  if (!tab) return undefined;
  if (prng.chance(0.7)) tab.close();
  else tab.vanish();
  world.openLater(tab.profile, prng.between(20, 300));
  return tab.name;
};

export const workerCrashed: Fault = (world, prng) => {
  const tab = someTab(world, prng, ({ state, engine }) => state === 'running' && engine.running().length > 0);
  const run = tab && prng.pick(tab.engine.running());
  if (!tab || !run) return undefined;
  tab.engine.crash(run);
  return `${tab.name} ${run.order.runId.slice(0, 8)}`;
};

export const storageEvicted: Fault = (world, prng) => {
  const profile = prng.pick(world.profiles);
  if (!profile) return undefined;
  profile.disk.evict();
  profile.policies.evict();
  profile.audit = [];
  profile.key = world.keyring.create(profile.prng.split(`key ${world.queue.nowMs}`));
  return profile.name;
};

export const clockDrifted: Fault = (world, prng) => {
  const profile = prng.pick(world.profiles);
  if (!profile) return undefined;
  profile.clockRate = 1 + prng.between(-DRIFT_PPM_MAX, DRIFT_PPM_MAX) / 1_000_000;
  profile.tab?.clock.setRate(profile.clockRate);
  return profile.name;
};

export const clockStepped: Fault = (world, prng) => {
  const tab = someTab(world, prng);
  tab?.clock.stepWall(prng.between(-DAY_MS, DAY_MS));
  return tab?.name;
};

function stopped(world: FaultWorld, prng: Prng, undo: Undo, tab: SimTab, forMs: number, isAsleep: boolean): string {
  tab.freeze(isAsleep);
  const areTimersFirst = prng.chance(0.5);
  undo(forMs, `${tab.name} thawed`, () => {
    if (tab.state !== 'frozen') return;
    tab.thaw(areTimersFirst);
    world.injected('tabThawed');
  });
  return `${tab.name} for ${Math.round(forMs)} ms`;
}

function ended(world: FaultWorld, prng: Prng, end: (tab: SimTab) => void): string | undefined {
  const tab = someTab(world, prng);
  if (!tab) return undefined;
  end(tab);
  world.openLater(tab.profile, prng.between(300, 4_000));
  return tab.name;
}

/** How long the last of the leases this tab holds at others will live. */
function heldMs(tab: SimTab): number {
  const { leases, self } = tab.host.snapshot();
  const held = leases.filter(({ holder, lessor, state }) => holder === self && lessor !== self && state === 'active');
  return held.reduce((longest, { remainingMs }) => Math.max(longest, remainingMs), 0);
}
