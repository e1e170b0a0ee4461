import {
  assert,
  equalBytes,
  err,
  failure,
  isRunId,
  LINK_LIMITS,
  ok,
  sha256,
  toHex,
  type Bytes,
  type Env,
  type FabricFailure,
  type FabricId,
  type Result,
  type RunId,
} from '../../../../core/index.ts';
import {
  describeSdp,
  formatHandCode,
  HAND_DIAL_BYTES,
  readHandCode,
  sdpOf,
  type HandCode,
} from '../../../../membership/by-hand/index.ts';
import type { HandAnswerParts, HandInvitationParts, HandPort } from '../../../../sdk/index.ts';
import type { LinkBirths } from '../link-births.ts';

export interface HandLinksDeps {
  readonly births: LinkBirths;
  readonly iceServers: readonly RTCIceServer[];
  readonly fabric: FabricId;
  readonly env: Env;
}

interface Pending {
  readonly peerConnection: RTCPeerConnection;
  readonly connected: Promise<boolean>;
  /** What this end sent, to know it again. */
  readonly code: HandCode;
  readonly text: string;
  /** Its answer is in: taking it up takes the browser a moment. */
  isAnswered?: boolean;
}

const RUN_ID_LENGTH = 32;
/** The answerer has nobody to talk to until its answer is pasted, so it waits through ICE's failures. */
const PATIENCE_MS = LINK_LIMITS.handCodeMs + LINK_LIMITS.handConnectMs;

/** Links by texts that people carry: an offer one way, an answer back. Whoever carries them is trusted with nothing. */
export class HandLinks implements HandPort {
  readonly #deps: HandLinksDeps;
  readonly #invited = new Map<string, Pending>();
  readonly #answered = new Map<string, Pending>();

  constructor(deps: HandLinksDeps) {
    this.#deps = deps;
  }

  /** Makes an offer. Refuses with `capacity_exceeded` while too many are open. */
  async invite(): Promise<Result<HandInvitationParts, FabricFailure>> {
    const { env } = this.#deps;
    const begun = await this.#begin('offer', env.random.bytes(HAND_DIAL_BYTES));
    if (!begun.ok) return begun;
    const pending = begun.value;
    this.#keep(this.#invited, pending);
    return ok({
      code: pending.text,
      expiresAtWallMs: pending.code.expiresAtWallMs,
      accept: (answer) => this.#accept(pending, answer),
      cancel: () => this.#forget(this.#invited, pending),
    });
  }

