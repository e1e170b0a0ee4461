import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  fromHex,
  LINK_LIMITS,
  MEMORY_LIMITS,
  TASKLET_LIMITS,
  toHex,
  TOKEN_LIMITS,
  WIRE_LIMITS,
} from '../../../src/core/index.ts';
import {
  encodeCbor,
  INLINE_BYTES_MAX,
  LINK,
  RELAY,
  type EventType,
  type RequestType,
} from '../../../src/wire/index.ts';
import { errorOf, idOf, present, valueOf } from '../../support/index.ts';
import { GOLDEN_ANSWERS, GOLDEN_PAYLOADS } from './golden.ts';
import { ANSWERS, EVENTS, PAYLOADS, REQUESTS } from './samples.ts';

const ALL: Readonly<Record<string, EventType<unknown>>> = { ...EVENTS, ...REQUESTS };
const CBOR_REQUESTS: Readonly<Record<string, RequestType<unknown, unknown>>> = {
  cellPing: REQUESTS.cellPing,
  cellPart: REQUESTS.cellPart,
  leaseRequest: REQUESTS.leaseRequest,
  leaseFree: REQUESTS.leaseFree,
  leaseRenew: REQUESTS.leaseRenew,
  leaseOpen: REQUESTS.leaseOpen,
  leaseClose: REQUESTS.leaseClose,
  leaseRevoke: REQUESTS.leaseRevoke,
  leaseCheckpointed: REQUESTS.leaseCheckpointed,
  leaseQuery: REQUESTS.leaseQuery,
  leaseAttach: REQUESTS.leaseAttach,
  runSubmit: REQUESTS.runSubmit,
  runCancel: REQUESTS.runCancel,
  memoryOpen: REQUESTS.memoryOpen,
  memoryClose: REQUESTS.memoryClose,
  memoryWait: REQUESTS.memoryWait,
  memoryWatch: REQUESTS.memoryWatch,
  memoryTicket: REQUESTS.memoryTicket,
  warmOpen: REQUESTS.warmOpen,
  warmClose: REQUESTS.warmClose,
  order: REQUESTS.order,
};
const typeOf = (key: string): EventType<unknown> => present(ALL[key]);

describe('messages', () => {
  test('each has a sample, and its bytes are pinned', () => {
    const inCbor = Object.keys(ALL).filter((key) => key !== 'memoryOperate' && key !== 'warmCall');
    expect(Object.keys(PAYLOADS).sort()).toEqual(inCbor.sort());
    expect(Object.keys(GOLDEN_PAYLOADS).sort()).toEqual(inCbor);
  });

  test.each(Object.entries(GOLDEN_PAYLOADS))('%s is these bytes', (key, hex) => {
    const payload: unknown = PAYLOADS[key as keyof typeof PAYLOADS];
    expect(toHex(encodeCbor(payload))).toBe(hex);
    expect(toHex(typeOf(key).write(payload))).toBe(hex);
    expect(valueOf(typeOf(key).read(present(fromHex(hex))))).toEqual(payload);
  });

  test.each(Object.entries(GOLDEN_ANSWERS))('the answer to %s is these bytes', (key, hex) => {
    const type = present(CBOR_REQUESTS[key]);
    const answer: unknown = ANSWERS[key as keyof typeof ANSWERS];
    expect(toHex(type.writeAnswer(answer))).toBe(hex);
    expect(valueOf(type.readAnswer(present(fromHex(hex))))).toEqual(answer);
    expect(type.answerChannel).toBe('control');
  });

  test('an answer of bare bytes is those bytes, on the data channel', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(REQUESTS.contentGet.writeAnswer(bytes)).toEqual(bytes);
    expect(valueOf(REQUESTS.contentGet.readAnswer(bytes))).toEqual(bytes);
    expect(REQUESTS.contentGet.answerChannel).toBe('data');
  });

  test('a packed request and its answer are bare bytes, both on the data channel', () => {
    const { memoryOperate, warmCall } = REQUESTS;
    const bytes = new Uint8Array([9, 1, 2, 3]).subarray(1);
    for (const message of [memoryOperate.write(bytes), memoryOperate.writeAnswer(bytes)])
      expect(message).toEqual(bytes);
    for (const read of [memoryOperate.read(bytes), memoryOperate.readAnswer(bytes)])
      expect(valueOf(read)).toEqual(bytes);
    expect([memoryOperate.channel, memoryOperate.answerChannel]).toEqual(['data', 'data']);
    const others = Object.values(REQUESTS).filter(({ channel }) => channel === 'data');
    expect(others).toEqual([memoryOperate, warmCall]);
  });

  test('no two have the same name, no two the same code', () => {
    const types = Object.values(ALL);
    expect(new Set(types.map(({ name }) => name)).size).toBe(types.length);
    expect(new Set(types.map(({ code }) => code)).size).toBe(types.length);
    for (const { code } of types) expect(code > 0 && code <= 0xffff).toBe(true);
  });

  test('the document names each with its code, and no other', async () => {
    const document = await readFile(new URL('../../../src/wire/PROTOCOL.md', import.meta.url), 'utf8');
    const documented = [...document.matchAll(/`([a-z.]+)` \(0x([0-9a-f]{4}), (event|request)\)/g)]
      .map(([, name, code, kind]) => `${name ?? ''} ${code ?? ''} ${kind ?? ''}`)
      .sort();
    const requests = new Set<number>(Object.values(REQUESTS).map(({ code }) => code));
    const carrying = new Set<number>([RELAY.control.code, RELAY.data.code, RELAY.open.code, RELAY.offered.code]);
    const known = [...Object.values(ALL), ...Object.values(RELAY), ...Object.values(LINK)]
      .map(({ name, code }) => {
        const hex = code.toString(16).padStart(4, '0');
        return `${name} ${hex} ${requests.has(code) || carrying.has(code) ? 'request' : 'event'}`;
      })
      .sort();
    expect(documented).toEqual(known);
  });
});

