import {
  err,
  failure,
  LINK_LIMITS,
  ok,
  utf8,
  type CellId,
  type FabricFailure,
  type Result,
  type RunId,
  type Timer,
} from '../../core/index.ts';
import { Cell } from '../../cell/index.ts';
import { Joiner, Roster, type Description } from '../../membership/index.ts';
import type { Candidate } from '../../placement/index.ts';
import { Switchboard, type HelloFault, type SessionEnd } from '../../transport/index.ts';
import {
  deriveFabricSecrets,
  formatFabricUrl,
  type Artifacts,
  type CellView,
  type FabricEvent,
  type FabricPhase,
  type FabricSnapshot,
  type MapOrder,
  type RunRequest,
} from '../index.ts';
import type { HostDeps } from './deps.ts';
import { HostLeases } from './host-leases.ts';
import { HostRuns } from './host-runs.ts';
import { HostWarm } from './host-warm.ts';
import { HostSteward } from './rules/index.ts';
import {
  announced,
  candidateOf,
  incomingView,
  isBusyWith,
  joinText,
  leaseViews,
  LEFT_BECAUSE,
  memberView,
  Publisher,
  selfView,
  tooLateTo,
  type PageState,
} from './shown/index.ts';

/**
 * A cell with all that makes it a member: roster, joining, scheduling, artifacts, and the snapshot of it all.
 * One object that lives wherever its ports are real: a worker in a browser, a single thread in the simulator.
 */
export class FabricHost {
  readonly self: CellId;
  readonly leases: HostLeases;
  readonly warm: HostWarm;
  readonly steward: HostSteward;
  /** Settles when this cell is first told to wait until it is let in, which may take as long as people take. */
  readonly toldToWait: Promise<void>;
  readonly #deps: HostDeps;
  readonly #board: Switchboard;
  readonly #cell: Cell;
  readonly #roster: Roster;
  readonly #joiner: Joiner;
  readonly #runs: HostRuns;
  readonly #fabricId;
  readonly #publisher: Publisher;
  #phase: FabricPhase = 'joining';
  #failure: FabricFailure | undefined;
  #name: string;
  #page: PageState = { isVisible: true, isFrozen: false, signaling: 'connecting', connections: { open: 0, made: 0 } };
  #joinDeadline: Timer | undefined;
  #tellOfWait: () => void = () => undefined;

