/** Every bound of the fabric, with its unit in the name and its reason beside it. Nothing grows without one. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Tasklets: what a stranger's module may ask of a cell (ABI.md §5). */
export const TASKLET_LIMITS = {
  /** A module larger than this takes too long to admit on a phone. */
  moduleBytesMax: 8 * MIB,
  inputBytesMax: 16 * MIB,
  outputBytesMax: 16 * MIB,
  responseBytesMax: 64 * KIB,
  logLinesMax: 256,
  logBytesMax: 64 * KIB,
  /** The original's default. */
  memoryBytesDefault: 32 * MIB,
  memoryBytesMax: 512 * MIB,
  /** The original's default: one unit an instruction. */
  fuelDefault: 500_000,
  /** The largest whole number that JSON keeps exact. */
  fuelMax: Number.MAX_SAFE_INTEGER,
  nameBytesMax: 64,
  /** Leases of memory handed to one run. */
  regionsMax: 16,
  /** Ranges of one `readv` or `writev`. */
  regionPartsMax: 1_024,
} as const;

/** Runs: how long and how many. */
export const RUN_LIMITS = {
  deadlineMsDefault: 30_000,
  deadlineMsMax: 240_000,
  /** Runs a cell keeps waiting for its submitters before it refuses more. */
  outgoingMax: 4_096,
  /** Runs a cell has accepted and not finished, over its slots: bounded by its leases anyway. */
  incomingMax: 256,
  /** Outcomes a cell keeps for submitters that have not fetched them. */
  finishedKept: 256,
  /** How long a submitter waits before it asks a full fabric again. */
  retryDelayMs: 200,
  /** What opening a run's leases of memory may take: less than its submitter waits for an answer. */
  memoryOpenMsMax: 5_000,
  progressIntervalMs: 100,
  /** How often a run may begin, each time at another cell, when its cells are lost. */
  attemptsDefault: 2,
  attemptsMax: 8,
  /** Cells that one run may be verified by. */
  verifyMax: 16,
  /** A run of a map lags when it takes so many times the median of its siblings, and no less than this. */
  stragglerFactor: 3,
  stragglerMsMin: 500,
  stragglerLookMs: 100,
  /** Siblings that must have ended before one is said to lag, and how many of the latest count. */
  siblingsMin: 3,
  siblingsCounted: 129,
  /** Runs of one map under way or done and not yet taken, over all cells. */
  mapInFlightMax: 256,
  /** Maps one cell has open at a time. */
  mapsMax: 64,
  /** Leases kept for the next run of a map: what a crash of their holder costs the lessor, at most. */
  keptLeaseTtlMs: 30_000,
  /** How long they are kept when no run of the map comes. */
  keptIdleMsMax: 2_000,
  /** Other cells that a run names as having its module. */
  sourcesMax: 4,
} as const;

/** Leases. */
export const LEASE_LIMITS = {
  ttlMsMin: 100,
  ttlMsMax: 300_000,
  /** Live leases one cell grants, over all holders. */
  grantedMax: 4_096,
  /** Live leases one holder may have at one lessor. */
  perHolderMax: 256,
  /** The holder stops this much before the lessor would, so that it never acts on a lease that is gone. */
  holderMarginMs: 250,
  /** How long others leave room to a holder that was refused for want of it; it asks again several times in that. */
  fairWaitMs: 1_000,
  /** Holders that a lessor remembers as waiting, for each kind. */
  waitingMax: 64,
  /** Cells that may have one lease open at a time, besides its holder. */
  openersMax: 64,
  /** The longest a revoke waits for a checkpoint. */
  graceMsMax: 60_000,
  /** The grace of a lease that has to make room for one of a higher tier. */
  preemptGraceMs: 500,
  /** The longest that several leases together are asked for; each try after the first comes within these, drawn by lot. */
  acquireWaitMsMax: 60_000,
  acquireBackoffMsMin: 50,
  acquireBackoffMsMax: 800,
  /** A teardown not confirmed after this fences the resource; less than a second, so that a revoke answers within one. */
  teardownMsMax: 900,
} as const;

/** Capability tokens. */
export const TOKEN_LIMITS = {
  /** The original's: a stolen token is worth no more than this, whatever its lease. */
  ttlMsMax: 300_000,
  /** Each one costs the verifier a digest. */
  caveatsMax: 16,
  /** A token, encoded: sixteen caveats fit unless most of them name a module. */
  bytesMax: 512,
  /** How a lease's bytes are laid out, in words such as `vec/f64`. */
  layoutBytesMax: 32,
} as const;

