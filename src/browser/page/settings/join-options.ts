import type { IceServer, LobbyView } from '../../../sdk/index.ts';

/** What whoever joins may choose. */
export interface JoinOptions {
  /** What others call this cell; a friendly one is made up if absent. */
  readonly name?: string;
  /**
   * Address of a PeerServer, this page's own unless said otherwise; `local:` for tabs of this browser and no service;
   * `manual:` for links by hand alone, also when the join URL carries an invitation by hand. */
  readonly signalingUrl?: string;
  /** STUN and TURN servers; those of the settings unless said otherwise. */
  readonly iceServers?: readonly IceServer[];
  /** Whether the servers that the join URL names are used too: only when a person has seen them and said so. */
  readonly useLinkServers?: boolean;
  /** Worker slots to lend; all hardware threads unless said otherwise. */
  readonly slots?: number;
  /** Memory to lend to tasklets, in bytes; 1 GiB unless said otherwise. */
  readonly memoryBytes?: number;
  /** Hears how it goes while this cell waits in the lobby until the steward lets it in. */
  readonly onWaiting?: (lobby: LobbyView) => void;
  /** Gives up, in the lobby too. */
  readonly signal?: AbortSignal;
}
