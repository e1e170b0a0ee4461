import { err, failure, ok, type FabricFailure, type Result } from '../../../core/index.ts';
import type { Meeting } from '../../../membership/index.ts';
import type { SignalingDoor } from './signaling-door.ts';

/** The address that stands for people who carry codes: there is no service, and nobody is found by a name. */
export const MANUAL_SIGNALING = 'manual:';

const NO_SERVICE = failure('signaling_unreachable', 'this tab has no signaling service; links to it are made by hand');

/** Signaling by hand: cells are linked by codes, or by members that introduce them, and never by a name. */
export class HandDoor implements SignalingDoor {
  open(): Promise<Result<void, FabricFailure>> {
    return Promise.resolve(ok(undefined));
  }

  meet(): Promise<Result<Meeting, FabricFailure>> {
    return Promise.resolve(ok({ taken: [], isWhole: true }));
  }

  claim(): Promise<Result<'claimed' | 'taken', FabricFailure>> {
    return Promise.resolve(err(NO_SERVICE));
  }

  release(): void {
    // It keeps no names.
  }

  dial(): Promise<Result<void, FabricFailure>> {
    return Promise.resolve(err(NO_SERVICE));
  }

  say(): void {
    // Nobody is known by a name.
  }

  close(): void {
    // There is nothing to close.
  }
}
