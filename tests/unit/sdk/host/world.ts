import { MemoryStore, type Store } from '../../../../src/cell/index.ts';
import { utf8, type CellId } from '../../../../src/core/index.ts';
import { FabricHost } from '../../../../src/sdk/host/index.ts';
import type { Artifacts, FabricSnapshot, RunRequest } from '../../../../src/sdk/index.ts';
import type { SignedPolicy, StewardKey } from '../../../../src/steward/index.ts';
import { MemoryEndpoint } from '../../../../src/transport/index.ts';
import {
  ScriptedEngine,
  testEnv,
  testSigner,
  valueOf,
  type ManualTime,
  type Script,
  type SignalingHub,
} from '../../../support/index.ts';

export const PAGE_URL = 'https://example.org/';
export const FABRIC = 'the test fabric';

export interface TestHost {
  readonly host: FabricHost;
  readonly engine: ScriptedEngine;
  readonly published: FabricSnapshot[];
  readonly endpoint: MemoryEndpoint;
}

export interface HostOptions {
  readonly slots?: number;
  readonly scripts?: Readonly<Record<string, Script>>;
  readonly key?: number;
  /** The steward that the link names, its key where the tab has it, and what the profile keeps. */
  readonly steward?: CellId;
  readonly stewardKey?: StewardKey;
  readonly policies?: Store<SignedPolicy>;
}

/** A member as a tab has it, but for its doors: manual time, memory endpoints, a scripted engine. */
export function testHost(time: ManualTime, hub: SignalingHub, name: string, options: HostOptions = {}): TestHost {
  const env = testEnv(time, `host ${name}`);
  const endpoint = new MemoryEndpoint(env);
  const engine = new ScriptedEngine(options.slots ?? 2, options.scripts, env);
  const published: FabricSnapshot[] = [];
  const host = new FabricHost({
    env,
    signer: testSigner(name),
    transport: endpoint,
    signaling: hub.doorOf(`peer${name}`, endpoint),
    signalingUrl: 'https://signaling.example',
    engine,
    artifacts: new MemoryStore<Artifacts>(10),
    memoryBytes: 64 * 1_048_576,
    invitation: {
      name: FABRIC,
      key: new Uint8Array(18).fill(options.key ?? 1),
      ...(options.steward === undefined ? {} : { steward: options.steward }),
    },
    ...(options.stewardKey ? { stewardKey: options.stewardKey } : {}),
    ...(options.policies ? { policies: options.policies } : {}),
    pageUrl: PAGE_URL,
    name,
    publish: (snapshot) => published.push(snapshot),
  });
  return { host, engine, published, endpoint };
}

/** Hosts that have joined one after the other and know of each other. */
export async function joinedHosts(
  time: ManualTime,
  hub: SignalingHub,
  all: readonly (readonly [string, HostOptions])[],
): Promise<TestHost[]> {
  const hosts: TestHost[] = [];
  for (const [name, options] of all) {
    const next = testHost(time, hub, name, options);
    valueOf(await time.until(next.host.join()));
    await time.advance(2_000);
    hosts.push(next);
  }
  return hosts;
}

export function requestOf(script: string, change: Partial<RunRequest> = {}): RunRequest {
  return {
    program: 'tests',
    tasklet: 'scripted',
    module: utf8(script),
    input: utf8('the input'),
    memoryBytes: 1_048_576,
    ...change,
  };
}