  constructor(deps: HostDeps) {
    const { env, signer, transport, signaling } = deps;
    const { fabricId, helloKey, rendezvousIds } = deriveFabricSecrets(deps.invitation);
    const changed = (): void => this.#changed();
    const note = (level: FabricEvent['level'], kind: string, text: string): void => this.#note(level, kind, text);
    const nameOf = (cell: CellId): string => this.#nameOf(cell);
    this.#deps = deps;
    this.#publisher = new Publisher(env, () => this.snapshot(), deps.publish);
    this.#fabricId = fabricId;
    this.#name = deps.name;
    const session = env.random.bytes(8);
    const board = new Switchboard(env, transport, { helloKey, signer, session });
    [this.#board, this.self] = [board, board.self];
    this.toldToWait = new Promise((resolve) => {
      this.#tellOfWait = resolve;
    });
    this.steward = new HostSteward({
      ...{ env, board, signer, session, fabricId, note, changed },
      ...{ steward: deps.invitation.steward, key: deps.stewardKey, store: deps.policies },
      cell: () => this.#cell,
      roster: () => this.#roster,
      name: () => this.#name,
      waits: (isWaiting) => this.#waits(isWaiting),
      over: (why) => this.#over(why),
    });
    this.leases = new HostLeases({
      self: this.self,
      board,
      env,
      cell: () => this.#cell,
      candidates: () => this.#runs.candidates(),
      happened: (event) => deps.leaseHappened?.(event),
    });
    this.#cell = new Cell({ ...deps, board, changed, note, nameOf, leases: this.leases, policy: this.steward.rules });
    const introduced = (_cell: CellId, { name }: { name: string }): void =>
      note('info', 'cell.joined', `${name} joined`);
    const departed = (cell: CellId, end: SessionEnd): void =>
      note('info', 'cell.left', `${nameOf(cell)} left${LEFT_BECAUSE[end]}`);
    const isBarred = (cell: CellId): boolean => !this.steward.isMember(cell);
    const describe = (): Description => ({
      ...announced(this.#name, this.#page, this.#cell.capacity(), signaling.peerName, this.#joiner.slot),
      ...this.steward.warrant,
    });
    this.#roster = new Roster({ env, board, describe, isBarred, introduced, departed, changed });
    const isBusy = (cell: CellId): boolean => this.#runs.hasRunsAt(cell) || isBusyWith(this.#cell.state(), cell);
    this.#joiner = new Joiner({ ...deps, board, roster: this.#roster, rendezvousIds, changed, isBusy });
    const reach = (to: CellId): Promise<boolean> => board.reach(to, LINK_LIMITS.lessorWaitMs);
    const running = { ...deps, cell: this.#cell, reach, nameOf, note, changed };
    this.#runs = new HostRuns({
      ...running,
      candidates: () => this.#candidates(),
      refOf: ({ leaseId, operations }, module) =>
        this.leases.ref(leaseId, { module, ...(operations ? { operations } : {}) }),
    });
    const isReady = (): boolean => this.#phase === 'ready';
    this.warm = new HostWarm({ ...running, candidates: () => this.#runs.candidates(), isReady });
    const refused = (fault: HelloFault): void => note('warn', 'hello.refused', `${fault.message} (${fault.code})`);
    board.listen({ joined: () => undefined, left: () => undefined, refused });
  }

  /** Joins; settles by the join deadline at the latest. */
  async join(): Promise<Result<void, FabricFailure>> {
    const tooLate = new Promise<Result<void, FabricFailure>>((resolve) => {
      const { timers } = this.#deps.env;
      this.#joinDeadline = timers.after(LINK_LIMITS.joinDeadlineMs, () => resolve(tooLateTo(this.#page.signaling)));
    });
    if (this.steward.hasSteward) await this.steward.open();
    const met = await Promise.race([this.#joiner.join(), tooLate]);
    this.#joinDeadline?.cancel();
    if (this.#failure) return err(this.#failure);
    if (this.#phase === 'left') return met;
    // Alone, nobody can tell that the rules have changed since.
    const ban = this.#board.peers().length === 0 ? this.steward.ban : undefined;
    const joined = met.ok && ban ? err(ban) : met;
    if (joined.ok) this.setPage({ signaling: 'connected' });
    else this.#failure = joined.error;
    this.#phase = joined.ok ? 'ready' : 'failed';
    this.#note(
      joined.ok ? 'info' : 'error',
      joined.ok ? 'fabric.joined' : 'fabric.failed',
      joinText(joined, this.#board.peers().length),
    );
    if (!joined.ok) this.#close();
    else if (this.#board.peers().length === 0) this.steward.isIn();
    return joined;
  }

  /** Runs a tasklet to its end and answers its artifacts, kept by run id. Refuses only what cannot be a run at all. */
  submit(runId: RunId, request: RunRequest): Promise<Result<Artifacts, FabricFailure>> {
    return this.#phase === 'ready' ? this.#runs.submit(runId, request) : Promise.resolve(err(NOT_JOINED));
  }

  /** Begins a map: runs of one module over many inputs, each submitted as its part. */
  openMap(map: string, order: MapOrder): Result<void, FabricFailure> {
    return this.#phase === 'ready' ? this.#runs.openMap(map, order) : err(NOT_JOINED);
  }

  submitPart(map: string, runId: RunId, input: RunRequest['input']): Promise<Result<Artifacts, FabricFailure>> {
    return this.#phase === 'ready' ? this.#runs.submitPart(map, runId, input) : Promise.resolve(err(NOT_JOINED));
  }

  closeMap(map: string): void {
    this.#runs.closeMap(map);
  }

  cancel(runId: RunId): void {
    this.#runs.cancel(runId);
  }

  artifacts(runId: RunId): Promise<Artifacts | undefined> {
    return this.#runs.artifacts(runId);
  }

  rename(name: string): Result<void, FabricFailure> {
    if (name.trim() === '' || utf8(name).length > LINK_LIMITS.cellNameBytesMax) {
      return err(failure('invalid_argument', `a cell's name is 1 to ${LINK_LIMITS.cellNameBytesMax} bytes of text`));
    }
    this.#name = name;
    this.#changed();
    return ok(undefined);
  }

  /** What the page tells of itself. A page that is about to be frozen is told of at once: later it says nothing. */
  setPage(change: Partial<PageState>): void {
    this.#page = { ...this.#page, ...change };
    if (change.networkChanges !== undefined) this.#joiner.networkChanged();
    if (change.isFrozen !== undefined && this.#phase === 'ready') this.#roster.announceNow();
    this.#changed();
  }

  /** Says goodbye and closes every link; calls `said` when what others carry of it is on its way. */
  leave(said: () => void = () => undefined): void {
    if (this.#phase === 'left') return said();
    this.#phase = 'left';
    this.#close(said);
    this.#note('info', 'fabric.left', 'This cell left');
  }

  snapshot(): FabricSnapshot {
    const { env, invitation, pageUrl, signalingUrl } = this.#deps;
    const nowMs = env.clock.nowMs();
    const rules = this.steward.view();
    const state = this.#cell.state();
    const others = this.#otherViews();
    const incoming = state.incoming.filter((run) => run.submitter !== this.self);
    const slot = this.#joiner.slot;
    return {
      phase: this.#phase,
      ...(this.#failure ? { failure: this.#failure } : {}),
      ...rules,
      fabric: {
        id: this.#fabricId,
        name: rules.policy?.name ?? invitation.name,
        joinUrl: formatFabricUrl(pageUrl, invitation),
      },
      self: this.self,
      cells: [
        selfView(this.self, this.#name, this.#page.isVisible, state),
        ...others.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
      ],
      runs: [...this.#runs.views(), ...incoming.map((run) => incomingView(run, this.self, nowMs)).reverse()],
      leases: leaseViews(state, this.self, nowMs),
      events: this.#publisher.events,
      signaling: { url: signalingUrl, state: this.#page.signaling, ...(slot === undefined ? {} : { slot }) },
      connections: this.#page.connections,
      takenAtMs: nowMs,
    };
  }

  #otherViews(): readonly CellView[] {
    return this.#roster.members().flatMap((member) => memberView(member, this.#board.linkOf(member.cell)) ?? []);
  }

  #candidates(): readonly Omit<Candidate, 'inFlight'>[] {
    const state = this.#cell.capacity();
    const views = [selfView(this.self, this.#name, this.#page.isVisible, state), ...this.#otherViews()];
    // Beyond a full mesh a cell is linked when something is to go there.
    const isLarge = this.#roster.size > LINK_LIMITS.meshMax;
    return views.map((view) =>
      candidateOf(view, this.#board.isLinked(view.id) || isLarge, this.steward.mayRun(view.id)),
    );
  }

  #waits(isWaiting: boolean): void {
    if (this.#phase === 'left' || this.#phase === 'failed') return;
    this.#joinDeadline?.cancel();
    this.#phase = isWaiting ? 'waiting' : 'ready';
    this.#joiner.wait(isWaiting);
    if (isWaiting) this.#tellOfWait();
    this.#changed();
  }

  /** This cell may not be here any more. */
  #over(why: FabricFailure): void {
    if (this.#phase === 'left' || this.#phase === 'failed') return;
    this.#failure = why;
    this.#phase = 'failed';
    this.#note('error', 'fabric.failed', why.message);
    this.#close();
  }

  #nameOf(cell: CellId): string {
    if (cell === this.self) return this.#name;
    return this.#roster.members().find((member) => member.cell === cell)?.announcement?.name ?? cell.slice(0, 8);
  }

  #note(level: FabricEvent['level'], kind: string, text: string): void {
    this.#publisher.note(level, kind, text);
    this.#changed();
  }

  #changed(): void {
    if (this.#phase === 'ready') this.#roster.announceSoon();
    this.steward.look();
    this.#publisher.changed();
  }

  #close(said?: () => void): void {
    this.steward.close();
    this.#joiner.close();
    this.#roster.close();
    this.#board.close(said);
    this.#cell.close();
  }
}

const NOT_JOINED = failure('runtime_not_ready', 'not joined');