const sample = (key: keyof typeof PAYLOADS, change: object): object => ({
  ...PAYLOADS[key],
  ...change,
});
const outcome = (change: object): object => ({
  ...PAYLOADS.runFinished,
  outcome: { ...PAYLOADS.runFinished.outcome, ...change },
});

const REFUSED: readonly (readonly [string, keyof typeof PAYLOADS, object])[] = [
  ['a key it does not know', 'bye', { extra: 1 }],
  ['a short nonce', 'hello', sample('hello', { nonce: new Uint8Array(31) })],
  ['a long session', 'hello', sample('hello', { session: new Uint8Array(9) })],
  ['text for bytes', 'proof', sample('proof', { mac: 'x'.repeat(32) })],
  ['an unknown code', 'refused', { code: 'because' }],
  ['a negative count', 'cellAnnounced', sample('cellAnnounced', { slotsFree: -1 })],
  ['half a slot', 'cellAnnounced', sample('cellAnnounced', { slotsTotal: 1.5 })],
  ['a slot that does not exist', 'cellAnnounced', sample('cellAnnounced', { slot: LINK_LIMITS.rendezvousSlots })],
  ['a long name', 'cellAnnounced', sample('cellAnnounced', { name: 'x'.repeat(LINK_LIMITS.cellNameBytesMax + 1) })],
  ['a peer name with a path', 'cellAnnounced', sample('cellAnnounced', { peerName: '../x' })],
  [
    'too much gossip',
    'cellGossiped',
    sample('cellGossiped', { members: Array.from({ length: 65 }, () => PAYLOADS.cellGossiped.members[0]) }),
  ],
  ['a cell that is no id', 'cellGossiped', sample('cellGossiped', { members: [{ cell: 'me' }] })],
  ['a fate that is none', 'cellGossiped', sample('cellGossiped', { fates: [{ fate: 'alive' }] })],
  ['a short digest', 'cellDigested', { buckets: new Uint8Array(127) }],
  ['a lease that is no id', 'leaseEnded', sample('leaseEnded', { leaseId: idOf.content('1') })],
  ['an ending that is none', 'leaseEnded', sample('leaseEnded', { state: 'active' })],
  ['no wishes', 'leaseRequest', { wishes: [] }],
  ['nine wishes', 'leaseRequest', { wishes: Array.from({ length: 9 }, () => PAYLOADS.leaseRequest.wishes[0]) }],
  ['a wish for nothing', 'leaseRequest', { wishes: [{ kind: 'cpu', quantity: 0, ttlMs: 1_000 }] }],
  ['a wish for ever', 'leaseRequest', { wishes: [{ kind: 'cpu', quantity: 1, ttlMs: 300_001 }] }],
  ['a wish for gold', 'leaseRequest', { wishes: [{ kind: 'gold', quantity: 1, ttlMs: 1_000 }] }],
  ['a tier that is none', 'leaseRequest', { wishes: [{ kind: 'cpu', quantity: 1, ttlMs: 1_000, tier: 'vip' }] }],
  ['no token', 'leaseOpen', sample('leaseOpen', { token: new Uint8Array(0) })],
  ['a huge token', 'leaseRenew', sample('leaseRenew', { token: new Uint8Array(TOKEN_LIMITS.bytesMax + 1) })],
  ['a renewal for ever', 'leaseRenew', sample('leaseRenew', { ttlMs: 300_001 })],
  ['generation nought', 'leaseRenew', sample('leaseRenew', { generation: 0 })],
  ['endless grace', 'leaseRevoke', sample('leaseRevoke', { graceMs: 60_001 })],
  ['a reason that is none', 'leaseWarned', sample('leaseWarned', { reason: 'because' })],
  ['no fuel', 'runSubmit', sample('runSubmit', { fuelLimit: 0 })],
  ['fuel past what is exact', 'runSubmit', sample('runSubmit', { fuelLimit: 2 ** 53 })],
  ['an endless deadline', 'runSubmit', sample('runSubmit', { deadlineMs: 240_001 })],
  ['a huge module', 'runSubmit', sample('runSubmit', { moduleBytes: TASKLET_LIMITS.moduleBytesMax + 1 })],
  ['more memory than a run is handed', 'runSubmit', sample('runSubmit', { memory: Array(17).fill('AAAA') })],
  ['an empty list of memory', 'runSubmit', sample('runSubmit', { memory: [] })],
  ['a long LeaseRef', 'runSubmit', sample('runSubmit', { memory: ['A'.repeat(1_000)] })],
  ['a LeaseRef in no alphabet of ours', 'runSubmit', sample('runSubmit', { memory: ['A A'] })],
  ['a nameless tasklet', 'runSubmit', sample('runSubmit', { tasklet: '' })],
  ['a long inline input', 'runSubmit', sample('runSubmit', { inlineInput: new Uint8Array(INLINE_BYTES_MAX + 1) })],
  ['a state that is none', 'runProgressed', sample('runProgressed', { status: 'finished' })],
  ['a long inline output', 'runFinished', outcome({ inlineOutput: new Uint8Array(INLINE_BYTES_MAX + 1) })],
  ['a short signature', 'runFinished', outcome({ signature: new Uint8Array(63) })],
  ['a long response', 'runFinished', outcome({ responseText: 'x'.repeat(TASKLET_LIMITS.responseBytesMax + 1) })],
  ['an endless log', 'runFinished', outcome({ log: Array.from({ length: 1_000 }, () => '') })],
  ['a huge content', 'contentGet', sample('contentGet', { sizeBytesMax: WIRE_LIMITS.dataBytesMax + 1 })],
  ['a session past 32 bits', 'memoryClose', { session: 2 ** 32 }],
  ['a ticket without a session', 'memoryTicket', {}],
  ['a call that takes too long', 'warmOpen', sample('warmOpen', { callMs: 60_001 })],
  ['no fuel for a call', 'warmOpen', sample('warmOpen', { fuelLimit: 0 })],
  ['an end without a signature', 'warmEnded', sample('warmEnded', { end: {} })],
  ['a wait without end', 'memoryWait', sample('memoryWait', { timeoutMs: MEMORY_LIMITS.waitMsMax + 1 })],
  ['a negative offset', 'memoryWait', sample('memoryWait', { offset: -4 })],
  ['a policy past its bound', 'policyTold', sample('policyTold', { terms: new Uint8Array(32 * 1024 + 1) })],
  ['a crowd in the lobby', 'lobbyTold', { waiting: Array(33).fill(PAYLOADS.lobbyTold.waiting[0]) }],
  ['an order that is none', 'order', sample('order', { order: { action: 'burn', leaseId: idOf.lease('4') } })],
  ['an order for endless grace', 'order', sample('order', { order: { ...PAYLOADS.order.order, graceMs: 60_001 } })],
  [
    'a short warrant',
    'here',
    { name: 'Ada', warrant: { publicKey: new Uint8Array(31), signature: new Uint8Array(64) } },
  ],
  ['a name in place of a hash', 'contentGet', sample('contentGet', { hash: '../etc' })],
];

describe('a message is refused that carries', () => {
  test.each(REFUSED)('%s (%s)', (_name, key, payload) => {
    expect(errorOf(typeOf(key).read(encodeCbor(payload)))).toBe('malformed_message');
  });

  test.each(Object.keys(PAYLOADS))('%s without one of the keys it needs', (key) => {
    const optional = new Set(['slot', 'progress', 'inlineInput', 'reason', 'ttlMs', 'seen', 'warrant']);
    const payload: object = PAYLOADS[key as keyof typeof PAYLOADS];
    const needed = Object.entries(payload).filter(
      ([name]) => !(optional.has(name) && key !== 'leaseWarned') && !(key === 'leaseRequest' && name === 'runId'),
    );
    for (const [missing] of needed) {
      const rest = Object.fromEntries(Object.entries(payload).filter(([name]) => name !== missing));
      expect(typeOf(key).read(encodeCbor(rest)).ok, missing).toBe(false);
    }
  });
});
