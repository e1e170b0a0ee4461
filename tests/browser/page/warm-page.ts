import type { CellId, Fabric, WarmTasklet } from '../../../src/sdk/index.ts';

const opened = new Map<string, WarmTasklet>();

export interface WarmWanted {
  readonly tasklet: 'hello' | 'spin' | 'endless';
  readonly on: CellId;
  readonly workers?: number;
  readonly fuel?: number;
  readonly callMs?: number;
  readonly fresh?: boolean;
}

/** Opens a tasklet of hello-tasklet under a name. */
export async function open(name: string, { tasklet, workers = 1, ...order }: WarmWanted): Promise<void> {
  const programs = await window.grafos?.programs();
  const program = programs?.find((each) => each.name === 'hello-tasklet');
  const found = program?.tasklets.find((each) => each.name === tasklet);
  if (!found) throw new Error('no such tasklet');
  const module = new Uint8Array(await (await fetch(found.moduleUrl)).arrayBuffer());
  const common = { program: 'hello-tasklet', tasklet, module, memoryBytes: found.memoryBytes, fuel: found.fuel };
  opened.set(name, await fabric().warm({ ...common, ...order }, { workers }));
}

/** What a call said, or the code it failed with. */
export async function call(name: string, text: string): Promise<string> {
  try {
    const { output } = await at(name).call(new TextEncoder().encode(text));
    return new TextDecoder().decode(output);
  } catch (error) {
    return String(Reflect.get(Object(error), 'code') ?? error);
  }
}

/** Calls with `count` names, all outputs in one. */
export async function calls(name: string, count: number): Promise<string> {
  const inputs = Array.from({ length: count }, (_, index) => new TextEncoder().encode(`name ${index}`));
  let all = '';
  for await (const { output } of at(name).calls(inputs)) all += new TextDecoder().decode(output);
  return all;
}

export interface Ended {
  readonly error: string | undefined;
  readonly calls: number | undefined;
  readonly fuelUsed: number | undefined;
}

export async function ended(name: string, isClosing: boolean): Promise<readonly Ended[]> {
  const ends = await (isClosing ? at(name).close() : at(name).ended);
  return ends.map(({ error, receipt }) => {
    return { error: error?.code, calls: receipt?.calls, fuelUsed: receipt?.fuelUsed };
  });
}

/** Takes back every worker slot that this cell lends; how each of these ended. */
export async function revokeSlots(): Promise<readonly string[]> {
  const { leases, self } = fabric().snapshot();
  const lent = leases.filter(({ kind, lessor, state }) => kind === 'cpu' && lessor === self && state === 'active');
  return Promise.all(lent.map(({ leaseId }) => fabric().revokeLease(leaseId)));
}

function at(name: string): WarmTasklet {
  const warm = opened.get(name);
  if (!warm) throw new Error(`no warm tasklet ${name}`);
  return warm;
}

function fabric(): Fabric {
  const joined = window.grafos?.fabric();
  if (!joined) throw new Error('no fabric here');
  return joined;
}

interface Watched {
  readonly channel: RTCDataChannel;
  isUsed: boolean;
}

const watched: Watched[] = [];
let mayMake = true;

/** From now on this page knows the channels that it makes for calls. */
export function watchChannels(): void {
  const { prototype } = RTCPeerConnection;
  const make: unknown = Reflect.get(prototype, 'createDataChannel');
  if (typeof make !== 'function') throw new Error('no channels can be made here');
  prototype.createDataChannel = function (this: RTCPeerConnection, label: string, init?: RTCDataChannelInit) {
    if (label === 'calls' && !mayMake) throw new DOMException('not now', 'OperationError');
    const channel: unknown = Reflect.apply(make, this, [label, init]);
    if (!(channel instanceof RTCDataChannel)) throw new Error('what was made is no channel');
    if (label === 'calls') {
      const each = { channel, isUsed: false };
      channel.addEventListener('message', () => (each.isUsed = true));
      watched.push(each);
    }
    return channel;
  };
}

export function channelStates(): readonly string[] {
  return watched.map(({ channel, isUsed }) => `${channel.readyState}, ${isUsed ? 'used' : 'not used'}`);
}

export function loseChannels(): void {
  for (const { channel } of watched) channel.close();
}

/** Makes no more of them. */
export function refuseChannels(): void {
  mayMake = false;
}
