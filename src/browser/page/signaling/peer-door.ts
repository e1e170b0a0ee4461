import { Peer } from 'peerjs';
import * as v from 'valibot';
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
} from '../../../core/index.ts';
import type { Meeting } from '../../../membership/index.ts';
import { claimEach, TOO_MANY_DIALS, TOO_MANY_NAMES, type SignalingDoor } from './signaling-door.ts';
import type { Offers } from './offers.ts';
import type { SignalingAddress } from './signaling-url.ts';

type SignalingState = 'connecting' | 'connected' | 'lost';

export interface PeerDoorDeps {
  readonly address: SignalingAddress;
  readonly offers: Offers;
  readonly random: Random;
  readonly stateChanged: (state: SignalingState) => void;
}

/**
 * What two tabs say by way of the service, in the one kind of message that every PeerServer passes on whatever is in it: a
 * newcomer asks whether somebody keeps a name, its keeper says so, and both exchange the texts of a dial.
 */
const said = v.strictObject({
  type: v.literal('CANDIDATE'),
  src: v.string(),
  dst: v.string(),
  payload: v.variant('what', [
    v.strictObject({ what: v.literal('sought') }),
    v.strictObject({ what: v.literal('kept') }),
    v.strictObject({ what: v.literal('dial'), dial: v.string(), text: v.string() }),
  ]),
});
type Payload = v.InferOutput<typeof said>['payload'];
/** How long an answer is waited for before names are claimed. Browsers open the next socket no sooner anyway. */
const SIGHTING_MS = 15;
const SEEKERS_MAX = 64;

const RECONNECT_MS = 2_000;
const RECONNECT_MS_MAX = 30_000;

/**
 * Names at a PeerServer by PeerJS, and the texts of dials between them; no connection of its own.
 * One `Peer` under this cell's own name, and one for each rendezvous name it keeps.
 */
export class PeerDoor implements SignalingDoor {
  readonly #deps: PeerDoorDeps;
  readonly #name: string;
  readonly #kept = new Map<string, Peer>();
  /** Dials waiting for the service to say whether there is anybody under that name. */
  readonly #unavailable = new Map<string, Set<() => void>>();
  /** Who asks for a name that this tab may give back in a moment. */
  #seekers: { readonly name: string; readonly src: string }[] = [];
  #isMeeting = false;
  #sighted: (rendezvousId: string) => void = () => undefined;
  #claiming = 0;
  #dialling = 0;
  #own: Peer | undefined;
  #isClosed = false;

  constructor(name: string, deps: PeerDoorDeps) {
    this.#name = name;
    this.#deps = deps;
  }

