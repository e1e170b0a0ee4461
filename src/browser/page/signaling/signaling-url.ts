import { err, failure, ok, type FabricFailure, type Result } from '../../../core/index.ts';

/** A PeerServer address, in the parts that the PeerJS client asks for. */
export interface SignalingAddress {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly isSecure: boolean;
}

/** The signaling service of this page's own origin, unless a setting names another PeerServer. */
export function signalingAddress(
  setting: string | undefined,
  pageUrl: string,
): Result<SignalingAddress, FabricFailure> {
  try {
    const url = new URL(setting ?? 'peerjs', pageUrl);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('not http or https');
    const isSecure = url.protocol === 'https:';
    const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
    return ok({ url: url.href, host: url.hostname, port, path: url.pathname, isSecure });
  } catch {
    return err(failure('invalid_argument', `"${setting ?? ''}" is not the address of a PeerServer`));
  }
}