/** The audit chain of a cell. */
export const AUDIT_LIMITS = {
  /** Records waiting for the store. */
  pendingMax: 4_096,
  /** As many of them go to the store at once; fewer wait for company. */
  batchMin: 512,
  /** How long a record may wait: what a crash can cost. */
  keepWithinMs: 250,
  /** Records a profile keeps of one cell, some 25 MB or ten thousand runs; the oldest go first. */
  storedMax: 50_000,
  lineBytesMax: 2 * KIB,
  reasonLengthMax: 256,
  /** After one refusal of a cell is sealed, those that follow are counted and sealed together. */
  denialsTogetherMs: 10_000,
  /** Cells whose refusals are counted at a time. */
  denialsCellsMax: 128,
} as const;

/** Structures in leased memory (MEMORY.md §4). */
export const STRUCTURE_LIMITS = {
  /** One answer: what a data message carries with room to spare. Longer things are read piece by piece. */
  answerBytesMax: 8 * MIB,
  /** Buckets one call looks through, so that none holds its owner up for long. */
  bucketsPerScanMax: 65_536,
  /** The longest a mutex or a once is held without a renewal. */
  holdMsMax: 300_000,
  /** A crashed holder stands in the way no longer than this, unless it asked for more. */
  holdMsDefault: 5_000,
  /** What an iterator asks for at a time. */
  batchBytesDefault: 64 * KIB,
} as const;

/** Wire: frames and calls. */
export const WIRE_LIMITS = {
  /** One frame on a channel: below the smallest maximum message size seen (256 KiB), small enough to interleave. */
  frameBytesMax: 64 * KIB,
  /** A control message, whole: an announcement of a large fabric is the largest. */
  controlBytesMax: 256 * KIB,
  /** A message on the data channel, whole: one input or output plus its header. */
  dataBytesMax: 17 * MIB,
  /** Messages one peer may have half delivered at a time, and the bytes they may hold. */
  partialMessagesMax: 32,
  partialBytesMax: 64 * MIB,
  partialAgeMsMax: 30_000,
  /** What a cell asks of another at a time, in contents and their bytes: half of what may be half delivered. */
  fetchesMax: 16,
  fetchBytesMax: 32 * MIB,
  callsInFlightMax: 1_024,
  /** Requests of a peer by whose ids a repetition is told: as many as can be in flight. */
  requestsRemembered: 1_024,
  callDeadlineMs: 10_000,
  /** Malformed frames a peer may send before it is disconnected. */
  malformedMax: 16,
  /** Bytes waiting for one peer before a sender is told to wait; twice this and the link is given up. */
  sendQueueBytesMax: 64 * MIB,
  /** A channel buffers up to `high` before we hold frames back, and asks for more at `low`. */
  channelBufferedHighBytes: 1 * MIB,
  channelBufferedLowBytes: 256 * KIB,
} as const;

/** Regions of leased memory (src/memory/MEMORY.md). */
export const MEMORY_LIMITS = {
  /** Operations in one batch. */
  operationsMax: 4_096,
  /** Bytes that the operations of one batch may move or fill: what the owner does in one go. */
  batchMovedBytesMax: 4 * MIB,
  /** Calls of structures in one batch. */
  callsPerBatchMax: 64,
  /** After calls of one batch have answered this much, no more are executed: the longest answer would not fit any more. */
  callsAnswerBytesMax: 8 * MIB,
  /** Batches of one region under way at a time: two megabytes each way, which keeps a link busy. */
  batchesInFlightMax: 32,
  /** Operations of one region that wait to be sent, and the bytes that they are to write or read. */
  queuedOperationsMax: 65_536,
  queuedBytesMax: 256 * MIB,
  /** Regions one cell may have open here, and the waits it may have pending. */
  sessionsPerPeerMax: 256,
  waitsPerPeerMax: 256,
  /** One wait asked of another cell; longer ones are asked again. */
  waitMsMax: 20_000,
  /** The range of a watch. */
  watchBytesMax: 64 * KIB,
  /** How often a word is looked at where nothing tells of its changes. */
  pollMs: 5,
  /** The structure lock: tries before a thread stands still, and for how long at a time and how often it does. */
  lockSpinsMax: 2_000,
  /** Tries of a thread that may not stand still, such as a page's: some ten milliseconds. */
  lockSpinsAloneMax: 500_000,
  lockSliceMs: 5,
  lockSlicesMax: 40,
  /** Batches of others wait for a thread that is inside a structure in slices, for five seconds in all. */
  turnSliceMs: 10,
  turnSlicesMax: 500,
  /** The lock carries 31 bits: the number of a tab, drawn at random, and that of a thread in it. */
  tabNumbersMax: 2 ** 20,
  threadsPerTabMax: 2 ** 11,
  /** Buffers shared from tab to tab: a ticket's life, those one cell may have, and how long opening waits for all of it. */
  ticketMs: 2_000,
  ticketsPerPeerMax: 16,
  neighbourMsMax: 300,
  /** Windows that are asked for one buffer. */
  neighboursMax: 16,
  /** How long a thread of a tab that is gone may stay inside a structure before it counts as gone too. */
  goneThreadMs: 1_000,
} as const;

