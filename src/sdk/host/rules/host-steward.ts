import { MemoryStore } from '../../../cell/index.ts';
import {
  err,
  failure,
  failureOf,
  LINK_LIMITS,
  ok,
  type CellId,
  type FabricFailure,
  type Result,
} from '../../../core/index.ts';
import type { LeasePolicy } from '../../../lease/index.ts';
import {
  codeOf,
  Doorkeeper,
  lendingDenial,
  lendingRules,
  Orders,
  PolicyBook,
  prove,
  Stewards,
  StewardSeal,
  warrantStatement,
  type PolicyTerms,
  type StewardKey,
} from '../../../steward/index.ts';
import type { Newcomer, Standing } from '../../../transport/index.ts';
import type { Announcement, StewardOrder } from '../../../wire/index.ts';
import type { FabricSnapshot, LobbyView, PolicyWish, StewardLease, StewardReply, StewardWish } from '../../index.ts';
import type { HostStewardDeps } from './deps.ts';
import { changedTerms, listedLease, policyView } from './policy-views.ts';

/** How long a cell that was just let in lets others wait, until it has heard the rules. */
const RULES_MS = 500;

type Reply = Promise<Result<StewardReply, FabricFailure>>;

/** A host under its fabric's rules: the policy that holds, the door, and what the steward does from here. */
export class HostSteward {
  /** What this cell's lessor keeps to. */
  readonly rules: LeasePolicy;
  readonly #deps: HostStewardDeps;
  readonly #seal: StewardSeal;
  readonly #stewards: Stewards;
  readonly #book: PolicyBook;
  readonly #door: Doorkeeper;
  readonly #orders: Orders;
  #warrant: Announcement['warrant'];
  #openedAtMs = 0;
  #lobby: { readonly sinceMs: number; isStewardHere: boolean } | undefined;

