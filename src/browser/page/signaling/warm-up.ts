import { tabCertificate } from './offers/index.ts';

let isWarm = false;

/**
 * Makes two connections to each other that never come about, once a page: the first of a page starts threads and loads code,
 * for longer than the network takes.
 */
export async function warmUp(): Promise<void> {
  if (isWarm) return;
  isWarm = true;
  const certificate = await tabCertificate();
  const options = certificate ? { certificates: [certificate] } : {};
  const [dialer, answerer] = [new RTCPeerConnection(options), new RTCPeerConnection(options)];
  try {
    for (const each of [dialer, answerer]) each.createDataChannel('control', { negotiated: true, id: 0 });
    const offer = await dialer.createOffer();
    await answerer.setRemoteDescription(offer);
    await answerer.createAnswer();
  } catch {
    // Whoever links hears of what is wrong.
  } finally {
    dialer.close();
    answerer.close();
  }
}
