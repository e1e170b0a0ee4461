import { html, nothing, type TemplateResult } from 'lit';
import type { CellId, ViewStage } from '../../../sdk/index.ts';
import { cellName, failureOf, HouseView } from '../../house/index.ts';
import { populationOf, readPattern } from '../board.ts';
import { Picture } from './picture.ts';
import { Player } from './player.ts';
import { DYES, lifeStyle } from './style.ts';

const PACES = [
  { perSecond: 4, name: 'Slow' },
  { perSecond: 10, name: 'Calm' },
  { perSecond: 25, name: 'Brisk' },
] as const;

/** Life in leased memory, for people. */
export class LifeView extends HouseView {
  static override properties = { stage: { attribute: false } };

  declare stage: ViewStage;
  protected override readonly rules = lifeStyle;
  #picture: Picture | undefined;
  readonly #player = new Player(
    this,
    () => this.stage,
    ({ board, places }) => {
      const bands = places.map(({ cell, top, rows }) => ({ top, rows, dye: this.#dyeOf(cell) }));
      this.#picture?.show(board, bands);
    },
  );
  /** The picture follows the size of the page and its day and night. */
  readonly #sizes = new ResizeObserver(() => this.#picture?.draw());
  readonly #redraw = (): void => this.#picture?.draw();
  readonly #themes = new MutationObserver(this.#redraw);
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');

  override connectedCallback(): void {
    super.connectedCallback();
    this.#themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#scheme.addEventListener('change', this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    this.#themes.disconnect();
    this.#scheme.removeEventListener('change', this.#redraw);
  }

  protected override firstUpdated(): void {
    const canvas = this.querySelector('canvas');
    if (!canvas) return;
    this.#picture = new Picture(canvas);
    this.#sizes.observe(canvas);
    void this.#begin();
  }

  protected override render(): TemplateResult {
    const { position, failure, loss, places } = this.#player;
    const generation = position?.generation ?? 0;
    const population = position ? populationOf(position.board) : 0;
    return html`<failure-card .failure=${failure} ?hidden=${!failure} heading="The game stopped"></failure-card>
      ${
        loss
          ? html`<div class="life-loss" role="status">
              <strong>A band was lost at generation ${loss.generation}.</strong> ${sentence(loss.failure.message)}
              (<span class="code">${loss.failure.code}</span>). The board went on from there in
              ${places.length === 1 ? 'one band' : `${places.length} bands`}.
            </div>`
          : nothing
      }
      <canvas
        width="192"
        height="96"
        role="img"
        aria-label="The board: ${population} squares live in generation ${generation}."
      ></canvas>
      <div class="life-tools">
        ${this.#button()}
        <button type="button" ?disabled=${generation === 0 || this.#player.state !== 'resting'} @click=${this.#onAnew}>
          From the beginning
        </button>
        <div class="life-pace">
          <label for="life-pace">Pace</label>
          <select id="life-pace" @change=${this.#onPace}>
            ${PACES.map(
              ({ perSecond, name }) =>
                html`<option value=${perSecond} ?selected=${perSecond === this.#player.perSecond}>
                  ${name}, ${perSecond} a second
                </option>`,
            )}
          </select>
        </div>
        <dl class="life-count figures">
          <div>
            <dt>Generation</dt>
            <dd>${generation.toLocaleString('en')}</dd>
          </div>
          <div>
            <dt>Living</dt>
            <dd>${population.toLocaleString('en')}</dd>
          </div>
        </dl>
      </div>
      ${this.#bands()}`;
  }

  #button(): TemplateResult {
    const player = this.#player;
    switch (player.state) {
      case 'resting':
        return html`<button class="main" type="button" ?disabled=${!player.position} @click=${this.#onPlay}>
          ${player.places.length === 0 ? 'Start' : 'Go on'}
        </button>`;
      case 'beginning':
        return html`<button class="main" type="button" disabled>Lending…</button>`;
      case 'playing':
        return html`<button class="main" type="button" @click=${() => player.pause()}>Pause</button>`;
      case 'pausing':
        return html`<button class="main" type="button" disabled>Pausing…</button>`;
    }
  }

  #bands(): TemplateResult {
    const { places } = this.#player;
    if (places.length === 0)
      return html`<p class="soft small">
        Each tab that is here lends the memory for one band of the board and steps it. Open more tabs for more bands.
      </p>`;
    const snapshot = this.stage.fabric.snapshot();
    return html`<ul class="life-bands" aria-label="Bands">
      ${places.map(
        ({ cell, top, rows }) =>
          html`<li>
            <span class="life-dot life-dye-${this.#dyeOf(cell)}"></span>
            <span
              ><strong>${cellName(snapshot, cell)}</strong>
              <span class="soft">rows ${top + 1} to ${top + rows}</span></span
            >
          </li>`,
      )}
    </ul>`;
  }

  #dyeOf(cell: CellId): number {
    return DYES[this.#player.numberOf(cell) % DYES.length] ?? 0;
  }

  /** Puts the program's own pattern on. */
  async #begin(): Promise<void> {
    try {
      const [fixture] = this.stage.program.fixtures;
      const bytes = await this.stage.fetchBytes(fixture?.url ?? '');
      this.#picture?.clear();
      this.#player.put({ generation: 0, board: readPattern(new TextDecoder().decode(bytes)) });
    } catch (thrown) {
      this.#player.failure = failureOf(thrown);
      this.requestUpdate();
    }
  }

  readonly #onPlay = (): void => {
    void this.#player.play();
  };

  readonly #onAnew = (): void => {
    void this.#begin();
  };

  readonly #onPace = (event: Event): void => {
    if (event.target instanceof HTMLSelectElement) this.#player.perSecond = Number(event.target.value);
  };
}

/** What came with a failure, as a sentence without its end. */
function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1).replace(/[.!?]$/, '');
}

customElements.define('game-of-life', LifeView);

declare global {
  interface HTMLElementTagNameMap {
    'game-of-life': LifeView;
  }
}
