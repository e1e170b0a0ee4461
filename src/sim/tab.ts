import type { AuditRecord } from '../audit/index.ts';
import type { Env, FabricFailure, Result, RunId } from '../core/index.ts';
import type { FabricInvitation, Artifacts, RunRequest } from '../sdk/index.ts';
import type { SignedPolicy, StewardKey } from '../steward/index.ts';
import { cellIdOf } from '../transport/index.ts';
import { FabricHost } from '../sdk/host/index.ts';
import type { SimEndpoint, SimNetwork } from './network/index.ts';
import {
  SimAudit,
  SimEngine,
  SimStore,
  type SimDisk,
  type SimKey,
  type SimKeyring,
  type SimSecrets,
  type SimSignalingHub,
  type SimStewardKey,
} from './ports/index.ts';
import type { Prng } from './prng.ts';
import { Later, SimClock, SimTimers, type EventQueue, type SimEvent, type TimerHost } from './time/index.ts';
import type { Watch } from './watch.ts';

const HIDDEN_AFTERMATH_MS = 1_100;
const THAW_AFTERMATH_MS = 100;

/** What one browser profile keeps between its tabs: who it is and what it stored. */
export interface Profile {
  readonly name: string;
  readonly prng: Prng;
  readonly slots: number;
  readonly memoryBytes: number;
  /** Whether the fabric's key is here, where it has one. */
  readonly isSteward: boolean;
  /** How fast this machine's clock runs. */
  clockRate: number;
  key: SimKey;
  disk: SimDisk<Artifacts>;
  policies: SimDisk<SignedPolicy>;
  /** The audit chain of its identity. */
  audit: AuditRecord[];
  /** How many tabs it has opened. */
  opened: number;
  tab: SimTab | undefined;
}

/** What all tabs share. */
export interface TabWorld {
  readonly queue: EventQueue;
  readonly network: SimNetwork;
  readonly hub: SimSignalingHub;
  readonly keyring: SimKeyring;
  readonly secrets: SimSecrets<SimTab>;
  readonly invitation: FabricInvitation;
  /** Absent where the link names no steward. */
  readonly stewardKey: SimStewardKey | undefined;
  /** The world's own delays, for what outlives a tab. */
  readonly later: Later;
  readonly watch: Required<Watch>;
}

/**
 * One tab: an unmodified cell behind simulated ports, and what its browser may do to it. It ends for good; a reload is
 * another tab of the same profile.
 */
export class SimTab implements TimerHost {
  readonly profile: Profile;
  readonly name: string;
  readonly clock: SimClock;
  readonly engine: SimEngine;
  readonly endpoint: SimEndpoint;
  readonly host: FabricHost;
  /** The fabric's key, where this tab has it. */
  readonly stewardKey: StewardKey | undefined;
  /** Undefined while joining. */
  joined: Result<void, FabricFailure> | undefined;
  isHidden = false;
  /** Whether its clock has ever stood still. */
  hasSlept = false;
  /** Which tab of its profile this is. */
  readonly session: number;
  /** Told apart from other steps: a snapshot was handed to the page, and nothing else happened. */
  hasPublished = false;
  /** The fabric has shown it the door. */
  isOver = false;
  readonly #world: TabWorld;
  readonly #held: SimEvent[] = [];
  #state: 'running' | 'frozen' | 'gone' = 'running';
  #disturbedAtMs = 0;
  #networkChanges = 0;

