import { failure, FabricError } from '../../../src/core/index.ts';
import type { Fabric } from '../../../src/sdk/index.ts';
import type { AppDoors, PreflightItem } from '../../../src/ui/index.ts';
import { fakePrograms } from './fake-programs.ts';

/** Doors to nowhere: joins whatever `join` gives, and answers the rest the way a good browser would. */
export function fakeDoors(join: () => Promise<Fabric>, change: Partial<AppDoors> = {}): AppDoors {
  return {
    join: (_url, options) => {
      Reflect.set(window, 'joinedWith', options);
      return join();
    },
    createFabricUrl: (name) =>
      Promise.resolve(`${location.origin}${location.pathname}${location.search}#/f/${encodeURIComponent(name)}?k=fake`),
    parseUrl: (url) => {
      const name = /#\/f\/([^?]*)\?k=/.exec(url)?.[1];
      return name === undefined
        ? {
            ok: false,
            failure: failure('fabric_url_invalid', 'This fabric link has no key: the part "k=…" is missing.'),
          }
        : {
            ok: true,
            name: decodeURIComponent(name),
            ...(url.includes('scene=servers')
              ? { iceServers: [{ urls: 'turn:turn.example.org:3478', username: 'class', credential: 'x' }] }
              : {}),
          };
    },
    ice: { read: () => '', write: () => undefined },
    preflight: () => Promise.resolve(PREFLIGHT),
    programs: () => Promise.resolve(fakePrograms()),
    fetchBytes: async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer()),
    signaling: () =>
      Promise.resolve({
        url: 'https://localhost:5173/peerjs/',
        reachable: true,
        roundTripMs: 3.2,
        waiting: 3,
        detail: 'PeerJS Server',
      }),
    demos: [],
    showDemo: () => refusal('not_found', 'no program here brings a demo'),
    views: [],
    programView: () => refusal('not_found', 'no program here brings a view'),
    viewOf: () => undefined,
    loader: {
      kept: () => Promise.resolve([]),
      loadFiles: () => Promise.resolve({ ok: false, failure: failure('bundle_invalid', 'there is no grafos.toml') }),
      loadUrl: () => Promise.resolve({ ok: false, failure: failure('not_found', 'There is no bundle there.') }),
      remove: () => Promise.resolve(),
    },
    runProgram: () => refusal('not_found', 'nothing runs here'),
    inputBytesMax: 16 * 1024 * 1024,
    ...change,
  };
}

export function refusal(
  code: 'signaling_unreachable' | 'isolation_missing' | 'not_found',
  message: string,
): Promise<never> {
  return Promise.reject(new FabricError({ code, message }));
}

const PREFLIGHT: readonly PreflightItem[] = [
  { name: 'Secure context', state: 'ok', detail: 'https or localhost' },
  {
    name: 'Cross-origin isolation',
    state: 'missing',
    detail: 'the page is not isolated',
    fix: 'Serve it with the COOP and COEP headers (npm start does), then reload.',
  },
  { name: 'WebRTC', state: 'ok', detail: 'data channels can be transferred' },
  {
    name: 'WebGPU',
    state: 'degraded',
    detail: 'no adapter',
    fix: 'Turn on hardware acceleration in the browser’s settings; everything else works without it.',
  },
  { name: 'Storage', state: 'ok', detail: '1.8 GiB free' },
];
