import {
  err,
  failure,
  freshId,
  isRunId,
  LINK_LIMITS,
  ok,
  type FabricFailure,
  type Random,
  type Result,
  type RunId,
} from '../../../../core/index.ts';
import { knockOrder, type Meeting } from '../../../../membership/index.ts';
import { EarlyDial, type Offers } from '../offers/index.ts';
import { claimEach, TOO_MANY_DIALS, TOO_MANY_NAMES, type SignalingDoor } from '../signaling-door.ts';
import type { SignalingAddress } from '../signaling-url.ts';
import { NameSocket, type Opened } from './name-socket.ts';
import type { FromServer } from './words.ts';

export interface PeerDoorDeps {
  readonly address: SignalingAddress;
  readonly offers: Offers;
  readonly random: Random;
  readonly stateChanged: (state: 'connected' | 'lost') => void;
}

type Claim = Result<'claimed' | 'taken', FabricFailure>;
type Met = Result<Meeting, FabricFailure>;

/** Who keeps a name but leaves the offer to another keeper is dialled when that one is silent for so long. */
const SECOND_KEEPER_MS = 30;
/** After a name is had, what was said to it before has come within this. */
const QUEUE_MS = 200;

/**
 * Names at a PeerServer, one socket each, and the texts of dials between them.
 * A newcomer's offer goes out with its question who is there, so that the first answer is an answer to both.
 */
export class PeerDoor implements SignalingDoor {
  readonly #deps: PeerDoorDeps;
  readonly #name: string;
  readonly #kept = new Map<string, NameSocket>();
  /** Dials waiting for the service to say whether there is anybody under that name. */
  readonly #unavailable = new Map<string, Set<() => void>>();
  #rendezvousIds: readonly string[] = [];
  /** Meeting points that other members keep, as far as this tab knows. */
  #keptElsewhere: readonly string[] = [];
  #early: EarlyDial | undefined;
  /** Names that this tab claims only to see whether somebody has them. */
  #probed: readonly string[] = [];
  /** When it was known whom to meet, on this page's clock. */
  #metAtMs = Infinity;
  #sighted: (rendezvousId: string) => void = () => undefined;
  #claiming = 0;
  #dialling = 0;
  readonly #own: NameSocket;
  #isClosed = false;

  constructor(name: string, deps: PeerDoorDeps) {
    this.#name = name;
    this.#deps = deps;
    // The answer takes longer than anything else that the page does meanwhile.
    this.#own = this.#socket(name, deps.stateChanged);
  }

