/** Links on which nothing gets through any more though both their ends are there: a network has changed (PROTOCOL.md §5). */
export const MEND_LIMITS = {
  /** Silence after which another way is looked for below a link: half of what ends one. */
  afterMs: 1_500,
  /** Links of one cell for which one is looked for at a time, and how often for each. */
  atOnceMax: 8,
  everyMs: 1_000,
  /** What both ends agreeing on another way may take, and how long the link is waited for after that, or after a dial. */
  agreeMs: 2_500,
  waitMs: 3_000,
  /** How long a cell bears with silence after its own network has changed: its signaling has to come back first. */
  graceMs: 5_000,
  /** The longest that silence is borne, whatever was agreed on: beyond it a link is over, and its cell is dialled anew. */
  silenceMsMax: 15_000,
  /** Neighbours asked to pass texts on besides the service. */
  carriersMax: 3,
} as const;
