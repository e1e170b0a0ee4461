const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Links that go through another cell: what that costs the cell in the middle, and how long the two ends try. */
export const RELAY_LIMITS = {
  /** Links that one cell carries for others, and those of one of them. */
  carriedMax: 16,
  carriedPerCellMax: 8,
  /** Links of one cell that others carry. */
  relayedMax: 16,
  /** What one carried link may move each way: enough for control and inputs of runs, little beside a video call. */
  bytesPerSecondMax: 4 * MIB,
  /** What it may move at once after a pause. */
  burstBytes: 1 * MIB,
  /** What the cell in the middle holds of one channel of one way; a sender that keeps to its window never comes there. */
  heldBytesMax: 1 * MIB,
  /** What a sender has under way on one channel: sent and not yet acknowledged by the far end. */
  windowBytes: 512 * KIB,
  windowRecordsMax: 48,
  /** Plain bytes of one record: the longest frame takes two. */
  recordBytesMax: 60 * KIB,
  /** Records under one key; a link that lasts longer is opened again. Far below what AES-GCM allows (RFC 8446 §5.5). */
  recordsMax: 2 ** 24,
  /** A carried link on which nothing moves is dead: both its ends beat once a second. */
  idleMs: 10_000,
  /** From the wish for a circuit to its answer, and until both ends have shown their keys. */
  openMs: 5_000,
  /** What was sent before a link was closed may take this long to get through. */
  closeMs: 1_000,
  /** How long a direct dial may take before a carrier is looked for besides. */
  patienceMs: 5_000,
  /** Cells asked to carry one link, one after the other. */
  carriersTriedMax: 4,
  /** A carrier that altered something is not asked again for so long, and so many are remembered. */
  shunnedMs: 600_000,
  shunnedMax: 64,
  /** While a link is carried, a direct one is tried after this, each time later, down to this seldom. */
  directMsMin: 15_000,
  directMsMax: 300_000,
  /** Moving to another link: until the last of the old one is through at both ends. */
  moveMs: 10_000,
  /** The same from a link on which nothing was ever heard, which the other end may not have. */
  blindMoveMs: 500,
} as const;
