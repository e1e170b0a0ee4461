import { utf8, sha256, type Bytes } from '../core/index.ts';
import { decodeFrame, EVENT, FRAME_KIND, HELLO, LINK, RELAY, REQUEST, type Frame } from '../wire/index.ts';
import { DRIFT_PPM_MAX, type FaultKind } from './faults/index.ts';
import { SimNetwork, type FrameWatch } from './network/index.ts';
import { SimDisk, SimKeyring, SimSecrets, SimSignalingHub, SimStewardKey } from './ports/index.ts';
import { type Prng } from './prng.ts';
import type { RogueWorld } from './rogue/index.ts';
import { SimTab, type Profile, type TabWorld } from './tab.ts';
import { EventQueue, Later, type Place } from './time/index.ts';
import type { Trace } from './trace.ts';
import type { Watch } from './watch.ts';

const MIB = 1024 * 1024;
const NAMES = new Map(
  [HELLO, EVENT, REQUEST, RELAY, LINK].flatMap((types) => Object.values(types).map(({ code, name }) => [code, name])),
);

export interface WorldDeps {
  readonly prng: Prng;
  readonly cells: number;
  /** Whether somebody has charge of the fabric. */
  readonly isGoverned: boolean;
  readonly trace: Trace;
  readonly watch: Required<Watch>;
  readonly injected: (kind: FaultKind) => void;
}

/** The machines of one simulation, what is between them, and the tabs that are open. */
export class World {
  readonly queue = new EventQueue();
  readonly hub = new SimSignalingHub();
  readonly keyring = new SimKeyring();
  readonly network: SimNetwork;
  readonly profiles: readonly Profile[];
  readonly #tabWorld: TabWorld;
  readonly #places = new Map<Place, SimTab>();
  readonly #deps: WorldDeps;

  constructor(deps: WorldDeps) {
    const { prng, cells, isGoverned, watch, injected } = deps;
    this.#deps = deps;
    this.network = new SimNetwork({
      queue: this.queue,
      prng: prng.split('network'),
      watch: (...seen) => this.#sent(...seen),
      injected,
    });
    const nowhere: Place = { name: '', state: 'running', hold: () => undefined };
    const stewardKey = isGoverned
      ? new SimStewardKey(this.keyring.create(prng.split('steward')), this.keyring)
      : undefined;
    const key = sha256(utf8('the key of the simulated fabric')).slice(0, 16);
    this.#tabWorld = {
      queue: this.queue,
      network: this.network,
      hub: this.hub,
      keyring: this.keyring,
      secrets: new SimSecrets((from, to, plain) => this.#sealed(from, to, plain)),
      invitation: { name: 'sim', key, ...(stewardKey ? { steward: stewardKey.steward } : {}) },
      stewardKey,
      later: new Later(this.queue, nowhere, prng.split('later')),
      watch,
    };
    this.profiles = Array.from({ length: cells }, (_, index) => this.#profile(prng.split(`machine ${index}`), index));
  }

  /** What somebody who speaks by hand needs to be a member. */
  rogueWorld(prng: Prng): RogueWorld {
    const { queue, network, keyring } = this;
    return { queue, network, keyring, invitation: this.#tabWorld.invitation, prng, tabs: () => this.tabs() };
  }

  /** Tabs that are open. */
  tabs(): readonly SimTab[] {
    return this.profiles.flatMap(({ tab }) => tab ?? []);
  }

  tabAt(place: Place | undefined): SimTab | undefined {
    return place && this.#places.get(place);
  }

  /** Opens a tab of this profile after a while, unless it has one by then. */
  openLater(profile: Profile, delayMs: number): void {
    this.queue.after(delayMs, 'fault', undefined, `${profile.name} opens`, () => this.open(profile));
  }

  open(profile: Profile): void {
    if (profile.tab) return;
    profile.opened++;
    const tab = new SimTab(this.#tabWorld, profile);
    profile.tab = tab;
    this.#places.set(tab, tab);
    tab.open();
  }

  #profile(prng: Prng, index: number): Profile {
    return {
      name: `c${String(index).padStart(2, '0')}`,
      prng,
      slots: 1 + prng.below(4),
      memoryBytes: (64 + 64 * prng.below(3)) * MIB,
      clockRate: 1 + prng.between(-DRIFT_PPM_MAX, DRIFT_PPM_MAX) / 1_000_000,
      key: this.keyring.create(prng.split('key')),
      isSteward: index === 0,
      disk: new SimDisk(),
      policies: new SimDisk(),
      audit: [],
      opened: 0,
      tab: undefined,
    };
  }

  /** What is said over a link that another cell carries, which sees less of it. The first byte is the record's own. */
  #sealed(from: SimTab, to: SimTab, plain: Bytes): void {
    const frame = decodeFrame(plain.subarray(1));
    if (!frame.ok || frame.value.fragment) return;
    this.#deps.watch.sent(from, to, frame.value, new Uint8Array(frame.value.payload));
  }

  readonly #sent: FrameWatch = (from, to, channel, bytes) => {
    const { trace, watch } = this.#deps;
    trace.mix(bytes);
    const frame = decodeFrame(bytes);
    if (!frame.ok) return `unreadable ${from.name}`;
    const near = this.#places.get(from.place);
    const far = this.#places.get(to.place);
    if (near && far && !frame.value.fragment) watch.sent(near, far, frame.value, new Uint8Array(frame.value.payload));
    return `${titleOf(frame.value)} from ${from.name}${channel === 'data' ? ' data' : ''} ${bytes.length} B`;
  };
}

function titleOf({ kind, type }: Frame): string {
  const name = NAMES.get(type) ?? 'unknown';
  if (kind === FRAME_KIND.answer) return `${name} answered`;
  return kind === FRAME_KIND.refusal ? `${name} refused` : name;
}
