import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Fabric, FabricFailure, LeaseEnd, LeaseHandle, RunTarget } from '../../../sdk/index.ts';
import { failureOf } from '../../house/index.ts';
import { Board, BOARD_BYTES, type BoardChange, type Piece } from '../board.ts';

const LEASE_TTL_MS = 120_000;

/** Where this tab stands: without a board, on the way to one, at one, or at what is left of one. */
export type BoardState =
  | { readonly kind: 'none' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'live'; readonly lease: LeaseHandle; readonly board: Board; readonly isOpened: boolean }
  | { readonly kind: 'over'; readonly lease: LeaseHandle; readonly end: LeaseEnd };

/** Holds one board and the lease that it lies in, from its start to its end. */
export class BoardHolder implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #fabric: () => Fabric;
  readonly #show: (change: BoardChange) => void;
  state: BoardState = { kind: 'none' };
  /** Why the latest thing asked for did not come about. */
  failure: FabricFailure | undefined;

  constructor(host: ReactiveControllerHost, fabric: () => Fabric, show: (change: BoardChange) => void) {
    this.#host = host;
    this.#fabric = fabric;
    this.#show = show;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  /** Takes a lease and lays a board out in it, with what was drawn before where there is something. */
  async start(on: RunTarget, pieces: readonly Piece[] = []): Promise<void> {
    await this.#enter(false, async () => {
      const lease = await this.#fabric()
        .lease.mem({ bytes: BOARD_BYTES })
        .ttl(LEASE_TTL_MS)
        .on(on)
        .keepAlive()
        .acquire();
      const board = await Board.create(await lease.region());
      if (pieces.length > 0) await board.push(pieces);
      return { lease, board };
    });
  }

  /** Opens the board that a LeaseRef, or a link with one, leads to. */
  async open(ref: string): Promise<void> {
    await this.#enter(true, async () => {
      const lease = await this.#fabric().openLease(ref.trim());
      return { lease, board: await Board.open(await lease.region()) };
    });
  }

  /** Does something with the board; what goes wrong is shown. */
  async act(what: (board: Board) => Promise<void>): Promise<void> {
    if (this.state.kind !== 'live') return;
    const { board } = this.state;
    try {
      await what(board);
      this.failure = undefined;
    } catch (thrown) {
      // How a lease ended is told by its own event.
      if (this.#isAt(board)) this.failure = failureOf(thrown);
    }
    this.#host.requestUpdate();
  }

  /** Gives the board back, or closes it where another tab holds it. */
  async leave(): Promise<void> {
    const { state } = this;
    this.#become({ kind: 'none' });
    if (state.kind === 'live') await state.lease.free();
  }

  async #enter(
    isOpened: boolean,
    get: () => Promise<{ readonly lease: LeaseHandle; readonly board: Board }>,
  ): Promise<void> {
    const before = this.state;
    this.#become({ kind: 'opening' });
    try {
      const { lease, board } = await get();
      this.#become({ kind: 'live', lease, board, isOpened });
      void lease.ended.then((end) => {
        if (this.#isAt(board)) this.#become({ kind: 'over', lease, end });
      });
      void this.#follow(board);
    } catch (thrown) {
      this.#become(before);
      this.failure = failureOf(thrown);
    }
  }

  async #follow(board: Board): Promise<void> {
    // The sheet is there once this state has been drawn.
    await this.#host.updateComplete;
    try {
      for await (const change of board.changes()) {
        if (!this.#isAt(board)) return;
        this.#show(change);
        this.#host.requestUpdate();
      }
    } catch (thrown) {
      if (!this.#isAt(board)) return;
      this.failure = failureOf(thrown);
      this.#host.requestUpdate();
    }
  }

  #isAt(board: Board): boolean {
    return this.state.kind === 'live' && this.state.board === board;
  }

  #become(state: BoardState): void {
    this.state = state;
    this.failure = undefined;
    this.#host.requestUpdate();
  }
}
