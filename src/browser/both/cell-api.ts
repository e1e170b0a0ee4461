import type { NeighbourClaim } from '../../cell/index.ts';
import type { Bytes, CellId, FabricFailure, LeaseId, Result, RunId } from '../../core/index.ts';
import type { Meeting } from '../../membership/index.ts';
import type {
  Artifacts,
  AuditExport,
  FabricInvitation,
  FabricSnapshot,
  LeaseEvent,
  LeaseOrder,
  LeaseView,
  MapOrder,
  RefOrder,
  RevokeResult,
  RunRequest,
  StewardReply,
  StewardWish,
} from '../../sdk/index.ts';

/** What the page may ask of the cell worker. Refusals are values: an error's own fields would not survive the crossing. */
export interface CellApi {
  /** Answers once this cell is a member, or waits in the lobby to become one. */
  join(order: JoinOrder): Promise<Result<FabricSnapshot, FabricFailure>>;
  submit(runId: RunId, request: RunRequest): Promise<Result<Artifacts, FabricFailure>>;
  cancel(runId: RunId): void;
  artifacts(runId: RunId): Promise<Artifacts | undefined>;
  openMap(map: string, order: MapOrder): Result<void, FabricFailure>;
  submitPart(map: string, runId: RunId, input: Bytes): Promise<Result<Artifacts, FabricFailure>>;
  closeMap(map: string): void;
  acquireLease(order: LeaseOrder): Promise<Result<LeaseView, FabricFailure>>;
  acquireLeases(orders: readonly LeaseOrder[], waitMs: number): Promise<Result<readonly LeaseView[], FabricFailure>>;
  renewLease(leaseId: LeaseId, ttlMs?: number): Promise<Result<LeaseView, FabricFailure>>;
  openLease(ref: string): Promise<Result<LeaseView, FabricFailure>>;
  attachLease(leaseId: LeaseId, on?: CellId): Promise<Result<LeaseView, FabricFailure>>;
  leaseRef(leaseId: LeaseId, limits?: RefOrder): Result<string, FabricFailure>;
  leaseCheckpointed(leaseId: LeaseId): Promise<Result<void, FabricFailure>>;
  freeLease(leaseId: LeaseId): Promise<void>;
  revokeLease(leaseId: LeaseId, graceMs: number): Promise<Result<RevokeResult, FabricFailure>>;
  unfenceLease(leaseId: LeaseId): boolean;
  audit(): Promise<Result<AuditExport, FabricFailure>>;
  steward(wish: StewardWish): Promise<Result<StewardReply, FabricFailure>>;
  rename(name: string): Result<void, FabricFailure>;
  /** The buffer of a region that this cell lends, for a page beside this one that shows a ticket. */
  redeem(claim: NeighbourClaim): SharedArrayBuffer | undefined;
  /** There is a page beside this one that may share memory. */
  neighbourFound(): void;
  /** What the page knows of itself. */
  setPage(change: PageChange): void;
  leave(): Promise<void>;
  ping(): true;
}

export interface PageChange {
  readonly isVisible?: boolean;
  readonly isFrozen?: boolean;
  /** How often this browser may have got another way to the network. */
  readonly networkChanges?: number;
  readonly signaling?: FabricSnapshot['signaling']['state'];
}

export interface JoinOrder {
  readonly invitation: FabricInvitation;
  readonly pageUrl: string;
  readonly name: string;
  readonly peerName: string;
  readonly signalingUrl: string;
  /** The identity this tab had before it was reloaded. */
  readonly identitySlot?: number;
  /** This tab's, among those that share memory. */
  readonly tabNumber: number;
  readonly slots: number;
  readonly memoryBytes: number;
}

/** What the cell worker may ask of the page, which alone can make peer connections. */
export interface PageApi {
  openSignaling(): Promise<Result<void, FabricFailure>>;
  meet(rendezvousIds: readonly string[]): Promise<Result<Meeting, FabricFailure>>;
  claim(rendezvousId: string): Promise<Result<'claimed' | 'taken', FabricFailure>>;
  release(rendezvousId: string): void;
  keptElsewhere(rendezvousIds: readonly string[]): void;
  dial(name: string): Promise<Result<void, FabricFailure>>;
  /** Opens a link by texts that members carry; they come back as `introduction` messages. */
  dialByOffer(dial: RunId): Promise<Result<void, FabricFailure>>;
  introduced(dial: RunId, text: string): void;
  /** Looks for another way below a link; what it says goes out at the service and as `introduction` messages. */
  restart(dial: RunId, peerName: string | undefined): Promise<Result<void, FabricFailure>>;
  /** Shows a claim to the pages beside; the buffer, when one of them has it. Settles soon. */
  showNeighbours(claim: NeighbourClaim): Promise<SharedArrayBuffer | undefined>;
}

/** Plain messages from the page to the cell worker. */
export type ToCellWorker =
  /** Nobody has joined yet: get ready. */
  | { readonly kind: 'prepare' }
  | {
      readonly kind: 'start';
      readonly calls: MessagePort;
      readonly page: MessagePort;
      readonly regions: MessagePort;
      readonly warm: MessagePort;
    }
  | {
      readonly kind: 'link.born';
      readonly linkId: number;
      readonly dial: RunId;
      readonly role: 'dialer' | 'answerer';
      readonly control: RTCDataChannel;
      readonly data: RTCDataChannel;
    }
  | {
      readonly kind: 'link.described';
      readonly linkId: number;
      readonly localFingerprint: Uint8Array<ArrayBuffer>;
      readonly remoteFingerprint: Uint8Array<ArrayBuffer>;
    }
  /** This end of a channel by which the other end of a link calls a warm tasklet; without one where none could be made. */
  | {
      readonly kind: 'call-channel.born';
      readonly linkId: number;
      readonly number: number;
      readonly channel?: RTCDataChannel;
    }
  /** Something this tab says in a dial that members carry. */
  | { readonly kind: 'introduction'; readonly dial: RunId; readonly text: string }
  /** How a link turned out to go, some time after it was connected. */
  | { readonly kind: 'link.path'; readonly linkId: number; readonly path: 'direct' | 'turn' }
  /** Peer connections of this page: browsers count the closed ones too for a while. */
  | { readonly kind: 'connections'; readonly open: number; readonly made: number }
  /** Nothing gets through on a link at the moment. */
  | { readonly kind: 'link.troubled'; readonly linkId: number }
  | { readonly kind: 'link.closed'; readonly linkId: number };

/** Plain messages from the cell worker to the page. */
export type FromCellWorker =
  | { readonly kind: 'snapshot'; readonly snapshot: FabricSnapshot }
  | { readonly kind: 'lease.event'; readonly event: LeaseEvent }
  | { readonly kind: 'identity'; readonly slot: number }
  /** Both ends of a link have proven themselves, and know this of it. */
  | { readonly kind: 'link.proven'; readonly linkId: number; readonly secret: Bytes }
  | { readonly kind: 'link.close'; readonly linkId: number }
  /** The page is to make this end of such a channel. */
  | { readonly kind: 'call-channel.wanted'; readonly linkId: number; readonly number: number };
