import {
  concatBytes,
  RELAY_LIMITS,
  sha256,
  type Bytes,
  type CellId,
  type Env,
  type Signer,
  type Timer,
} from '../../core/index.ts';
import { encodeCbor, relayGreeting, type ChannelName } from '../../wire/index.ts';
import { cellIdOf } from '../identity.ts';
import type { LinkListener, LinkRole, RawLink } from '../transport.ts';
import { OpenedFlow, SealedFlow, type Tampering } from './flows.ts';
import type { SealingKey, SecretHalf } from './secrecy.ts';

/** Why a relayed link is no more. `stranger`: whoever is at the other end is not who should be. */
export type RelayEnd = 'closed' | 'stranded' | 'worn' | 'unanswered' | 'stranger' | Tampering;

export interface RelayedLinkDeps {
  readonly env: Env;
  readonly half: SecretHalf;
  readonly signer: Signer;
  readonly role: LinkRole;
  readonly peer: CellId;
  readonly via: CellId;
  /** Hands a record to the carrier; resolves with whether the far end has it. */
  readonly post: (channel: ChannelName, record: Bytes) => Promise<boolean>;
  /** Keys are agreed; answers who listens from now on. */
  readonly ready: (link: RelayedLink) => LinkListener;
  /** Called once. */
  readonly ended: (end: RelayEnd) => void;
}

interface Flows {
  readonly out: Readonly<Record<ChannelName, SealedFlow>>;
  readonly in: Readonly<Record<ChannelName, OpenedFlow>>;
}

const CHANNELS = ['control', 'data'] as const;
/** One key for each channel of each way, the dialer's first. */
const LABELS = ['dialer', 'answerer'].flatMap((role) => CHANNELS.map((name) => `grafos-web/relay/1 ${role} ${name}`));
const TAMPERED: ReadonlySet<RelayEnd> = new Set(['stranger', 'malformed', 'forged', 'replayed', 'missing']);

/**
 * One end of a link through another cell (PROTOCOL.md §12). Each end greets with a key of its own for this link, signed by
 * its identity; from then on the carrier sees records of which it can read, forge, repeat, swap or leave out none unnoticed.
 */
export class RelayedLink implements RawLink {
  readonly path = 'relayed';
  readonly role: LinkRole;
  readonly via: CellId;
  readonly expects: CellId;
  localFingerprint: Bytes = new Uint8Array(0);
  remoteFingerprint: Bytes = new Uint8Array(0);
  readonly #deps: RelayedLinkDeps;
  readonly #early: { readonly channel: ChannelName; readonly record: Bytes }[] = [];
  #deadline: Timer;
  #own: Promise<Bytes> | undefined;
  #hasGreeting = false;
  #flows: Flows | undefined;
  #listener: LinkListener | undefined;
  #isClosing = false;
  #isClosed = false;

