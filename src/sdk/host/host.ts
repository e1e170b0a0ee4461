import {
  err,
  failure,
  LINK_LIMITS,
  ok,
  STORE_LIMITS,
  utf8,
  type CellId,
  type FabricFailure,
  type LeaseId,
  type Result,
  type RunId,
  type Timer,
} from '../../core/index.ts';
import { Cell } from '../../cell/index.ts';
import { Joiner, Roster } from '../../membership/index.ts';
import type { Candidate } from '../../placement/index.ts';
import { Switchboard, type SessionEnd } from '../../transport/index.ts';
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
import { incomingView, joinText, leaseViews, LEFT_BECAUSE, memberView, selfView, type PageState } from './views.ts';

const PUBLISH_EVERY_MS = 50;
const PUBLISH_EVERY_MS_MAX = 250;
const PUBLISH_SHARE = 10;

/**
 * A cell with all that makes it a member: roster, joining, scheduling, artifacts, and the snapshot of it all.
 * One object that lives wherever its ports are real: a worker in a browser, a single thread in the simulator.
 */
export class FabricHost {
  readonly self: CellId;
  readonly leases: HostLeases;
  readonly warm: HostWarm;
  readonly #deps: HostDeps;
  readonly #board: Switchboard;
  readonly #cell: Cell;
  readonly #roster: Roster;
  readonly #joiner: Joiner;
  readonly #runs: HostRuns;
  readonly #fabricId;
  readonly #events: FabricEvent[] = [];
  #phase: FabricPhase = 'joining';
  #failure: FabricFailure | undefined;
  #name: string;
  #page: PageState = { isVisible: true, isFrozen: false, signaling: 'connecting', connections: { open: 0, made: 0 } };
  #publishTimer: Timer | undefined;
  #publishEveryMs = PUBLISH_EVERY_MS;

  constructor(deps: HostDeps) {
    const { env, signer, transport, signaling } = deps;
    const { fabricId, helloKey, rendezvousIds } = deriveFabricSecrets(deps.invitation);
    const changed = (): void => this.#changed();
    const note = (level: FabricEvent['level'], kind: string, text: string): void => this.#note(level, kind, text);
    const nameOf = (cell: CellId): string => this.#nameOf(cell);
    this.#deps = deps;
    this.#fabricId = fabricId;
    this.#name = deps.name;
    this.#board = new Switchboard(env, transport, { helloKey, signer, session: env.random.bytes(8) });
    this.self = this.#board.self;
    const board = this.#board;
    this.leases = new HostLeases({
      self: this.self,
      board,
      env,
      cell: () => this.#cell,
      candidates: () => this.#runs.candidates(),
      happened: (event) => deps.leaseHappened?.(event),
    });
    this.#cell = new Cell({ ...deps, board, changed, note, nameOf, leases: this.leases });
    const introduced = (_cell: CellId, { name }: { name: string }): void =>
      note('info', 'cell.joined', `${name} joined`);
    const departed = (cell: CellId, end: SessionEnd): void =>
      note('info', 'cell.left', `${nameOf(cell)} left${LEFT_BECAUSE[end]}`);
    this.#roster = new Roster({ env, board, describe: () => this.#describe(), introduced, departed, changed });
    const roster = this.#roster;
    const isBusy = (cell: CellId): boolean => this.#isBusyWith(cell);
    this.#joiner = new Joiner({ env, board, roster, signaling, rendezvousIds, changed, isBusy });
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
    this.#noteLinks();
  }

