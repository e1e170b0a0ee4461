import { EVENT, HELLO, REQUEST, STEWARD } from '../../../src/wire/index.ts';
import { idOf } from '../../support/index.ts';

const bytes = (sizeBytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(sizeBytes).fill(7);
const empty = {};

const outcome = {
  status: 'failed',
  error: { code: 'tasklet_error', message: 'code 9' },
  responseText: '{"n":1}',
  output: idOf.content('0e'),
  outputBytes: 2,
  inlineOutput: new Uint8Array([1, 2]),
  fuelUsed: 500_000,
  admittedMs: 3,
  runMs: 40,
  log: ['[info] hi'],
  publicKey: bytes(32),
  signature: bytes(64),
} as const;

const order = {
  runId: idOf.run('1'),
  program: 'hello',
  tasklet: 'greet',
  module: idOf.content('2'),
  moduleBytes: 70_000,
  input: idOf.content('3'),
  inputBytes: 3,
  inlineInput: new Uint8Array([9, 8, 7]),
  fuelLimit: Number.MAX_SAFE_INTEGER,
  deadlineMs: 30_000,
  submittedWallMs: 1_700_000_000_000,
  attempt: 1,
  cpuLease: idOf.lease('4'),
  cpuToken: bytes(3),
  memLease: idOf.lease('5'),
  memToken: bytes(4),
} as const;

const grant = {
  leaseId: idOf.lease('4'),
  kind: 'cpu',
  quantity: 1,
  ttlMs: 35_000,
  remainingMs: 35_000,
  generation: 1,
  epoch: 9,
  tier: 'standard',
  token: bytes(5),
} as const;

const proof = { publicKey: bytes(32), signature: bytes(64) } as const;

const announcement = {
  incarnation: 1_700_000_000,
  sequence: 1,
  name: 'Ada',
  slotsTotal: 4,
  slotsFree: 2,
  memoryBytesTotal: 1_073_741_824,
  memoryBytesFree: 0,
  isVisible: true,
  peerName: 'abc123',
  slot: 2,
} as const;

const warmEnd = {
  error: { code: 'revoked', message: 'taken back' },
  calls: 3,
  fuelUsed: 40,
  transcript: idOf.content('5'),
  publicKey: bytes(32),
  signature: bytes(64),
} as const;

/** One payload of every message. */
export const PAYLOADS = {
  hello: { nonce: bytes(32), publicKey: bytes(32), session: bytes(8) },
  proof: { mac: bytes(32), signature: bytes(64) },
  accepted: empty,
  refused: { code: 'wrong_key' },
  waiting: { isMember: true, isStewardHere: true, policy: 7 },
  here: { name: 'Ada', warrant: proof },
  bye: empty,
  cellAnnounced: announcement,
  cellGossiped: {
    members: [{ cell: idOf.cell('ab'), announcement }],
    fates: [{ cell: idOf.cell('cd'), fate: 'suspect', incarnation: 3, by: idOf.cell('ab') }],
  },
  cellBeat: { digest: 0xffff_ffff },
  cellDigested: { buckets: bytes(128) },
  cellIntroduced: { from: idOf.cell('ab'), to: idOf.cell('cd'), dial: idOf.run('9'), text: 'v=0' },
  cellCompared: { buckets: 0x8000_0001, versions: bytes(25) },
  leaseEnded: { leaseId: idOf.lease('4'), state: 'revoked', reason: 'preempted' },
  leaseWarned: { leaseId: idOf.lease('4'), graceMs: 500, reason: 'preempted' },
  leaseRenewed: { leaseId: idOf.lease('4'), generation: 2, token: bytes(5) },
  runProgressed: { runId: idOf.run('1'), status: 'running', progress: { done: 1, total: 2 } },
  runFinished: { runId: idOf.run('1'), outcome },
  cellPing: empty,
  cellPart: empty,
  leaseRequest: {
    wishes: [{ kind: 'cpu', quantity: 1, ttlMs: 35_000, tier: 'scavenger', isKept: true }],
    runId: idOf.run('1'),
  },
  leaseFree: { leaseIds: [idOf.lease('4')] },
  leaseRenew: { leaseId: idOf.lease('4'), generation: 1, ttlMs: 10_000, token: bytes(5) },
  leaseOpen: { leaseId: idOf.lease('4'), token: bytes(5) },
  leaseClose: { leaseId: idOf.lease('4') },
  leaseRevoke: { leaseId: idOf.lease('4'), graceMs: 500 },
  leaseCheckpointed: { leaseId: idOf.lease('4') },
  leaseQuery: { leaseId: idOf.lease('4') },
  leaseAttach: { leaseId: idOf.lease('4') },
  runSubmit: order,
  runCancel: { runId: idOf.run('1') },
  contentGet: { hash: idOf.content('2'), sizeBytesMax: 70_000 },
  memoryOpen: { leaseId: idOf.lease('4'), token: bytes(5) },
  memoryClose: { session: 7 },
  memoryWait: { session: 7, offset: 64, expected: 0xffff_ffff, timeoutMs: 500 },
  memoryWatch: { session: 7, seen: 3, timeoutMs: 500 },
  memoryTicket: { session: 7 },
  warmEnded: { session: 7, end: warmEnd },
  warmOpen: {
    warmId: idOf.run('6'),
    program: 'tests',
    tasklet: 'warm',
    module: idOf.content('2'),
    moduleBytes: 70,
    fuelLimit: 1_000,
    callMs: 5_000,
    submittedWallMs: 1_700_000_000_000,
    isFresh: false,
    cpuLease: idOf.lease('4'),
    cpuToken: bytes(5),
    memLease: idOf.lease('5'),
    memToken: bytes(5),
  },
  warmClose: { session: 7 },
  policyTold: { terms: bytes(3), ...proof },
  lobbyTold: { waiting: [{ cell: idOf.cell('ab'), session: bytes(8), name: 'Ada', waitedMs: 4_000 }] },
  lobbyRefused: { cell: idOf.cell('ab') },
  order: { order: { action: 'revoke', leaseId: idOf.lease('4'), graceMs: 500 }, ...proof },
} as const;

/** One answer to every request that is answered in CBOR. */
export const ANSWERS = {
  cellPing: empty,
  cellPart: empty,
  leaseRequest: {
    grants: [grant],
  },
  leaseFree: { freed: 1 },
  leaseRenew: { grant },
  leaseOpen: { grant },
  leaseClose: empty,
  leaseRevoke: { result: 'torn_down' },
  leaseCheckpointed: empty,
  leaseQuery: {
    kind: 'cpu',
    quantity: 1,
    ttlMs: 35_000,
    remainingMs: 100,
    generation: 2,
    tier: 'scavenger',
    revokeState: 'grace_running',
    openers: 1,
  },
  leaseAttach: { grant },
  runSubmit: empty,
  runCancel: empty,
  memoryOpen: { session: 7, sizeBytes: 65_536, epoch: 9, generation: 2 },
  memoryClose: empty,
  memoryWait: { end: 'timed_out' },
  memoryWatch: { notices: 4 },
  memoryTicket: { ticket: bytes(16) },
  warmOpen: { session: 7 },
  warmClose: { end: warmEnd },
  order: {
    result: 'listed',
    leases: [
      {
        leaseId: idOf.lease('4'),
        kind: 'cpu',
        holder: idOf.cell('ab'),
        quantity: 1,
        ttlMs: 35_000,
        remainingMs: 100,
        revokeState: 'fenced',
      },
    ],
  },
} as const;

const { order: stewardOrder, ...stewardEvents } = STEWARD;
export const EVENTS = { ...HELLO, ...EVENT, ...stewardEvents };
export const REQUESTS = { ...REQUEST, order: stewardOrder };