  constructor(deps: RelayedLinkDeps) {
    this.#deps = deps;
    this.role = deps.role;
    this.via = deps.via;
    this.expects = deps.peer;
    this.#deadline = deps.env.timers.after(RELAY_LIMITS.openMs, () => {
      if (!this.#flows) this.end('unanswered');
    });
    // The carrier knows of the circuit once the answerer has agreed to it, and the dialer later still.
    if (deps.role === 'dialer') this.#own = this.#greet();
  }

  /** A record has come through the carrier. */
  receive(channel: ChannelName, record: Uint8Array): void {
    if (this.#isClosed) return;
    if (!this.#hasGreeting && channel === 'control') {
      this.#hasGreeting = true;
      void this.#greeted(new Uint8Array(record));
    } else if (this.#flows) this.#flows.in[channel].receive(record);
    else if (this.#early.length < RELAY_LIMITS.windowRecordsMax) {
      this.#early.push({ channel, record: new Uint8Array(record) });
    } else this.end('malformed');
  }

  send(channel: ChannelName, frame: Bytes): void {
    if (!this.#isClosed && !this.#isClosing) this.#flows?.out[channel].send(frame);
  }

  bufferedBytes(channel: ChannelName): number {
    return this.#flows?.out[channel].bufferedBytes ?? 0;
  }

  /** What was sent before still gets through, if that does not take long. */
  close(): void {
    if (this.#isClosing || this.#isClosed) return;
    this.#isClosing = true;
    this.#deadline.cancel();
    this.#deadline = this.#deps.env.timers.after(RELAY_LIMITS.closeMs, () => this.#stop('closed'));
    this.#closeWhenEmpty();
  }

  /** It is over for a reason that lies elsewhere than with its owner. */
  end(why: RelayEnd): void {
    if (this.#isClosed) return;
    if (this.#isClosing) return this.#stop('closed');
    this.#stop(why);
    this.#listener?.closed(TAMPERED.has(why) ? 'tampered' : 'stranded');
  }

  #closeWhenEmpty(): void {
    if (this.#isClosing && CHANNELS.every((channel) => this.bufferedBytes(channel) === 0)) this.#stop('closed');
  }

  #stop(why: RelayEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#deadline.cancel();
    for (const channel of CHANNELS) {
      this.#flows?.out[channel].close();
      this.#flows?.in[channel].close();
    }
    this.#deps.ended(why);
  }

  async #greet(): Promise<Bytes> {
    const { signer, half, peer, post } = this.#deps;
    const { publicKey } = signer;
    const signature = await signer.sign(signedBy(cellIdOf(publicKey), peer, half.publicKey));
    const greeting = relayGreeting.write({ publicKey, agreement: half.publicKey, signature });
    if (!this.#isClosed) {
      void post('control', greeting).then((isThere) => {
        if (!isThere) this.end('stranded');
      });
    }
    return greeting;
  }

  async #greeted(theirs: Bytes): Promise<void> {
    const { signer, half, peer, role } = this.#deps;
    const read = relayGreeting.read(theirs);
    if (!read.ok) return this.end('malformed');
    const { publicKey, agreement, signature } = read.value;
    if (cellIdOf(new Uint8Array(publicKey)) !== peer) return this.end('stranger');
    const signed = signedBy(peer, cellIdOf(signer.publicKey), agreement);
    const isSigned = await signer.verify(new Uint8Array(publicKey), signed, new Uint8Array(signature));
    if (!isSigned) return this.end('stranger');
    const own = await (this.#own ??= this.#greet());
    const [first, second] = role === 'dialer' ? [own, theirs] : [theirs, own];
    const keys = await half.agree(new Uint8Array(agreement), sha256(concatBytes(first, second)), LABELS);
    const flows = keys && this.#flowsOf(keys);
    if (this.#isClosed || this.#isClosing) return;
    if (!flows) return this.end('stranger');
    this.localFingerprint = sha256(own);
    this.remoteFingerprint = sha256(theirs);
    this.#flows = flows;
    this.#deadline.cancel();
    this.#listener = this.#deps.ready(this);
    for (const { channel, record } of this.#early.splice(0)) this.receive(channel, record);
  }

  #flowsOf(keys: readonly SealingKey[]): Flows | undefined {
    const mine = this.role === 'dialer' ? 0 : CHANNELS.length;
    const theirs = CHANNELS.length - mine;
    const [outControl, outData] = keys.slice(mine);
    const [inControl, inData] = keys.slice(theirs);
    if (!outControl || !outData || !inControl || !inData) return undefined;
    const out = (channel: ChannelName, key: SealingKey): SealedFlow =>
      new SealedFlow(key, {
        post: (record) => this.#deps.post(channel, record),
        drained: () => {
          if (!this.#isClosing) this.#listener?.drained(channel);
        },
        emptied: () => this.#closeWhenEmpty(),
        ended: (why) => this.end(why),
      });
    const into = (channel: ChannelName, key: SealingKey): OpenedFlow =>
      new OpenedFlow(key, {
        frame: (frame) => {
          if (!this.#isClosing) this.#listener?.frame(channel, frame);
        },
        ended: (why) => this.end(why),
      });
    return {
      out: { control: out('control', outControl), data: out('data', outData) },
      in: { control: into('control', inControl), data: into('data', inData) },
    };
  }
}

function signedBy(sender: CellId, receiver: CellId, agreement: Uint8Array): Bytes {
  return encodeCbor(['grafos-web/relay/1', sender, receiver, agreement]);
}