  constructor(deps: HostStewardDeps) {
    const { env, board, signer, fabricId, steward, changed, store = new MemoryStore(1) } = deps;
    this.#deps = deps;
    this.#seal = new StewardSeal(fabricId, steward, signer);
    const seal = this.#seal;
    this.#stewards = new Stewards(seal, () => board.regate());
    this.#book = new PolicyBook({ env, board, seal, store, changed: (terms) => this.#policyChanged(terms) });
    this.#door = new Doorkeeper({
      env,
      board,
      stewards: this.#stewards,
      terms: () => this.#book.terms,
      isSteward: () => this.isSteward,
      present: () => this.#present(),
      introduction: (version) => this.#introduction(version),
      told: (from, policy) => void this.#book.heard(from, policy),
      changed,
    });
    this.rules = lendingRules(
      board.self,
      () => this.#book.terms,
      (cell) => this.isMember(cell),
    );
    this.#orders = new Orders(board, seal, {
      leases: () =>
        deps
          .cell()
          .leases()
          .map((lease) => listedLease(lease, env.clock.nowMs())),
      revoke: (leaseId, graceMs) => deps.cell().revokeForSteward(leaseId, graceMs),
      unfence: (leaseId) => deps.cell().unfence(leaseId),
    });
    board.guard(this.#door);
    board.listen({
      joined: () => this.#letIn(),
      left: () => undefined,
      refused: () => undefined,
      waits: (_at, standing) => {
        if (standing.isMember) this.#toldToWait(standing);
      },
    });
  }

  /** Whether the link of this fabric names a steward. */
  get hasSteward(): boolean {
    return this.#seal.steward !== undefined;
  }

  /** Whether this profile has the steward's key. */
  get isSteward(): boolean {
    return this.#warrant !== undefined;
  }

  /** By what this cell is known as the steward's own. */
  get warrant(): { readonly warrant?: NonNullable<Announcement['warrant']> } {
    return this.#warrant === undefined ? {} : { warrant: this.#warrant };
  }

  /** Begins with the rules that this profile knows. */
  async open(): Promise<void> {
    const { key, board, env } = this.#deps;
    this.#openedAtMs = env.clock.nowMs();
    this.#door.isIn = false;
    if (key && this.#seal.isKey(key.publicKey)) {
      this.#warrant = await prove(key, warrantStatement(this.#seal.fabric, board.self));
    }
    await this.#book.load();
  }

  /** This cell is a member: others may come in by it. */
  isIn(): void {
    if (this.#lobby || this.#door.isIn) return;
    this.#door.isIn = true;
    this.#deps.board.regate();
  }

  /** Whether a cell may be here. */
  isMember(cell: CellId): boolean {
    return (cell === this.#deps.board.self && this.isSteward) || this.#door.isMember(cell);
  }

  /** Whether the rules let a cell lend what a run needs. */
  mayRun(cell: CellId): boolean {
    return ['cpu', 'mem'].every((kind) => lendingDenial(this.#book.terms, cell, kind) === undefined);
  }

  /** Why this cell may not be here, if it may not. */
  get ban(): FabricFailure | undefined {
    const { self } = this.#deps.board;
    if (this.isMember(self)) return undefined;
    const { evicted, reasons } = this.#book.terms;
    const reason = reasons[self] === undefined ? '' : `: ${reasons[self]}`;
    return evicted.includes(self)
      ? failure('evicted', `the steward of this fabric has sent this cell away${reason}`)
      : failure('not_admitted', 'this fabric has a lobby now, and this cell was not let in');
  }

  /** What the steward's cells say of themselves is looked at. */
  look(): void {
    if (this.hasSteward) this.#stewards.look(this.#deps.roster().present());
  }

  view(): Pick<FabricSnapshot, 'policy' | 'lobby' | 'steward'> {
    const { terms } = this.#book;
    if (!this.hasSteward) return {};
    return {
      ...(terms.version === 0 ? {} : { policy: policyView(terms) }),
      ...(this.#lobby ? { lobby: this.#lobbyView(this.#lobby) } : {}),
      steward: {
        isMine: this.isSteward,
        isHere: this.#door.isStewardHere(),
        waiting: this.isSteward ? this.#door.waiting() : [],
      },
    };
  }

  async act(wish: StewardWish): Reply {
    const { key, board } = this.#deps;
    if (!key || !this.isSteward) return err(failure('not_steward', 'the key of this fabric’s steward is not here'));
    switch (wish.what) {
      case 'refuse':
        this.#door.refuse(wish.cell);
        return this.#reply({});
      case 'list':
        return this.#reply(await this.#survey(key));
      case 'revoke': {
        const { leaseId, graceMs, lessor } = wish;
        return this.#order(key, lessor, { action: 'revoke', leaseId, graceMs });
      }
      case 'unfence':
        return this.#order(key, wish.lessor, { action: 'unfence', leaseId: wish.leaseId });
      case 'evict':
        if (wish.cell === board.self || this.#stewards.has(wish.cell)) {
          return err(failure('invalid_argument', 'the steward does not send its own cells away'));
        }
        return this.#sign(key, wish);
      case 'set':
      case 'admit':
      case 'readmit':
        return this.#sign(key, wish);
    }
  }

  close(): void {
    this.#door.close();
  }

  async #sign(key: StewardKey, wish: PolicyWish): Reply {
    const here = [this.#deps.board.self, ...this.#present()];
    const signed = await this.#book.sign(key, changedTerms(wish, here));
    if (signed.ok) return this.#reply({});
    const message = 'the policy would be out of bounds: too many cells, a wrong name, reason or number';
    return err(failure(signed.error === 'capacity_exceeded' ? 'invalid_argument' : signed.error, message));
  }

  async #order(key: StewardKey, lessor: CellId, order: StewardOrder): Reply {
    const answer = await this.#orders.ask(key, lessor, order);
    if (!answer.ok) return err(failureOf(answer.error));
    const { result } = answer.value;
    return this.#reply(result === 'listed' ? {} : { result });
  }

  /** Of every cell that answers. */
  async #survey(key: StewardKey): Promise<Pick<StewardReply, 'leases' | 'silent'>> {
    const lessors = [this.#deps.board.self, ...this.#present()];
    const silent: CellId[] = [];
    const answers = await Promise.all(
      lessors.map(async (lessor): Promise<readonly StewardLease[]> => {
        const answer = await this.#orders.ask(key, lessor, { action: 'list' });
        if (answer.ok) return answer.value.leases.map((lease) => ({ ...lease, lessor }));
        silent.push(lessor);
        return [];
      }),
    );
    return { leases: answers.flat(), silent };
  }

  #reply(rest: Partial<Omit<StewardReply, 'policy'>>): Result<StewardReply, never> {
    return ok({ policy: policyView(this.#book.terms), leases: [], ...rest });
  }

  #present(): readonly CellId[] {
    return this.#deps
      .roster()
      .present()
      .map(({ cell }) => cell);
  }

  #policyChanged({ version, hasLobby }: PolicyTerms): void {
    const { board, cell, roster, note, changed, over } = this.#deps;
    const isMember = (each: CellId): boolean => this.isMember(each);
    note('info', 'policy.changed', `Policy ${version} of the steward holds${hasLobby ? ', with a lobby' : ''}`);
    const { ban } = this;
    if (ban && !this.#lobby && board.peers().length > 0) return over(ban);
    // Whoever was waiting by another policy need not any more.
    if (this.#lobby && version > 0 && this.isMember(board.self)) this.#letIn();
    cell().expel((each) => each === board.self || isMember(each));
    roster().expel(isMember);
    this.isIn();
    board.regate();
    changed();
  }

  /**
   * A member lets this cell wait. Whoever knows better does not, nor who has been among others for a while; but newcomers
   * that come at once may have met each other before a member.
   */
  #toldToWait({ isStewardHere, policy }: Standing): void {
    const { env, board, note, waits, changed } = this.#deps;
    const { version } = this.#book.terms;
    const knowsBetter = version > 0 && version >= policy && this.isMember(board.self);
    const isSettled = board.peers().length > 0 && env.clock.nowMs() > this.#openedAtMs + LINK_LIMITS.joinDeadlineMs;
    if (!this.hasSteward || knowsBetter || isSettled) return;
    if (this.#lobby) this.#lobby.isStewardHere = isStewardHere;
    else {
      this.#lobby = { sinceMs: env.clock.nowMs(), isStewardHere };
      this.#door.isIn = false;
      this.#door.isInLobby = true;
      note('info', 'lobby.waiting', 'Waiting for the steward to let this cell in');
      waits(true);
      board.regate();
    }
    changed();
  }

  #letIn(): void {
    if (this.#lobby) {
      this.#lobby = undefined;
      this.#door.isInLobby = false;
      this.#deps.waits(false);
    }
    // What the rules are is on its way by the same link.
    if (!this.#door.isIn) this.#deps.env.timers.after(RULES_MS, () => this.isIn());
  }

  #introduction(version: number): Newcomer {
    const policy = this.#book.newerThan(version);
    return { name: this.#deps.name(), ...this.warrant, ...(policy ? { policy } : {}) };
  }

  #lobbyView({ sinceMs, isStewardHere }: { readonly sinceMs: number; readonly isStewardHere: boolean }): LobbyView {
    const { env, board, session } = this.#deps;
    return { code: codeOf(board.self, session), isStewardHere, waitedMs: env.clock.nowMs() - sinceMs };
  }
}
