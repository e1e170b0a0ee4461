import { failure } from '../../../src/core/index.ts';
import type { CellView, FabricEvent, FabricSnapshot, LeaseView, RunView } from '../../../src/sdk/index.ts';
import { cellId, fabricId, leaseId, runId } from './fake-ids.ts';

const MIB = 1024 * 1024;
const NAMES = [
  'amber finch',
  'quiet loom',
  'Room 12, left window by the radiator',
  'zwölf',
  'phone',
  'library 3',
  'teacher',
  'back row',
];

export function fakeCell(index: number, change: Partial<CellView> = {}): CellView {
  return {
    id: cellId(index),
    name: NAMES[index] ?? `cell ${index + 1}`,
    isSelf: index === 0,
    state: 'alive',
    slotsTotal: 4,
    slotsFree: 4,
    memoryBytesTotal: 256 * MIB,
    memoryBytesFree: 256 * MIB,
    isVisible: true,
    ...(index === 0 ? {} : { roundTripMs: 1.4 + index * 3.7 }),
    ...change,
  };
}

/** A run that no cell has taken yet. */
export function queuedRun(index: number, change: Partial<RunView> = {}): RunView {
  return {
    runId: runId(index),
    program: 'image-info',
    tasklet: 'thumbnail',
    submitter: cellId(0),
    status: 'queued',
    fuelLimit: 20_000_000,
    submittedWallMs: Date.now() - index * 21_000,
    wallMs: 840 + index * 130,
    ...change,
  };
}

export function fakeRun(index: number, change: Partial<RunView> = {}): RunView {
  return queuedRun(index, { cell: cellId(1), status: 'running', ...change });
}

export function fakeLease(index: number, change: Partial<LeaseView> = {}): LeaseView {
  return {
    leaseId: leaseId(index),
    kind: 'cpu',
    lessor: cellId(1),
    holder: cellId(0),
    holders: [cellId(0)],
    isOpened: false,
    quantity: 1,
    state: 'active',
    revokeState: 'active',
    tier: 'standard',
    ttlMs: 30_000,
    remainingMs: 24_000,
    generation: 1,
    ...change,
  };
}

/** One fabric of `cells`, with nothing going on unless `change` says so. */
export function fakeSnapshot(cells: readonly CellView[], change: Partial<FabricSnapshot> = {}): FabricSnapshot {
  return {
    phase: 'ready',
    fabric: {
      id: fabricId(1),
      name: 'reading room',
      joinUrl:
        'https://localhost:5173/#/f/reading%20room?k=3q2-7wAAAQIDBAUGBwgJCgsMDQ4PEBES&s=8f14e45fceea167a5a36dedd4bea2543',
    },
    self: cellId(0),
    cells,
    runs: [],
    leases: [],
    events: [],
    connections: { open: 1, made: 2 },
    signaling: { url: 'https://localhost:5173/peerjs/', state: 'connected', slot: 0 },
    takenAtMs: performance.now(),
    ...change,
  };
}

/** Three cells with runs in every state, leases of both kinds running down, and a log. */
export function busySnapshot(): FabricSnapshot {
  const cells = [
    fakeCell(0, { slotsFree: 3, memoryBytesFree: 224 * MIB }),
    fakeCell(1, { slotsFree: 2, memoryBytesFree: 160 * MIB }),
    fakeCell(2, { slotsFree: 3, memoryBytesFree: 224 * MIB, isVisible: false }),
  ];
  return fakeSnapshot(cells, { runs: busyRuns(), leases: busyLeases(), events: busyEvents() });
}

function busyRuns(): readonly RunView[] {
  const failed = failure('fuel_exhausted', 'The tasklet used all of its 500,000 units of fuel after 31 ms.');
  return [
    queuedRun(0, { wallMs: 120 }),
    fakeRun(1, { status: 'placed', cell: cellId(2) }),
    fakeRun(2, { status: 'admitted', tasklet: 'metadata' }),
    fakeRun(3, { progress: { done: 37, total: 64 }, fuelUsed: 8_412_093 }),
    fakeRun(4, {
      submitter: cellId(2),
      cell: cellId(0),
      program: 'hello-tasklet',
      tasklet: 'hello',
      fuelLimit: 500_000,
    }),
    fakeRun(5, { status: 'succeeded', fuelUsed: 14_203_441, outputBytes: 6_120 }),
    fakeRun(6, { status: 'succeeded', tasklet: 'metadata', fuelUsed: 31_207, fuelLimit: 500_000, outputBytes: 88 }),
    fakeRun(7, { status: 'failed', tasklet: 'metadata', fuelUsed: 500_000, fuelLimit: 500_000, failure: failed }),
    fakeRun(8, { status: 'cancelled', failure: failure('cancelled', 'The run was cancelled by this tab.') }),
  ];
}

function busyLeases(): readonly LeaseView[] {
  return [
    fakeLease(0, { runId: runId(3) }),
    fakeLease(1, { kind: 'mem', quantity: 32 * MIB, remainingMs: 24_000, runId: runId(3) }),
    fakeLease(2, { remainingMs: 17_500, runId: runId(2) }),
    fakeLease(3, { lessor: cellId(2), remainingMs: 6_200, generation: 3 }),
    fakeLease(4, { lessor: cellId(0), holder: cellId(2), remainingMs: 28_000 }),
    fakeLease(5, { lessor: cellId(0), holder: cellId(2), kind: 'mem', quantity: 32 * MIB, remainingMs: 28_000 }),
    fakeLease(6, { state: 'expired', remainingMs: 0 }),
    fakeLease(7, { state: 'freed', remainingMs: 0, kind: 'mem', quantity: 32 * MIB }),
  ];
}

function busyEvents(): readonly FabricEvent[] {
  const at = (secondsAgo: number): number => Date.now() - secondsAgo * 1_000;
  return [
    { wallMs: at(190), level: 'info', kind: 'fabric.joined', text: 'Joined reading room as amber finch' },
    { wallMs: at(171), level: 'info', kind: 'cell.joined', text: 'quiet loom joined' },
    { wallMs: at(164), level: 'info', kind: 'cell.joined', text: 'Room 12, left window by the radiator joined' },
    { wallMs: at(120), level: 'info', kind: 'run.finished', text: 'metadata succeeded on quiet loom in 38 ms' },
    {
      wallMs: at(88),
      level: 'warn',
      kind: 'lease.expired',
      text: 'A worker slot of quiet loom expired before it was freed',
    },
    { wallMs: at(61), level: 'error', kind: 'run.finished', text: 'metadata failed on quiet loom: fuel_exhausted' },
    { wallMs: at(12), level: 'info', kind: 'lease.granted', text: 'quiet loom lends 1 worker slot for 30 s' },
  ];
}
