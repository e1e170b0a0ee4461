/** Whether a connected peer connection goes straight to the other end or through a TURN server. */
export async function pathOf(peerConnection: Pick<RTCPeerConnection, 'getStats'>): Promise<'direct' | 'turn'> {
  const stats = new Map<string, Readonly<Record<string, unknown>>>();
  (await peerConnection.getStats()).forEach((report: Readonly<Record<string, unknown>>) => {
    stats.set(String(report['id']), report);
  });
  const chosen = [...stats.values()].find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  // Firefox marks the pair itself.
  const pair = stats.get(String(chosen)) ?? [...stats.values()].find((report) => report['selected'] === true);
  const isRelay = ['localCandidateId', 'remoteCandidateId'].some(
    (end) => stats.get(String(pair?.[end]))?.['candidateType'] === 'relay',
  );
  return isRelay ? 'turn' : 'direct';
}
