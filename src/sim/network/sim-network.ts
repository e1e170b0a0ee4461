import { assert, isRunId, type Bytes, type RunId } from '../../core/index.ts';
import type { LinkListener, RawLink, Transport } from '../../transport/index.ts';
import type { Place } from '../time/index.ts';
import { Conditions } from './conditions.ts';
import { ICE_FAILED_MS, SimLinkEnd, type LinkWorld } from './sim-link.ts';

/** A browser says that a connection is disconnected after about so long. */
const TROUBLED_MS_MAX = 6_000;

/** A tab's place in the network: its transport. A reloaded tab has another. */
export class SimEndpoint implements Transport {
  readonly place: Place;
  readonly fingerprint: Bytes;
  readonly #network: SimNetwork;
  accept: (link: RawLink) => LinkListener = () => NOBODY;

  constructor(network: SimNetwork, place: Place, fingerprint: Bytes) {
    this.#network = network;
    this.place = place;
    this.fingerprint = fingerprint;
  }

  get name(): string {
    return this.place.name;
  }

  listen(accept: (link: RawLink) => LinkListener): void {
    this.accept = accept;
  }

  /** Finds another way below a link, if its two ends can be told of it. */
  restart(dial: RunId): boolean {
    return this.#network.restart(dial);
  }

  /** Opens a link, unless nothing gets through between the two. */
  dial(to: SimEndpoint): boolean {
    return this.#network.connect(this, to);
  }
}

/** All links there are, and the weather between every two machines. */
export class SimNetwork {
  readonly #world: LinkWorld;
  readonly #conditions = new Map<string, Conditions>();
  readonly #walls = new Map<string, number>();
  #made = 0;
  #links: (readonly [SimLinkEnd, SimLinkEnd])[] = [];

  constructor(world: LinkWorld) {
    this.#world = world;
  }

  endpoint(place: Place): SimEndpoint {
    return new SimEndpoint(this, place, this.#world.prng.bytes(32));
  }

  conditions(from: string, to: string): Conditions {
    const key = `${from}>${to}`;
    const found = this.#conditions.get(key) ?? new Conditions();
    this.#conditions.set(key, found);
    return found;
  }

  /** From now on the two find no direct way to each other, though both reach everybody else; answers how to end that. */
  wall(left: string, right: string): () => void {
    const key = wallKey(left, right);
    this.#walls.set(key, (this.#walls.get(key) ?? 0) + 1);
    for (const link of this.links()) if (wallKey(link[0].home.name, link[1].home.name) === key) this.cut(link);
    let isUp = true;
    return () => {
      if (!isUp) return;
      isUp = false;
      const walls = (this.#walls.get(key) ?? 1) - 1;
      if (walls > 0) this.#walls.set(key, walls);
      else this.#walls.delete(key);
    };
  }

  /** Links with both ends open. */
  links(): readonly (readonly [SimLinkEnd, SimLinkEnd])[] {
    this.#links = this.#links.filter(([near, far]) => near.isOpen || far.isOpen);
    return this.#links.filter(([near, far]) => near.isOpen && far.isOpen);
  }

  connect(from: SimEndpoint, to: SimEndpoint): boolean {
    const there = this.conditions(from.name, to.name);
    const back = this.conditions(to.name, from.name);
    if (this.#walls.has(wallKey(from.name, to.name))) return false;
    if (there.isBlocked || back.isBlocked || to.place.state !== 'running' || from.place.state === 'gone') return false;
    const dial = dialNumber(++this.#made);
    const near = new SimLinkEnd(this.#world, dial, 'dialer', from, to, there);
    const far = new SimLinkEnd(this.#world, dial, 'answerer', to, from, back);
    near.join(far);
    far.join(near);
    this.#links.push([near, far]);
    const { queue, prng } = this.#world;
    for (const end of [near, far]) {
      const birth = `link ${end === near ? to.name : from.name}`;
      queue.after(prng.between(1, 12), 'link', end.home.place, birth, () => end.attach(end.home.accept(end)));
    }
    return true;
  }

  /** The way between the ends of a link breaks: both hear of it, soon or only when the browser gives up. */
  cut(link: readonly [SimLinkEnd, SimLinkEnd]): void {
    const isSudden = this.#world.prng.chance(0.5);
    for (const end of link) end.fail(isSudden ? this.#world.prng.between(0, 100) : ICE_FAILED_MS);
    if (!isSudden) for (const end of link) end.mute();
  }

  /** A machine has another address: nothing gets through any more on the links of its tab. How many those are. */
  change(endpoint: SimEndpoint): number {
    const links = this.links().filter((link) => link.some(({ home }) => home === endpoint));
    for (const end of links.flat()) end.strand(this.#world.prng.between(200, TROUBLED_MS_MAX));
    return links.length;
  }

  /** Both ends of a link agree on another way below it. */
  restart(dial: RunId): boolean {
    const link = this.links().find(([near]) => near.dial === dial);
    if (link?.every((end) => end.canRestart) !== true) return false;
    for (const end of link) end.restarted();
    return true;
  }

  /** A tab is gone without a word. */
  vanish(endpoint: SimEndpoint): void {
    for (const [near, far] of this.#links) {
      for (const [end, other] of [
        [near, far],
        [far, near],
      ] as const) {
        if (end.home !== endpoint || !end.isOpen) continue;
        end.vanish();
        other.fail(ICE_FAILED_MS);
      }
    }
  }
}

function dialNumber(number: number): RunId {
  const id = number.toString(16).padStart(32, '0');
  assert(isRunId(id), 'a dial is named by 32 hex characters');
  return id;
}

function wallKey(left: string, right: string): string {
  return [left, right].sort().join(' ');
}

const NOBODY: LinkListener = { frame: () => undefined, drained: () => undefined, closed: () => undefined };
