import type { Page } from '@playwright/test';

/**
 * Gives a tab one certificate for all its connections, by which others tell them, and lets `wall` keep addresses of some of
 * them from it. Before it joins. Answers the certificate's fingerprint.
 */
export function knownByCertificate(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const walled = new Set<string>();
    Reflect.set(window, 'walled', walled);
    const curve: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };
    const certificate = await RTCPeerConnection.generateCertificate(curve);
    // A private field would be made by a helper that the page does not have.
    const cutOff = new WeakSet<RTCPeerConnection>();
    const Native = window.RTCPeerConnection;
    const isWalled = (sdp = ''): boolean =>
      walled.has(/a=fingerprint:sha-256 (\S+)/i.exec(sdp)?.[1]?.toLowerCase() ?? '');
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, certificates: [certificate] });
      }

      override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
        const isCutOff = isWalled(description.sdp);
        if (isCutOff) cutOff.add(this);
        const sdp = isCutOff ? description.sdp?.replace(/^a=candidate:.*\r?\n/gm, '') : description.sdp;
        return super.setRemoteDescription({ type: description.type, ...(sdp === undefined ? {} : { sdp }) });
      }

      override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
        return cutOff.has(this) ? Promise.resolve() : super.addIceCandidate(candidate ?? undefined);
      }
    };
    return certificate.getFingerprints()[0]?.value?.toLowerCase() ?? '';
  });
}

/** From now on a tab learns no address of the tab with that certificate, or does again. */
export function wall(page: Page, fingerprint: string, isUp: boolean): Promise<void> {
  return page.evaluate(
    ([print, up]) => {
      const walled = Reflect.get(window, 'walled') as Set<string>;
      if (up) walled.add(print);
      else walled.delete(print);
    },
    [fingerprint, isUp] as const,
  );
}
