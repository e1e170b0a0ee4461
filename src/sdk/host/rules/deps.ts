import type { Cell, Note, Store } from '../../../cell/index.ts';
import type { CellId, Env, FabricFailure, FabricId, Signer } from '../../../core/index.ts';
import type { Roster } from '../../../membership/index.ts';
import type { SignedPolicy, StewardKey } from '../../../steward/index.ts';
import type { Switchboard } from '../../../transport/index.ts';

/** What the rules of a fabric need of the host that keeps to them. */
export interface HostStewardDeps {
  readonly env: Env;
  readonly board: Switchboard;
  readonly signer: Signer;
  /** Drawn when this tab started, as its hellos show it. */
  readonly session: Uint8Array;
  readonly fabricId: FabricId;
  /** The hash of the steward's key, where the link names one. */
  readonly steward: CellId | undefined;
  /** The key itself, where this profile has it. */
  readonly key: StewardKey | undefined;
  readonly store: Store<SignedPolicy> | undefined;
  readonly cell: () => Cell;
  readonly roster: () => Roster;
  readonly name: () => string;
  readonly note: Note;
  readonly changed: () => void;
  /** This cell begins, or ends, to wait until it is let in. */
  readonly waits: (isWaiting: boolean) => void;
  /** This cell may not be here any more. */
  readonly over: (why: FabricFailure) => void;
}
