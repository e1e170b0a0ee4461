import { html, nothing, type TemplateResult } from 'lit';
import type { CellId, FabricSnapshot, LeaseHandle, RunTarget, ViewStage } from '../../../sdk/index.ts';
import { cellName, endText, HouseView } from '../../house/index.ts';
import type { Piece } from '../board.ts';
import { boardRef } from '../demo.ts';
import { BoardHolder } from './board-holder.ts';
import './easel.ts';
import type { Ink } from './pen.ts';
import { boardStyle, INKS } from './style.ts';

const FINE_PX = 4;
const THICK_PX = 12;

/** A whiteboard in leased memory, for people. */
export class WhiteboardView extends HouseView {
  static override properties = {
    stage: { attribute: false },
    snapshot: { state: true },
    ink: { state: true },
    isAsking: { state: true },
  };

  declare stage: ViewStage;
  declare private snapshot: FabricSnapshot | undefined;
  declare private ink: Ink;
  declare private isAsking: boolean;
  protected override readonly rules = boardStyle;
  readonly #strokes: number[] = [];
  readonly #holder = new BoardHolder(
    this,
    () => this.stage.fabric,
    (change) => {
      if (change.isFresh) this.#pieces.length = 0;
      this.#pieces.push(...change.pieces.filter(({ points }) => points.length > 0));
      this.querySelector('board-easel')?.show(change);
    },
  );
  /** What is on the sheet, to be laid out again in another lease. */
  readonly #pieces: Piece[] = [];
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.ink = { colour: 0, widthPx: FINE_PX };
    this.isAsking = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.snapshot = this.stage.fabric.snapshot();
    this.#stop = this.stage.fabric.subscribe((snapshot) => {
      this.snapshot = snapshot;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override firstUpdated(): void {
    const { ref } = this.stage;
    if (ref !== undefined) void this.#holder.open(ref);
  }

  protected override render(): TemplateResult {
    const { state, failure } = this.#holder;
    const isOver = state.kind === 'over';
    return html`<failure-card .failure=${failure} ?hidden=${!failure} heading="That did not work"></failure-card>
      ${state.kind === 'none' ? this.#start() : nothing}
      ${state.kind === 'opening' ? html`<p class="empty" role="status">Opening the board…</p>` : nothing}
      ${isOver ? this.#over(endText(state.end)) : nothing} ${state.kind === 'live' ? this.#tools(state.lease) : nothing}
      <board-easel
        ?hidden=${state.kind !== 'live' && !isOver}
        .author=${authorOf(this.snapshot?.self)}
        .ink=${this.ink}
        .isOver=${isOver}
        .onPiece=${this.#onPiece}
        .onStroke=${this.#onStroke}
      ></board-easel>
      ${state.kind === 'live' ? this.#foot(state.lease, state.isOpened) : nothing}`;
  }

  #start(): TemplateResult {
    const others = (this.snapshot?.cells ?? []).filter(({ isSelf, state }) => !isSelf && state === 'alive');
    return html`<div class="start">
      <div class="cloth">
        <h3>Start a board</h3>
        <p class="soft small">It lies in 1 MiB of a tab's memory, on a lease that this tab keeps renewing.</p>
        <div class="field">
          <label for="board-from">Memory from</label>
          <select id="board-from">
            <option value="any">Any cell</option>
            ${others.map(({ id, name }) => html`<option value=${id}>${name}</option>`)}
            <option value=${this.snapshot?.self ?? 'any'}>This tab</option>
          </select>
        </div>
        <button class="main" type="button" @click=${this.#onStart}>Start a board</button>
      </div>
      <form class="cloth" @submit=${this.#onOpen}>
        <h3>Open one</h3>
        <p class="soft small">Whoever has a board can share its LeaseRef with you, as text, link or QR code.</p>
        <div class="field">
          <label for="board-ref">LeaseRef or link</label>
          <input id="board-ref" class="code" type="text" required autocomplete="off" />
        </div>
        <button type="submit">Open the board</button>
      </form>
    </div>`;
  }

  #tools(lease: LeaseHandle): TemplateResult {
    const { colour, widthPx } = this.ink;
    const width = (px: number, name: string): TemplateResult =>
      html`<label class="ink wide ${px === THICK_PX ? 'thick' : ''}" title=${name}
        ><input
          type="radio"
          name="board-width"
          aria-label=${name}
          .checked=${widthPx === px}
          @change=${() => this.#choose({ widthPx: px })} /><span></span
      ></label>`;
    return html`<div class="tools">
      <div class="inks" role="radiogroup" aria-label="Colour">
        ${INKS.map(
          (name, index) =>
            html`<label class="ink dye-${index}" title=${name}
              ><input
                type="radio"
                name="board-colour"
                aria-label=${name}
                .checked=${colour === index}
                @change=${() => this.#choose({ colour: index })} /><span></span
            ></label>`,
        )}
      </div>
      <div class="inks" role="radiogroup" aria-label="Width">${width(FINE_PX, 'Fine')}${width(THICK_PX, 'Thick')}</div>
      <button class="little push" type="button" ?disabled=${this.#strokes.length === 0} @click=${this.#onUndo}>
        Undo
      </button>
      ${
        this.isAsking
          ? html`<span class="ways" role="group" aria-label="Clear the board for everyone?">
              <button class="little grave" type="button" @click=${this.#onClear}>Clear for everyone</button>
              <button class="little quiet" type="button" @click=${() => this.#ask(false)}>Keep</button>
            </span>`
          : html`<button class="little" type="button" @click=${() => this.#ask(true)}>Clear</button>`
      }
      <button class="little main" type="button" @click=${() => void this.#share(lease)}>Share</button>
    </div>`;
  }

  #foot({ leaseId, lessor, generation }: LeaseHandle, isOpened: boolean): TemplateResult {
    const { snapshot } = this;
    const view = snapshot?.leases.find((lease) => lease.leaseId === leaseId);
    const strokes = this.querySelector('board-easel')?.strokes ?? 0;
    return html`<div class="foot">
      <ttl-ring
        .isActive=${view?.state === 'active'}
        .ttlMs=${view?.ttlMs ?? 0}
        .remainingMs=${view?.remainingMs ?? 0}
        .takenAtMs=${snapshot?.takenAtMs ?? 0}
      ></ttl-ring>
      <span>
        ${strokes} ${strokes === 1 ? 'stroke' : 'strokes'} in the memory of
        <strong>${snapshot ? cellName(snapshot, lessor) : ''}</strong>, generation ${generation}
      </span>
      <button class="little quiet push" type="button" @click=${() => void this.#holder.leave()}>
        ${isOpened ? 'Close the board' : 'Give the board back'}
      </button>
    </div>`;
  }

  #over(text: string): TemplateResult {
    return html`<div class="over-note" role="alert">
      <strong>This board is over.</strong> ${text} What was drawn is still to be seen here, and nobody can change it any
      more.
      <div class="ways">
        <button class="main" type="button" @click=${this.#onAgain}>Take a new lease for it</button>
        <button type="button" @click=${() => void this.#holder.leave()}>Leave it</button>
      </div>
    </div>`;
  }

  #choose(change: Partial<Ink>): void {
    this.ink = { ...this.ink, ...change };
  }

  #ask(isAsking: boolean): void {
    this.isAsking = isAsking;
  }

  async #share(lease: LeaseHandle): Promise<void> {
    await this.#holder.act(async () => this.stage.share({ title: 'this board', ref: await boardRef(lease) }));
  }

  readonly #onPiece = (piece: Piece): void => {
    void this.#holder.act((board) => board.push([piece]));
  };

  readonly #onStroke = (stroke: number): void => {
    this.#strokes.push(stroke);
    this.requestUpdate();
  };

  readonly #onUndo = (): void => {
    const stroke = this.#strokes.pop();
    if (stroke !== undefined) void this.#holder.act((board) => board.erase(authorOf(this.snapshot?.self), stroke));
  };

  readonly #onClear = (): void => {
    this.isAsking = false;
    this.#strokes.length = 0;
    void this.#holder.act((board) => board.clear());
  };

  readonly #onStart = (): void => {
    const chosen = this.querySelector<HTMLSelectElement>('#board-from')?.value;
    const on: RunTarget = this.snapshot?.cells.find(({ id }) => id === chosen)?.id ?? 'any';
    this.#strokes.length = 0;
    void this.#holder.start(on);
  };

  readonly #onAgain = (): void => {
    void this.#holder.start('any', [...this.#pieces]);
  };

  readonly #onOpen = (event: Event): void => {
    event.preventDefault();
    const text = this.querySelector<HTMLInputElement>('#board-ref')?.value ?? '';
    void this.#holder.open(text);
  };
}

/** Who draws, as the pieces say it. */
function authorOf(self: CellId | undefined): number {
  return Number.parseInt((self ?? '0').slice(0, 8), 16);
}

customElements.define('whiteboard-view', WhiteboardView);

declare global {
  interface HTMLElementTagNameMap {
    'whiteboard-view': WhiteboardView;
  }
}
