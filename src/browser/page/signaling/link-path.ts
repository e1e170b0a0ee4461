/** Whether a connected peer connection goes straight to the other end or through a TURN server. */
export async function pathOf(peerConnection: Pick<RTCPeerConnection, 'getStats' | 'sctp'>): Promise<'direct' | 'turn'> {
  const types = selectedTypes(peerConnection) ?? (await typesInStatistics(peerConnection));
  return types.includes('relay') ? 'turn' : 'direct';
}

/** Of both ends, where the browser says it without collecting all its statistics. */
function selectedTypes({ sctp }: Pick<RTCPeerConnection, 'sctp'>): readonly unknown[] | undefined {
  const transport = sctp?.transport.iceTransport;
  if (!transport || typeof transport.getSelectedCandidatePair !== 'function') return undefined;
  const pair = transport.getSelectedCandidatePair();
  return pair ? [pair.local.type, pair.remote.type] : undefined;
}

async function typesInStatistics(peerConnection: Pick<RTCPeerConnection, 'getStats'>): Promise<readonly unknown[]> {
  const stats = new Map<string, Readonly<Record<string, unknown>>>();
  (await peerConnection.getStats()).forEach((report: Readonly<Record<string, unknown>>) => {
    stats.set(String(report['id']), report);
  });
  const chosen = [...stats.values()].find(({ type }) => type === 'transport')?.['selectedCandidatePairId'];
  // Firefox marks the pair itself.
  const pair = stats.get(String(chosen)) ?? [...stats.values()].find((report) => report['selected'] === true);
  return ['localCandidateId', 'remoteCandidateId'].map((end) => stats.get(String(pair?.[end]))?.['candidateType']);
}