  /** Makes this cell reachable under its own name. */
  async open(): Promise<Result<void, FabricFailure>> {
    const { offers, random } = this.#deps;
    this.#early = new EarlyDial(offers, random);
    const opened = await this.#own.opened;
    return opened === 'open' ? ok(undefined) : err(this.#unreachable(opened));
  }

  /**
   * Asks for a keeper over its own socket, and claims the first name meanwhile, since a browser opens sockets to one server
   * one after another: it is the first to come when it gets that one and nobody has the others.
   */
  async meet(rendezvousIds: readonly string[]): Promise<Met> {
    const [first = '', ...others] = rendezvousIds;
    const found = new AbortController();
    const claimed = this.claim(first, found.signal);
    const sighted = this.#seek(rendezvousIds, found.signal);
    const met = await Promise.race([sighted, this.#claimed(claimed, first, others)]);
    found.abort();
    this.#metAtMs = performance.now();
    this.#sighted = () => undefined;
    if (!met.ok || met.value.taken.length === 0) this.#dropEarly();
    if (!met.ok) return met;
    this.#keptElsewhere = met.value.taken;
    return this.#kept.has(first) ? ok({ ...met.value, claimed: first }) : met;
  }

  /** Settles when a keeper shows itself, or when this tab cannot ask. */
  async #seek(rendezvousIds: readonly string[], isFound: AbortSignal): Promise<Met> {
    const [own, early] = [this.#own, this.#early];
    this.#rendezvousIds = rendezvousIds;
    const opened = await own.opened;
    if (opened !== 'open') return err(this.#unreachable(opened));
    const text = await early?.offer;
    if (text === undefined) this.#dropEarly();
    const offer = early && text !== undefined ? { offer: { dial: early.dial, text } } : {};
    return new Promise((resolve) => {
      if (isFound.aborted) return;
      this.#sighted = (kept) => resolve(ok({ taken: [kept], isWhole: false }));
      for (const rendezvousId of rendezvousIds) own.say(rendezvousId, { what: 'sought', ...offer });
    });
  }

  /** What the first name tells of who is there, and the others when that one was free. */
  async #claimed(claiming: Promise<Claim>, first: string, others: readonly string[]): Promise<Met> {
    const claim = await claiming;
    if (!claim.ok) return claim;
    if (claim.value === 'taken') return ok({ taken: [first], isWhole: false });
    this.#probed = others;
    const rest = await claimEach(this, others);
    if (rest.ok && rest.value.claimed !== undefined) this.release(rest.value.claimed);
    this.#probed = [];
    return rest.ok ? ok({ taken: rest.value.taken, isWhole: true }) : rest;
  }

  /** Takes a rendezvous name, unless another cell has it. */
  async claim(rendezvousId: string, abandon?: AbortSignal): Promise<Claim> {
    if (this.#kept.has(rendezvousId)) return ok('claimed');
    // This cell's own name is one of them.
    if (this.#kept.size + this.#claiming + 1 >= LINK_LIMITS.namesMax) return err(TOO_MANY_NAMES);
    this.#claiming++;
    const socket = this.#socket(rendezvousId);
    abandon?.addEventListener('abort', () => this.#kept.get(rendezvousId) !== socket && socket.close(), { once: true });
    const opened = await socket.opened;
    this.#claiming--;
    if (opened === 'open' && abandon?.aborted !== true) {
      this.#kept.set(rendezvousId, socket);
      return ok('claimed');
    }
    socket.close();
    return opened === 'taken' ? ok('taken') : err(this.#unreachable(opened));
  }

  /** Gives a name back. Links that came about under it stay. */
  release(rendezvousId: string): void {
    const socket = this.#kept.get(rendezvousId);
    this.#kept.delete(rendezvousId);
    socket?.close();
  }

  keptElsewhere(rendezvousIds: readonly string[]): void {
    this.#keptElsewhere = rendezvousIds;
  }

  /** Opens a link to whoever has this name; settles when it is connected, refused, or given up. */
  dial(name: string): Promise<Result<void, FabricFailure>> {
    const own = this.#own;
    if (!own.isOpen) {
      return Promise.resolve(err(this.#unreachable({ message: 'this tab is not connected to it' })));
    }
    if (this.#dialling >= LINK_LIMITS.dialsMax) return Promise.resolve(err(TOO_MANY_DIALS));
    const abandon = new AbortController();
    let why = 'the network let no direct connection through';
    const give = (reason: string) => (): void => {
      why = reason;
      abandon.abort();
    };
    const unavailable = give('nobody is under that name any more');
    const waiting = this.#unavailable.get(name) ?? new Set();
    this.#unavailable.set(name, waiting.add(unavailable));
    const deadline = setTimeout(give('the other tab did not answer'), LINK_LIMITS.dialDeadlineMs);
    this.#dialling++;
    return this.#dialled(own, name, abandon.signal)
      .then((isDialled) => (isDialled.ok ? isDialled : err(failure('peers_unreachable', why))))
      .finally(() => {
        this.#dialling--;
        clearTimeout(deadline);
        waiting.delete(unavailable);
        if (waiting.size === 0) this.#unavailable.delete(name);
      });
  }

  /** By the dial that was begun early, if that name's keeper has its offer. */
  #dialled(own: NameSocket, name: string, abandon: AbortSignal): Promise<Result<void, FabricFailure>> {
    const early = this.#early;
    const isForIt = early && (early.answerer ?? name) === name && this.#rendezvousIds.includes(name);
    if (!early || !isForIt) {
      this.#dropEarly();
      const dial = freshId(this.#deps.random, isRunId);
      return this.#deps.offers.dial(dial, (text) => own.say(name, { what: 'dial', dial, text }), abandon);
    }
    this.#early = undefined;
    this.#answered(early, own, name, false);
    abandon.addEventListener('abort', () => early.drop(), { once: true });
    return early.ended;
  }

  say(name: string, dial: RunId, text: string): void {
    this.#own.say(name, { what: 'dial', dial, text });
  }

  /** Who was cut off does not wait for the next try. */
  networkChanged(): void {
    for (const socket of [this.#own, ...this.#kept.values()]) socket.tryNow();
  }

  /** The dial that was begun early, for whoever finds somebody to answer it without the service. */
  takeEarly(): EarlyDial | undefined {
    const early = this.#early;
    this.#early = undefined;
    return early;
  }

  close(): void {
    this.#isClosed = true;
    this.#own.close();
    for (const socket of this.#kept.values()) socket.close();
    this.#kept.clear();
  }

  #socket(name: string, stateChanged?: PeerDoorDeps['stateChanged']): NameSocket {
    const { address, random } = this.#deps;
    const socket: NameSocket = new NameSocket(address, name, random, {
      heard: (message) => this.#heard(socket, name, message),
      ...(stateChanged ? { stateChanged: (state) => !this.#isClosed && stateChanged(state), isWantedStill: true } : {}),
    });
    return socket;
  }

  #heard(at: NameSocket, name: string, message: Extract<FromServer, { src: string }>): void {
    const { src } = message;
    if (src === this.#name) return;
    if (message.type === 'EXPIRE') return this.#unavailable.get(src)?.forEach((tell) => tell());
    const { payload } = message;
    if (payload.what === 'sought') return this.#sought(at, name, src, payload.offer);
    if (payload.what === 'kept') return this.#keeperFound(at, src, payload.dial);
    const { dial, text } = payload;
    if (this.#early?.dial === dial) this.#keeperFound(at, src, dial);
    this.#received(at, src, dial, text);
  }

  #received(at: NameSocket, src: string, dial: string, text: string): void {
    void this.#deps.offers.received(dial, text, (answer) => at.say(src, { what: 'dial', dial, text: answer }));
  }

  /** Of several keepers the one answers the offer at which that newcomer knocks first; the others only say that they are there. */
  #sought(
    at: NameSocket,
    name: string,
    newcomer: string,
    offer?: { readonly dial: string; readonly text: string },
  ): void {
    if (this.#kept.get(name) !== at || this.#probed.includes(name)) return;
    const kept = this.#rendezvousIds.filter((each) => this.#kept.has(each) || this.#keptElsewhere.includes(each));
    const answered = knockOrder(newcomer, kept)[0] === name && !this.#isOld(at) ? offer : undefined;
    at.say(newcomer, { what: 'kept', ...(answered ? { dial: answered.dial } : {}) });
    if (answered) this.#received(at, newcomer, answered.dial, answered.text);
  }

  /** Questions wait some seconds at the service: a name that was empty brings those of whoever came in without it. */
  #isOld(at: NameSocket): boolean {
    return at.openedAtMs > this.#metAtMs && performance.now() - at.openedAtMs < QUEUE_MS;
  }

  #keeperFound(at: NameSocket, keeper: string, dial: string | undefined): void {
    if (at !== this.#own || !this.#rendezvousIds.includes(keeper)) return;
    const early = this.#early;
    if (!early || early.dial !== dial) return void setTimeout(() => this.#sighted(keeper), SECOND_KEEPER_MS);
    this.#answered(early, at, keeper, true);
    this.#sighted(keeper);
  }

  #answered(early: EarlyDial, own: NameSocket, keeper: string, hasOffer: boolean): void {
    const { dial } = early;
    early.answeredBy(keeper, (text) => own.say(keeper, { what: 'dial', dial, text }), hasOffer);
  }

  #dropEarly(): void {
    this.#early?.drop();
    this.#early = undefined;
  }

  #unreachable(opened: Opened): FabricFailure {
    const reason = typeof opened === 'object' ? opened.message : 'the name of this tab is taken';
    return failure('signaling_unreachable', `the signaling service at ${this.#deps.address.url}: ${reason}`);
  }
}
