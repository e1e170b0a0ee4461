/** Renewed when it has less than this left. Browsers make certificates for 30 days. */
const LEFT_MS_MIN = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

let made: RTCCertificate | undefined;

/** The certificate of this tab's peer connections, one for all: which link is which, the nonces of the hello tell. */
export async function tabCertificate(): Promise<RTCCertificate | undefined> {
  if (made && made.expires - Date.now() > LEFT_MS_MIN) return made;
  try {
    made = await RTCPeerConnection.generateCertificate(ALGORITHM);
  } catch {
    // Each connection makes its own then.
    made = undefined;
  }
  return made;
}

/** As `tabCertificate`, where there is no time to wait; renewed for the next who asks. */
export function certificatesNow(): RTCCertificate[] {
  void tabCertificate();
  return made && made.expires > Date.now() ? [made] : [];
}