  /** Joins; settles by the join deadline at the latest. */
  async join(): Promise<Result<void, FabricFailure>> {
    let late: Timer | undefined;
    const tooLate = new Promise<Result<void, FabricFailure>>((resolve) => {
      const message = `joining took longer than ${LINK_LIMITS.joinDeadlineMs} ms`;
      late = this.#deps.env.timers.after(LINK_LIMITS.joinDeadlineMs, () =>
        // Once the service has answered, it is the others that cannot be reached.
        resolve(
          err(failure(this.#page.signaling === 'connected' ? 'peers_unreachable' : 'signaling_unreachable', message)),
        ),
      );
    });
    const joined = await Promise.race([this.#joiner.join(), tooLate]);
    late?.cancel();
    if (this.#phase === 'left') return joined;
    if (joined.ok) this.setPage({ signaling: 'connected' });
    else this.#failure = joined.error;
    this.#phase = joined.ok ? 'ready' : 'failed';
    this.#note(
      joined.ok ? 'info' : 'error',
      joined.ok ? 'fabric.joined' : 'fabric.failed',
      joinText(joined, this.#board.peers().length),
    );
    if (!joined.ok) this.#close();
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

  freeLease(leaseId: LeaseId): Promise<void> {
    return this.leases.free(leaseId);
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
    if (change.isFrozen !== undefined && this.#phase === 'ready') this.#roster.announceNow();
    this.#changed();
  }

  /** Says goodbye and closes every link. */
  leave(): void {
    if (this.#phase === 'left') return;
    this.#phase = 'left';
    this.#close();
    this.#note('info', 'fabric.left', 'This cell left');
  }

  snapshot(): FabricSnapshot {
    const { env, invitation, pageUrl, signalingUrl } = this.#deps;
    const nowMs = env.clock.nowMs();
    const state = this.#cell.state();
    const others = this.#otherViews();
    const incoming = state.incoming.filter((run) => run.submitter !== this.self);
    const slot = this.#joiner.slot;
    return {
      phase: this.#phase,
      ...(this.#failure ? { failure: this.#failure } : {}),
      fabric: { id: this.#fabricId, name: invitation.name, joinUrl: formatFabricUrl(pageUrl, invitation) },
      self: this.self,
      cells: [
        selfView(this.self, this.#name, this.#page.isVisible, state),
        ...others.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
      ],
      runs: [...this.#runs.views(), ...incoming.map((run) => incomingView(run, this.self, nowMs)).reverse()],
      leases: leaseViews(state, this.self, nowMs),
      events: [...this.#events],
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
    return views.map((view) => ({
      ...view,
      cell: view.id,
      isAlive: view.isSelf || (view.state !== 'gone' && (this.#board.isLinked(view.id) || isLarge)),
      isSuspect: view.state === 'suspect',
    }));
  }

  #describe() {
    const { slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree } = this.#cell.capacity();
    const slot = this.#joiner.slot;
    const { peerName } = this.#deps.signaling;
    const capacity = { slotsTotal, slotsFree, memoryBytesTotal, memoryBytesFree };
    return {
      name: this.#name,
      ...capacity,
      isVisible: this.#page.isVisible,
      ...(this.#page.isFrozen ? { isFrozen: true } : {}),
      peerName,
      ...(slot === undefined ? {} : { slot }),
    };
  }

  #noteLinks(): void {
    this.#board.listen({
      joined: () => undefined,
      left: () => undefined,
      refused: (fault) => this.#note('warn', 'hello.refused', `${fault.message} (${fault.code})`),
    });
  }

  /** Whether leases or runs hang on the link to this cell. */
  #isBusyWith(cell: CellId): boolean {
    const { granted, held, incoming } = this.#cell.state();
    return (
      this.#runs.hasRunsAt(cell) ||
      held.some(({ lessor }) => lessor === cell) ||
      granted.some(({ holder, openers }) => holder === cell || [...openers].includes(cell)) ||
      incoming.some(({ submitter }) => submitter === cell)
    );
  }

  #nameOf(cell: CellId): string {
    if (cell === this.self) return this.#name;
    return this.#roster.members().find((member) => member.cell === cell)?.announcement?.name ?? cell.slice(0, 8);
  }

  #note(level: FabricEvent['level'], kind: string, text: string): void {
    this.#events.push({ wallMs: this.#deps.env.clock.wallMs(), level, kind, text });
    this.#events.splice(0, Math.max(0, this.#events.length - STORE_LIMITS.eventsKept));
    this.#changed();
  }

  #changed(): void {
    if (this.#phase === 'ready') this.#roster.announceSoon();
    const { timers, clock } = this.#deps.env;
    this.#publishTimer ??= timers.after(this.#publishEveryMs, () => {
      this.#publishTimer = undefined;
      const startedAtMs = clock.nowMs();
      this.#deps.publish(this.snapshot());
      // A long snapshot is taken less often, so that drawing never costs more than a tenth of the cell's time.
      const wantedMs = PUBLISH_SHARE * (clock.nowMs() - startedAtMs);
      this.#publishEveryMs = Math.min(Math.max(PUBLISH_EVERY_MS, wantedMs), PUBLISH_EVERY_MS_MAX);
    });
  }

  #close(): void {
    this.#joiner.close();
    this.#roster.close();
    this.#board.close();
    this.#cell.close();
  }
}

const NOT_JOINED = failure('runtime_not_ready', 'not joined');
