import { LINK_LIMITS, ok, type Bytes, type ContentHash, type FabricId, type Signer } from '../../core/index.ts';
import { deriveFabricSecrets, type FabricInvitation } from '../../sdk/index.ts';
import { Switchboard } from '../../transport/index.ts';
import type { SignedPolicy } from '../../steward/index.ts';
import { EVENT, REQUEST, STEWARD } from '../../wire/index.ts';
import type { SimEndpoint, SimNetwork } from '../network/index.ts';
import type { SimKeyring } from '../ports/index.ts';
import type { Prng } from '../prng.ts';
import type { SimTab } from '../tab.ts';
import { Later, SimClock, SimTimers, type EventQueue, type TimerHost } from '../time/index.ts';

export interface RogueWorld {
  readonly queue: EventQueue;
  readonly network: SimNetwork;
  readonly keyring: SimKeyring;
  readonly invitation: FabricInvitation;
  readonly prng: Prng;
  tabs(): readonly SimTab[];
}

const POLICIES_KEPT = 4;

/**
 * A member that speaks the protocol by hand, so that it can do what no cell of ours would. It says nothing of itself and
 * lends nothing, so nobody counts on it; it answers pings and delivers the modules of its runs.
 */
export class Rogue implements TimerHost {
  readonly name = 'rogue';
  readonly state = 'running';
  readonly isHidden = false;
  readonly board: Switchboard;
  /** Modules of its runs, for cells to fetch. */
  readonly contents = new Map<ContentHash, Bytes>();
  /** Policies it was told of, as they were signed: the newest few. */
  readonly policies: SignedPolicy[] = [];
  readonly signer: Signer;
  readonly fabricId: FabricId;
  readonly #world: RogueWorld;
  readonly #endpoint: SimEndpoint;
  readonly #timers: SimTimers;
  #isGone = false;

  constructor(world: RogueWorld) {
    const { queue, network, keyring, invitation, prng } = world;
    const clock = new SimClock(queue, 5_000, 1);
    const key = keyring.create(prng.split('key'));
    this.#world = world;
    this.#endpoint = network.endpoint(this);
    this.#timers = new SimTimers(queue, clock, prng.split('timers'), this);
    const env = { clock, timers: this.#timers, random: prng.split('random'), log: { write: () => undefined } };
    this.signer = keyring.signer(key, new Later(queue, this, prng.split('ports')));
    const { fabricId, helloKey } = deriveFabricSecrets(invitation);
    this.fabricId = fabricId;
    this.board = new Switchboard(env, this.#endpoint, { helloKey, signer: this.signer, session: prng.bytes(8) });
    this.#answerLikeACell();
    this.#beat();
  }

  hold(): void {
    // It is never frozen.
  }

  /** Some open tab it is linked to, if there is one; else it dials one. */
  victim(): SimTab | undefined {
    const tabs = this.#world.tabs();
    const tab = this.#world.prng.pick(tabs);
    if (!tab || this.board.isLinked(tab.host.self)) return tab;
    this.#endpoint.dial(tab.endpoint);
    return undefined;
  }

  /** Says goodbye: what it took is given back. */
  leave(): void {
    this.#isGone = true;
    this.board.close();
  }

  #beat(): void {
    if (this.#isGone) return;
    this.board.tick();
    for (const cell of this.board.peers()) void this.board.call(cell, REQUEST.cellPing, {});
    this.#timers.after(LINK_LIMITS.heartbeatMs, () => this.#beat());
  }

  /** An unheard message counts as malformed and would end the session. */
  #answerLikeACell(): void {
    const { handlers } = this.board;
    const ignore = (): void => undefined;
    handlers.onEvent(EVENT.cellAnnounced, ignore);
    handlers.onEvent(EVENT.cellGossiped, ignore);
    handlers.onEvent(EVENT.cellBeat, ignore);
    handlers.onEvent(EVENT.cellDigested, ignore);
    handlers.onEvent(EVENT.cellCompared, ignore);
    handlers.onEvent(EVENT.cellIntroduced, ignore);
    handlers.onEvent(EVENT.leaseEnded, ignore);
    handlers.onEvent(EVENT.leaseWarned, ignore);
    handlers.onEvent(EVENT.leaseRenewed, ignore);
    handlers.onEvent(EVENT.runProgressed, ignore);
    handlers.onEvent(EVENT.runFinished, ignore);
    handlers.onEvent(STEWARD.lobbyTold, ignore);
    handlers.onEvent(STEWARD.lobbyRefused, ignore);
    handlers.onEvent(STEWARD.policyTold, (_from, { terms, publicKey, signature }) => {
      this.policies.push({ terms: terms.slice(), publicKey: publicKey.slice(), signature: signature.slice() });
      this.policies.splice(0, this.policies.length - POLICIES_KEPT);
    });
    handlers.onRequest(REQUEST.cellPing, () => ok({}));
    handlers.onRequest(REQUEST.cellPart, () => ok({}));
    handlers.onRequest(REQUEST.contentGet, (_from, { hash }) => {
      const bytes = this.contents.get(hash);
      return bytes ? ok(bytes) : { ok: false, error: { code: 'not_found', message: 'not here' } };
    });
  }
}
