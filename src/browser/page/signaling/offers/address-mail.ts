/** An ICE candidate as it is said to the other end. */
export interface Address {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** This machine's own addresses come within a moment of each other, those that a server tells follow by themselves. */
const NEXT_MS = 2;
const FIRST_MS_MAX = 15;
const GATHER_MS = 15;

/**
 * The addresses of one end of a dial, as they are found: those that are there when the description goes out go with it, and
 * others are said a few at a time, for in a burst of dials messages are what costs.
 */
export class AddressMail {
  readonly #peerConnection: RTCPeerConnection;
  readonly #isBurst: () => boolean;
  readonly #say: (addresses: Address[]) => unknown;
  readonly #waiting: Address[] = [];
  readonly #first: Promise<void>;
  #foundFirst: () => void = () => undefined;
  #isDescribed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `isBurst`: whether so many dials are under way that messages cost more than waiting. */
  constructor(peerConnection: RTCPeerConnection, say: (addresses: Address[]) => unknown, isBurst: () => boolean) {
    this.#isBurst = isBurst;
    this.#peerConnection = peerConnection;
    this.#say = say;
    this.#first = new Promise((resolve) => {
      this.#foundFirst = resolve;
    });
    peerConnection.addEventListener('icecandidate', ({ candidate }) => {
      this.#foundFirst();
      if (candidate) this.#found(candidate);
      else this.#flush();
    });
  }

  /** In a burst, when the near addresses are known or none is found soon. A page in the background does not wait: its clock is slow. */
  async gathered(): Promise<void> {
    if (document.hidden || !this.#isBurst()) return;
    await Promise.race([this.#first, pause(FIRST_MS_MAX)]);
    await pause(NEXT_MS);
  }

  /** The description with what is known by now; later finds are said by themselves. */
  described(): string {
    this.#isDescribed = true;
    return this.#peerConnection.localDescription?.sdp ?? '';
  }

  #found({ candidate, sdpMid, sdpMLineIndex, protocol, type }: RTCIceCandidate): void {
    // Between browsers nobody listens on TCP: each would only call.
    if (!this.#isDescribed || (protocol === 'tcp' && type === 'host')) return;
    this.#waiting.push({ candidate, sdpMid, sdpMLineIndex });
    this.#timer ??= setTimeout(() => this.#flush(), document.hidden || !this.#isBurst() ? 0 : GATHER_MS);
  }

  /** Who is connected already has a way to addresses as near as this one's own. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isConnected = this.#peerConnection.connectionState === 'connected';
    const found = this.#waiting.splice(0).filter(({ candidate }) => !isConnected || !candidate.includes(' typ host'));
    if (found.length > 0) this.#say(found);
  }
}

function pause(pauseMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}