  constructor(world: TabWorld, profile: Profile) {
    const { queue, network, hub, keyring, secrets, invitation, stewardKey, watch } = world;
    const prng = profile.prng.split(`tab ${profile.opened}`);
    const later = new Later(queue, this, prng.split('ports'));
    this.#world = world;
    this.profile = profile;
    this.name = profile.name;
    this.session = profile.opened;
    this.clock = new SimClock(queue, prng.between(0, 1_000_000), profile.clockRate);
    this.endpoint = network.endpoint(this);
    const env: Env = {
      clock: this.clock,
      timers: new SimTimers(queue, this.clock, prng.split('timers'), this),
      random: prng.split('random'),
      log: { write: () => undefined },
    };
    this.engine = new SimEngine(profile.slots, env, later, {
      runStarted: (run) => watch.runStarted(this, run),
      runSettled: (run, result) => watch.runSettled(this, run, result),
    });
    this.stewardKey = profile.isSteward ? stewardKey?.in(later) : undefined;
    this.host = new FabricHost({
      env,
      signer: keyring.signer(profile.key, later),
      transport: this.endpoint,
      secrecy: secrets.door(this, later, prng.split('secrets')),
      signaling: hub.door(`${profile.name}x${profile.opened}`, this.endpoint, later),
      signalingUrl: 'sim:',
      engine: this.engine,
      artifacts: new SimStore(profile.disk, later, (runId, artifacts) => watch.stored(this, runId, artifacts)),
      memoryBytes: profile.memoryBytes,
      invitation,
      pageUrl: 'https://sim.invalid/',
      name: profile.name,
      audit: new SimAudit(cellIdOf(profile.key.publicKey), this.clock, profile.audit, (record) =>
        watch.sealed(this, record),
      ),
      policies: new SimStore(profile.policies, later, () => undefined),
      ...(this.stewardKey ? { stewardKey: this.stewardKey } : {}),
      publish: ({ phase }) => {
        this.hasPublished = true;
        this.isOver = phase === 'failed';
      },
    });
  }

  get state(): 'running' | 'frozen' | 'gone' {
    return this.#state;
  }

  /** Joined, in front or not, and taking steps. */
  get isReady(): boolean {
    return this.#state === 'running' && this.joined?.ok === true && !this.isOver;
  }

  /** The simulated instant `localMs` from now on this tab's clock. */
  simMsIn(localMs: number): number {
    return this.#world.queue.nowMs + this.clock.simMsOf(localMs);
  }

  /** How long this tab has been in front and running, on its clock. */
  steadyMs(): number {
    return this.isHidden ? 0 : this.clock.nowMs() - this.#disturbedAtMs;
  }

  setHidden(isHidden: boolean): void {
    this.isHidden = isHidden;
    // A timer set while hidden may come up to a second late.
    this.#disturbedAtMs = this.clock.nowMs() + HIDDEN_AFTERMATH_MS;
    if (this.#state === 'running') this.host.setPage({ isVisible: !isHidden });
  }

  networkChanged(): void {
    if (this.#state === 'running') this.host.setPage({ networkChanges: ++this.#networkChanges });
  }

  hold(event: SimEvent): void {
    this.#held.push(event);
  }

  open(): void {
    void this.host.join().then((joined) => {
      this.joined = joined;
    });
    this.#world.watch.opened(this);
  }

  submit(runId: RunId, request: RunRequest): void {
    const { watch } = this.#world;
    watch.submitted(this, runId, request);
    void this.host.submit(runId, request).then((result) => watch.answered(this, runId, result));
  }

  /** The browser stops the tab; with `isAsleep` the machine sleeps, and its clock stands too. */
  freeze(isAsleep: boolean): void {
    if (this.#state !== 'running') return;
    this.#state = 'frozen';
    if (!isAsleep) return;
    this.hasSlept = true;
    this.clock.setStanding(true);
  }

  /** What came meanwhile happens now: timers first or network first, as the browser likes. */
  thaw(areTimersFirst: boolean): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    this.clock.setStanding(false);
    this.#disturbedAtMs = this.clock.nowMs() + THAW_AFTERMATH_MS;
    const held = this.#held.splice(0);
    const timers = held.filter(({ kind }) => kind === 'timer');
    const others = held.filter(({ kind }) => kind !== 'timer');
    for (const event of areTimersFirst ? [...timers, ...others] : [...others, ...timers]) {
      this.#world.queue.again(event, 0);
    }
  }

  /** Closed by its user: it says goodbye as far as it gets. */
  close(): void {
    if (this.#state === 'running') this.host.leave();
    this.vanish();
  }

  /** Gone without a word. */
  vanish(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#held.length = 0;
    this.#world.network.vanish(this.endpoint);
    this.#world.hub.forget(this.endpoint, this.#world.later);
    this.profile.tab = undefined;
    this.#world.watch.gone(this);
  }
}
