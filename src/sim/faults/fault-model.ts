/** Everything that goes wrong, and how often by default: occurrences in a thousand steps of a seed that draws the kind. */
const DEFAULT_RATES = {
  /** The tab goes to the background: timers once a second. */
  tabHidden: 1.2,
  /** The browser stops the tab; what comes meanwhile waits. Every frozen tab is thawed. */
  tabFrozen: 1.2,
  tabThawed: 0,
  /** Closed by its user, with a goodbye if it gets through; opened again a little later. */
  tabClosed: 0.9,
  /** Gone without a word; opened again a little later. */
  tabCrashed: 0.9,
  /** Closed and opened at once, storage kept: the same cell in a new session. */
  tabReloaded: 0.9,
  /** The machine sleeps: the tab is frozen and its monotonic clock stands. */
  machineSlept: 0.9,
  /** A holder is stopped until every lease it holds has run out. */
  holderPaused: 1,
  /** The worker under a run dies. */
  workerCrashed: 1.8,
  /** What the profile stored is deleted; its next tab is another cell. */
  storageEvicted: 0.9,
  /** The clock begins to run faster or slower. */
  clockDrifted: 1.2,
  /** The wall clock is set, forwards or back, by up to a day. */
  clockStepped: 1.2,
  /** A link breaks: at once for both ends, or silently until the browser gives up. */
  linkCut: 1.6,
  /** Packets are lost and sent again: nothing arrives for a while, then all of it. */
  linkStalled: 1.6,
  linkDelayed: 1.6,
  /** Nothing gets from one machine to the other; the way back is open. */
  oneWayPartition: 1.2,
  /** The machines fall into two groups that do not reach each other. */
  partition: 0.8,
  /** Two machines find no direct way to each other for a while, though both reach the others. */
  directWalled: 0.8,
  /** The channel's buffer is full. */
  backPressure: 1.6,
  /** Raw attacks on the session: a frame comes twice, a frame is overtaken. */
  frameDuplicated: 2.4,
  frameReordered: 2.4,
  signalingDown: 0.9,
  /** A machine gets another address: nothing comes through on its links until both ends look for another way. */
  networkChanged: 1.2,
} as const;

export type FaultKind = keyof typeof DEFAULT_RATES;

/** How often each kind happens in a thousand steps, in a seed that draws it. */
export type FaultModel = Readonly<Record<FaultKind, number>>;

export const DEFAULT_FAULTS: FaultModel = DEFAULT_RATES;

/** A clock is off by no more than this, in parts of a million: twice what a bad quartz does. */
export const DRIFT_PPM_MAX = 200;

export function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(DEFAULT_RATES, text);
}

/** Every kind, in the order of the model. */
export const FAULT_KINDS: readonly FaultKind[] = Object.keys(DEFAULT_RATES).filter(isFaultKind);

/** How often each kind was injected. */
export type FaultCounts = Record<FaultKind, number>;

export function noFaultsYet(): FaultCounts {
  const counts: FaultCounts = { ...DEFAULT_RATES };
  for (const kind of FAULT_KINDS) counts[kind] = 0;
  return counts;
}

/** Whether it makes nobody be gone or out of reach: networks change, and nothing else. */
export function isSteady(model: FaultModel): boolean {
  return FAULT_KINDS.every((kind) => model[kind] === 0 || kind === 'networkChanged');
}

/** The default model with only these kinds. */
export function onlyFaults(kinds: readonly FaultKind[]): FaultModel {
  const model = noFaultsYet();
  for (const kind of kinds) model[kind] = DEFAULT_RATES[kind];
  return model;
}
