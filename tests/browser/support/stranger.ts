import type { Page } from '@playwright/test';

/** What a tab without the key got from a member before the link was closed. */
export interface StrangerLog {
  /** Frames in the order they came, as plain byte lists. */
  readonly frames: readonly (readonly number[])[];
  readonly isClosed: boolean;
}

interface StrangerOrder {
  readonly signalingUrl: string;
  /** The name under which the member can be dialled. */
  readonly target: string;
  /** Sent as soon as the link is open, then one after each frame that comes. */
  readonly frames: readonly (readonly number[])[];
}

/**
 * Links to a member with nothing but the browser's own WebRTC and the signaling service's protocol, as anyone on the
 * internet could, says `frames`, and listens until the member closes the link.
 */
export function speakAsStranger(page: Page, order: StrangerOrder): Promise<StrangerLog> {
  return page.evaluate(async ({ signalingUrl, target, frames }) => {
    const socket = new WebSocket(`${signalingUrl}/peerjs?key=peerjs&id=stranger${Date.now()}&token=t`);
    const peer = new RTCPeerConnection();
    const control = peer.createDataChannel('control', { negotiated: true, id: 100 });
    peer.createDataChannel('data', { negotiated: true, id: 101 });
    control.binaryType = 'arraybuffer';
    const say = (introduction: object) => {
      const payload = { what: 'dial', dial: 'd'.repeat(32), text: JSON.stringify(introduction) };
      socket.send(JSON.stringify({ type: 'CANDIDATE', dst: target, payload }));
    };
    peer.onicecandidate = ({ candidate }) => {
      if (!candidate) return;
      const { sdpMid, sdpMLineIndex } = candidate;
      say({ kind: 'candidates', candidates: [{ candidate: candidate.candidate, sdpMid, sdpMLineIndex }] });
    };
    socket.onmessage = async ({ data }: MessageEvent<string>) => {
      const { type, payload } = JSON.parse(data) as { type: string; payload?: { text: string } };
      if (type === 'OPEN') {
        await peer.setLocalDescription(await peer.createOffer());
        return say({ kind: 'offer', sdp: peer.localDescription?.sdp });
      }
      const said = JSON.parse(payload?.text ?? '{}') as
        { kind: 'answer'; sdp: string } | { kind: 'candidates'; candidates: RTCIceCandidateInit[] };
      if (said.kind === 'answer') await peer.setRemoteDescription({ type: 'answer', sdp: said.sdp });
      else for (const candidate of said.candidates) await peer.addIceCandidate(candidate);
    };
    const heard: number[][] = [];
    const left = frames.map((frame) => new Uint8Array(frame));
    const isClosed = await new Promise<boolean>((resolve) => {
      control.onopen = () => control.send(left.shift() ?? new Uint8Array(0));
      control.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        heard.push([...new Uint8Array(data)]);
        const next = left.shift();
        if (next) control.send(next);
      };
      control.onclose = () => resolve(true);
      setTimeout(() => resolve(false), 20_000);
    });
    socket.close();
    peer.close();
    return { frames: heard, isClosed };
  }, order);
}