  /** Answers somebody's offer; one answered before gets the same answer again. */
  async answer(text: string): Promise<Result<HandAnswerParts, FabricFailure>> {
    const read = this.#read(text);
    if (!read.ok) return read;
    const offer = read.value;
    const key = toHex(offer.dial);
    if (this.#invited.has(key)) return misplaced('This is your own invitation. Send it to the other person.');
    if (offer.kind === 'answer') {
      return misplaced(
        this.#answered.has(key)
          ? 'This is the answer you gave. Send it to the person who invited you.'
          : 'This is an answer, not an invitation. It belongs where its invitation was made.',
      );
    }
    const known = this.#answered.get(key);
    const begun = known ? ok(known) : await this.#begin('answer', offer.dial, offer);
    if (!begun.ok) return begun;
    const pending = begun.value;
    if (!known) this.#keep(this.#answered, pending);
    const { code, connected } = pending;
    const linked = connected.then((isLinked) => (isLinked ? ok(undefined) : err(NOT_LINKED)));
    return ok({ code: pending.text, expiresAtWallMs: code.expiresAtWallMs, linked });
  }

  close(): void {
    for (const pending of this.#invited.values()) this.#forget(this.#invited, pending);
    for (const pending of this.#answered.values()) this.#forget(this.#answered, pending);
  }

  async #accept(pending: Pending, text: string): Promise<Result<void, FabricFailure>> {
    const read = this.#read(text);
    if (!read.ok) return read;
    const answer = read.value;
    const { peerConnection, code } = pending;
    const isOurs = equalBytes(answer.dial, code.dial);
    if (answer.kind === 'offer') {
      return misplaced(
        isOurs
          ? 'This is the invitation itself. Paste what the other person sent back.'
          : 'This is an invitation, not an answer to yours.',
      );
    }
    if (!isOurs) return misplaced('This answers another invitation than the one shown here.');
    if (peerConnection.signalingState === 'closed') return err(RUN_OUT);
    const isTaken = pending.isAnswered === true || peerConnection.signalingState !== 'have-local-offer';
    if (isTaken) return misplaced('This answer was taken already.');
    pending.isAnswered = true;
    try {
      await peerConnection.setRemoteDescription({ type: 'answer', sdp: sdpOf(answer.description, 'answer') });
    } catch {
      pending.isAnswered = false;
      return err(failure('code_damaged', 'This browser cannot use that answer.'));
    }
    const late = setTimeout(() => this.#forget(this.#invited, pending), LINK_LIMITS.handConnectMs);
    const isLinked = await pending.connected;
    clearTimeout(late);
    this.#invited.delete(toHex(code.dial));
    return isLinked ? ok(undefined) : err(NOT_LINKED);
  }

  #read(text: string): Result<HandCode, FabricFailure> {
    const { fabric, env } = this.#deps;
    return readHandCode(text, fabric, env.clock.wallMs());
  }

  async #begin(kind: HandCode['kind'], dial: Bytes, offer?: HandCode): Promise<Result<Pending, FabricFailure>> {
    const { births, iceServers, fabric, env } = this.#deps;
    if (this.#invited.size + this.#answered.size >= LINK_LIMITS.handPendingMax) return err(TOO_MANY);
    const peerConnection = connectionWith(iceServers);
    if (!peerConnection) return err(failure('peers_unreachable', 'no peer connection could be made'));
    // Our channels are made and handed over in the task that makes the connection.
    const connected = births.born(peerConnection, kind === 'offer' ? 'dialer' : 'answerer', {
      dial: dialIdOf(dial),
      patienceMs: PATIENCE_MS,
    });
    try {
      if (offer) await peerConnection.setRemoteDescription({ type: 'offer', sdp: sdpOf(offer.description, 'offer') });
      await peerConnection.setLocalDescription();
      await gathered(peerConnection);
    } catch {
      births.drop(peerConnection);
      return err(failure('code_damaged', 'This browser cannot use that invitation.'));
    }
    const description = describeSdp(peerConnection.localDescription?.sdp ?? '');
    if (!description || description.candidates.length === 0) {
      births.drop(peerConnection);
      return err(failure('peers_unreachable', 'this browser found no address under which it could be reached'));
    }
    const expiresAtWallMs = offer?.expiresAtWallMs ?? env.clock.wallMs() + LINK_LIMITS.handCodeMs;
    const code: HandCode = { kind, dial, expiresAtWallMs, description };
    return ok({ peerConnection, connected, code, text: formatHandCode(code, fabric) });
  }

  /** Until it is linked or has run out. */
  #keep(map: Map<string, Pending>, pending: Pending): void {
    const key = toHex(pending.code.dial);
    map.set(key, pending);
    void pending.connected.then(() => map.delete(key));
    setTimeout(() => {
      const isOver = pending.peerConnection.signalingState === 'have-local-offer' || map === this.#answered;
      if (isOver) this.#forget(map, pending);
    }, pending.code.expiresAtWallMs - this.#deps.env.clock.wallMs());
  }

  #forget(map: Map<string, Pending>, pending: Pending): void {
    const isKnown = map.delete(toHex(pending.code.dial));
    if (isKnown && pending.peerConnection.connectionState !== 'connected') {
      this.#deps.births.drop(pending.peerConnection);
    }
  }
}

function connectionWith(iceServers: readonly RTCIceServer[]): RTCPeerConnection | undefined {
  try {
    return new RTCPeerConnection({ iceServers: [...iceServers] });
  } catch {
    // The browser's limit of peer connections is reached.
    return undefined;
  }
}

/** When all addresses are known, or enough time was spent on finding them: a code cannot be added to later. */
function gathered(peerConnection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, LINK_LIMITS.handGatherMs);
    const look = (): void => {
      if (peerConnection.iceGatheringState !== 'complete') return;
      clearTimeout(late);
      resolve();
    };
    peerConnection.addEventListener('icegatheringstatechange', look);
    look();
  });
}

/** A dial by hand, named as others are. */
function dialIdOf(dial: Bytes): RunId {
  const id = toHex(sha256(dial)).slice(0, RUN_ID_LENGTH);
  assert(isRunId(id), 'a dial is named by 32 hex characters');
  return id;
}

function misplaced(message: string): Result<never, FabricFailure> {
  return err(failure('code_misplaced', message));
}

const NOT_LINKED = failure('peers_unreachable', 'the two tabs found no way to each other with these codes');
const RUN_OUT = failure('code_expired', 'This invitation has run out or was taken back.');
const TOO_MANY = failure(
  'capacity_exceeded',
  `${LINK_LIMITS.handPendingMax} codes of this tab are waiting already; use one of them or close it`,
);
