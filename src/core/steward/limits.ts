/** The steward of a fabric: its policy, its lobby. */
export const STEWARD_LIMITS = {
  /** Cells named in one list of a policy: those let in, those sent away, those that may lend a kind. */
  admittedMax: 1_024,
  evictedMax: 256,
  lendersMax: 256,
  /** Reasons that a policy gives for sending cells away: the latest ones. */
  reasonsMax: 16,
  reasonBytesMax: 120,
  /** A signed policy with all of its lists full, in one frame. */
  policyBytesMax: 32 * 1_024,
  /** Policies that one neighbour may tell and that are not the steward's, before it is listened to no more. */
  forgeriesMax: 16,
  /** Cells that wait at one member, and how many may come to wait there within `knocksWithinMs`. */
  waitingMax: 32,
  knocksMax: 64,
  knocksWithinMs: 60_000,
  /** How long one may wait at a member before it has to knock again. */
  waitMsMax: 1_800_000,
  /** Whoever was turned away need not knock again so soon. */
  refusedMs: 60_000,
  refusedMax: 256,
  /** How often the two ends of a waiting link show that they are there, and after what silence it is given up. */
  waitBeatMs: 2_000,
  waitSilenceMs: 7_000,
  /** Warrants remembered as checked. */
  warrantsMax: 1_024,
  /** Fabrics whose policies a profile keeps. */
  policiesKeptMax: 256,
  /** Leases that a lessor lists for the steward. */
  listedMax: 256,
} as const;