  /** Makes this cell reachable under its own name. */
  async open(): Promise<Result<void, FabricFailure>> {
    const peer = this.#peer(this.#name);
    this.#own = peer;
    peer.on('error', (error) => {
      const name = /Could not connect to peer (\S+)/.exec(error.message)?.[1];
      if (error.type === 'peer-unavailable' && name !== undefined)
        for (const tell of this.#unavailable.get(name) ?? []) tell();
    });
    peer.on('open', () => this.#deps.stateChanged('connected'));
    peer.on('disconnected', () => !this.#isClosed && this.#deps.stateChanged('lost'));
    const opened = await whenOpen(peer);
    return opened === 'open' ? ok(undefined) : err(this.#unreachable(opened.message));
  }

  /**
   * Asks for a keeper over the socket that is open already, for browsers open sockets to one server one after another; claims
   * the names when none answers at once, and stops that when one answers late.
   */
  async meet(rendezvousIds: readonly string[]): Promise<Result<Meeting, FabricFailure>> {
    const own = this.#own;
    if (!own) return err(this.#unreachable('this tab is not connected to it'));
    const opened = own.open ? 'open' : await whenOpen(own);
    if (opened !== 'open') return err(this.#unreachable(opened.message));
    this.#isMeeting = true;
    const sighted = new Promise<Result<Meeting, FabricFailure>>((resolve) => {
      this.#sighted = (kept) => {
        if (rendezvousIds.includes(kept)) resolve(ok({ taken: [kept], isWhole: false }));
      };
    });
    for (const rendezvousId of rendezvousIds) say(own, rendezvousId, { what: 'sought' });
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, SIGHTING_MS, 'late'));
    const first = await Promise.race([sighted, late]);
    const met = first === 'late' ? await this.#claimUnless(sighted, rendezvousIds) : first;
    this.#isMeeting = false;
    this.#sighted = () => undefined;
    for (const { name, src } of this.#seekers.splice(0)) this.#answer(name, src);
    return met;
  }

  async #claimUnless(
    sighted: Promise<Result<Meeting, FabricFailure>>,
    rendezvousIds: readonly string[],
  ): Promise<Result<Meeting, FabricFailure>> {
    const found = new AbortController();
    const door = {
      claim: (rendezvousId: string) => this.claim(rendezvousId, found.signal),
      release: (rendezvousId: string) => this.release(rendezvousId),
    };
    const met = await Promise.race([sighted, claimEach(door, rendezvousIds)]);
    if (met.ok && !met.value.isWhole) {
      found.abort();
      for (const rendezvousId of rendezvousIds) this.release(rendezvousId);
    }
    return met;
  }

  /** Takes a rendezvous name, unless another cell has it. */
  async claim(rendezvousId: string, abandon?: AbortSignal): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    if (this.#kept.has(rendezvousId)) return ok('claimed');
    // This cell's own name is one of them.
    if (this.#kept.size + this.#claiming + 1 >= LINK_LIMITS.namesMax) return err(TOO_MANY_NAMES);
    this.#claiming++;
    const peer = this.#peer(rendezvousId);
    const opened = await Promise.race([whenOpen(peer), whenAborted(abandon)]);
    this.#claiming--;
    if (opened === 'abandoned') {
      peer.destroy();
      return err(this.#unreachable('the name is not wanted any more'));
    }
    if (opened === 'open') {
      this.#kept.set(rendezvousId, peer);
      return ok('claimed');
    }
    peer.destroy();
    return opened.type === 'unavailable-id' ? ok('taken') : err(this.#unreachable(opened.message));
  }

  /** Gives a name back. Links that came about under it stay. */
  release(rendezvousId: string): void {
    const peer = this.#kept.get(rendezvousId);
    this.#kept.delete(rendezvousId);
    peer?.disconnect();
  }

  /** Opens a link to whoever has this name; settles when it is connected, refused, or given up. */
  dial(name: string): Promise<Result<void, FabricFailure>> {
    const own = this.#own;
    if (!own?.open) return Promise.resolve(err(this.#unreachable('this tab is not connected to it')));
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
    const dial = freshId(this.#deps.random, isRunId);
    this.#dialling++;
    const dialled = this.#deps.offers.dial(
      dial,
      (text) => say(own, name, { what: 'dial', dial, text }),
      abandon.signal,
    );
    return dialled
      .then((isDialled) => (isDialled.ok ? isDialled : err(failure('peers_unreachable', why))))
      .finally(() => {
        this.#dialling--;
        clearTimeout(deadline);
        waiting.delete(unavailable);
        if (waiting.size === 0) this.#unavailable.delete(name);
      });
  }

  say(name: string, dial: RunId, text: string): void {
    if (this.#own?.open === true) say(this.#own, name, { what: 'dial', dial, text });
  }

  /** Who was cut off does not wait for the next try. */
  networkChanged(): void {
    for (const peer of [this.#own, ...this.#kept.values()]) {
      if (peer?.disconnected === true && !peer.destroyed) peer.reconnect();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#own?.destroy();
    for (const peer of this.#kept.values()) peer.destroy();
    this.#kept.clear();
  }

  #peer(name: string): Peer {
    const { host, port, path, isSecure } = this.#deps.address;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- PeerJS documents a plain object
    const peer = new Peer(name, { host, port, path, secure: isSecure });
    peer.on('connection', (connection) => connection.close());
    peer.socket.on('message', (message: unknown) => this.#heard(peer, name, message));
    this.#reconnects(peer, name);
    return peer;
  }

  #heard(at: Peer, name: string, message: unknown): void {
    const read = v.safeParse(said, message);
    if (!read.success || read.output.src === this.#name) return;
    const { src, payload } = read.output;
    if (payload.what === 'kept') this.#sighted(src);
    else if (payload.what === 'dial') {
      const { dial, text } = payload;
      void this.#deps.offers.received(dial, text, (answer) => say(at, src, { what: 'dial', dial, text: answer }));
    } else if (!this.#isMeeting) this.#answer(name, src);
    else if (this.#seekers.length < SEEKERS_MAX) this.#seekers.push({ name, src });
  }

  #answer(name: string, seeker: string): void {
    const keeper = this.#kept.get(name);
    if (keeper) say(keeper, seeker, { what: 'kept' });
  }

  /** Links outlive the service; only newcomers need it. It is asked again, ever more slowly, for each name kept. */
  #reconnects(peer: Peer, name: string): void {
    let delayMs = RECONNECT_MS;
    peer.on('open', () => {
      delayMs = RECONNECT_MS;
    });
    peer.on('disconnected', () => {
      const isWanted = (): boolean => !this.#isClosed && (name === this.#name || this.#kept.get(name) === peer);
      setTimeout(() => {
        if (isWanted() && !peer.destroyed && peer.disconnected) peer.reconnect();
      }, delayMs);
      delayMs = Math.min(2 * delayMs, RECONNECT_MS_MAX);
    });
  }

  #unreachable(reason: string): FabricFailure {
    return failure('signaling_unreachable', `the signaling service at ${this.#deps.address.url}: ${reason}`);
  }
}

function say(from: Peer, to: string, payload: Payload): void {
  from.socket.send({ type: 'CANDIDATE', dst: to, payload });
}

function whenAborted(signal?: AbortSignal): Promise<'abandoned'> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve('abandoned'), { once: true }));
}

type PeerFault = Parameters<Parameters<typeof Peer.prototype.on<'error'>>[1]>[0];

/** Settles with the first of `open` and an error; what comes later does not change it. */
function whenOpen(peer: Peer): Promise<'open' | PeerFault> {
  return new Promise((resolve) => {
    peer.on('open', () => resolve('open'));
    peer.on('error', resolve);
  });
}