/** Links, joining and liveness. */
export const LINK_LIMITS = {
  signalingDeadlineMs: 8_000,
  dialDeadlineMs: 10_000,
  helloDeadlineMs: 5_000,
  joinDeadlineMs: 20_000,
  /** How long a newcomer waits at one meeting point before it knocks at the next as well. */
  knockPatienceMs: 1_500,
  /** How long opening a lease waits for the link to its lessor: a newcomer dials everyone within that. */
  lessorWaitMs: 3_000,
  /** How long a holder keeps what a cell lent whose link is lost, should it come back: two tries of a dial. */
  lessorBackMs: 10_000,
  heartbeatMs: 1_000,
  /** Silence after which a cell counts as dead: three heartbeats missed. */
  silenceMsMax: 3_000,
  /** Links that have not yet proved themselves, at one cell. */
  pendingMax: 16,
  /** Every cell is linked to every other up to here. */
  meshMax: 32,
  /** Beyond it each keeps this many links to cells drawn by lot, and lets go of those past the upper bound. */
  viewLinks: 8,
  viewLinksMax: 12,
  /** Numbers of the channels that a link may have besides its own two, half of them for either end to ask with. */
  callChannelFirst: 110,
  callChannelLast: 253,
  /** What making the far end of one may take. */
  callChannelMsMax: 2_000,
  /** Links of one cell: a full view, those it opened for data, and newcomers at a meeting point. */
  linksMax: 64,
  /** Cells a cell knows of. */
  cellsMax: 4_096,
  /** Members and fates in one message of gossip. */
  gossipMax: 64,
  /** STUN and TURN servers one cell asks; browsers slow down with more. */
  iceServersMax: 4,
  /** Codes that people carry: how long one is waited for, how many at a time, and what gathering addresses may take. */
  handCodeMs: 600_000,
  handPendingMax: 4,
  handGatherMs: 3_000,
  /** From the pasted answer to the link. */
  handConnectMs: 20_000,
  rendezvousSlots: 3,
  /** Names one cell keeps at a signaling service: its own, the rendezvous slots it claims, and some to spare. */
  namesMax: 8,
  /** Dials of one cell under way at a signaling service. */
  dialsMax: 16,
  cellNameBytesMax: 48,
} as const;

/** Programs that travel as one file (`.grafos`). */
export const BUNDLE_LIMITS = {
  /** A bundle is read whole into a page, and hashed there. */
  bytesMax: 64 * MIB,
  fileBytesMax: 16 * MIB,
  /** All fixtures of a program, what several tasklets must make of each, and some sources. */
  filesMax: 2_048,
  /** What the name of a file in a tar archive can hold, less one. */
  pathBytesMax: 255,
  fixturesMax: 256,
  /** Bundles a profile keeps across reloads, and their bytes. */
  keptMax: 32,
  keptBytesMax: 256 * MIB,
} as const;

/** Storage of artifacts and contents. */
export const STORE_LIMITS = {
  /** Contents a cell holds in memory for others to fetch: modules and inputs of runs in flight. */
  contentBytesMax: 256 * MIB,
  runsKeptMax: 500,
  /** Metered modules a profile keeps across reloads. */
  meteredModulesKeptMax: 64,
  eventsKept: 500,
} as const;

/** Forgets what was put in first until no more than `sizeMax` is kept. */
export function forgetOldest<Key>(
  kept: Pick<Map<Key, unknown> | Set<Key>, 'size' | 'keys' | 'delete'>,
  sizeMax: number,
): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= sizeMax) return;
    kept.delete(oldest);
  }
}
