import type { WarmDoor, WarmEnding } from '../../cell/index.ts';
import type { Bytes, FabricFailure, Result, RunId } from '../../core/index.ts';
import type { WarmOrder } from '../../sdk/index.ts';

/** What the page asks about its warm tasklets, by a port of their own: one message each way a batch. */
export type WarmCall = { readonly id: number } & (
  | { readonly kind: 'open'; readonly warmId: RunId; readonly order: WarmOrder }
  | { readonly kind: 'operate'; readonly warmId: RunId; readonly batch: Bytes }
  | { readonly kind: 'close'; readonly warmId: RunId }
);

/** A warm tasklet as the page gets it: with the shared memory itself when it is in this tab, else with the channel to make. */
export type WarmFound = Pick<WarmDoor, 'cell' | 'leases' | 'shared' | 'channel'>;

export type WarmReply =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Result<unknown, FabricFailure> }
  /** It is over, asked for or not. */
  | { readonly kind: 'ended'; readonly warmId: RunId; readonly ending: WarmEnding };
