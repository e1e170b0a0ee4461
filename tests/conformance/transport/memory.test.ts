import { MemoryEndpoint, type LinkListener, type RawLink } from '../../../src/transport/index.ts';
import { ManualTime, present, testEnv } from '../../support/index.ts';
import { runTransportTests, type LinkEnd, type TransportPair } from './contract.ts';

function listening(link: RawLink): { readonly end: LinkEnd; readonly listener: LinkListener } {
  const end: LinkEnd = { link, frames: [], drained: [], closed: 0 };
  const listener: LinkListener = {
    frame: (channel, bytes) => end.frames.push({ channel, bytes: new Uint8Array(bytes) }),
    drained: (channel) => end.drained.push(channel),
    closed: () => end.closed++,
  };
  return { end, listener };
}

function memoryPair(): TransportPair {
  const time = new ManualTime();
  const [dialer, answerer] = ['dialer', 'answerer'].map((seed) => new MemoryEndpoint(testEnv(time, seed)));
  const open: TransportPair['openSpeaking'] = async (early) => {
    const ends: LinkEnd[] = [];
    present(answerer).listen((link) => {
      const { end, listener } = listening(link);
      ends[1] = end;
      for (const frame of early) link.send('control', frame);
      return listener;
    });
    present(dialer).listen((link) => {
      const { end, listener } = listening(link);
      ends[0] = end;
      return listener;
    });
    present(dialer).dial(present(answerer));
    await time.advance(1);
    return [present(ends[0]), present(ends[1])];
  };
  return { open: () => open([]), openSpeaking: open, settle: () => time.advance(100) };
}

runTransportTests('the memory twin', memoryPair);
