import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CellId, CellView, Fabric, FabricFailure, FabricSnapshot, WaitingView } from '../../../sdk/index.ts';
import { base, controls, pieces } from '../../look/index.ts';
import { failureOf, formatDuration } from '../../words/index.ts';
import './fence-list.ts';
import './rules-form.ts';
import { panelStyle } from './style.ts';

/** What the steward sees and does: lets cells in, sends them away, sets the rules. Everything is signed at once. */
export class StewardPanel extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    snapshot: { attribute: false },
    failure: { state: true },
    asked: { state: true },
    isBusy: { state: true },
  };

  static override styles = [base, controls, pieces, panelStyle];

  declare fabric: Fabric;
  declare snapshot: FabricSnapshot;
  declare private failure: FabricFailure | undefined;
  /** The cell that is about to be sent away, until that is confirmed. */
  declare private asked: CellId | undefined;
  declare private isBusy: boolean;

  constructor() {
    super();
    this.isBusy = false;
  }

  protected override render(): TemplateResult {
    const { policy } = this.snapshot;
    return html`<p class="soft small">
        The key that signs these rules stays in this browser. They hold on every cell, also while this tab is closed.
        <span class="chip">${policy ? `policy ${policy.version}` : 'nothing set yet'}</span>
      </p>
      <failure-card .failure=${this.failure} ?hidden=${!this.failure}></failure-card>
      ${this.#lobby()} ${this.#cells()}
      <rules-form
        .policy=${policy}
        .cells=${this.snapshot.cells}
        .name=${this.snapshot.fabric.name}
        .onSave=${(change: Parameters<Fabric['steward']['set']>[0]) => this.#do(() => this.fabric.steward.set(change))}
      ></rules-form>
      <fence-list .fabric=${this.fabric} .cells=${this.snapshot.cells}></fence-list>`;
  }

  #lobby(): TemplateResult {
    const { policy, steward } = this.snapshot;
    const hasLobby = policy?.hasLobby === true;
    const waiting = steward?.waiting ?? [];
    return html`<section aria-label="Lobby">
      <div class="heading"><h3>Lobby</h3></div>
      <label class="switch">
        <input type="checkbox" .checked=${hasLobby} ?disabled=${this.isBusy} @change=${this.#onLobby} />
        <span
          >Newcomers wait until you let them in
          <span class="small soft"
            >Who is here now stays. Compare the code on their screen before you let them in.</span
          >
        </span>
      </label>
      ${
        waiting.length > 0
          ? html`<ul class="list" aria-label="Waiting cells">
              ${repeat(
                waiting,
                ({ cell }) => cell,
                (each) => this.#waiting(each, waiting),
              )}
            </ul>`
          : hasLobby
            ? html`<p class="empty list">Nobody waits. Whoever opens the link shows up here.</p>`
            : nothing
      }
    </section>`;
  }

  #waiting({ cell, name, code, waitedMs }: WaitingView, all: readonly WaitingView[]): TemplateResult {
    const isDoubtful = all.some((other) => other.cell !== cell && other.code === code);
    return html`<li>
      <span class="who">
        <cell-badge cell=${cell} name=${name === '' ? 'unnamed' : name}></cell-badge>
        <span class="small ${isDoubtful ? '' : 'faint'}">
          ${
            isDoubtful
              ? 'Another cell shows the same code: turn both away.'
              : `waits for ${formatDuration(Math.round(waitedMs / 1_000) * 1_000)}`
          }
        </span>
      </span>
      <span class="letters" aria-label="Code ${code.replace(/./g, '$& ')}">${code}</span>
      <button
        class="main little"
        type="button"
        ?disabled=${this.isBusy}
        @click=${() => this.#do(() => this.fabric.steward.admit(cell))}
      >
        Let in
      </button>
      <button
        class="little"
        type="button"
        ?disabled=${this.isBusy}
        @click=${() => this.#do(() => this.fabric.steward.refuse(cell))}
      >
        Turn away
      </button>
    </li>`;
  }

  #cells(): TemplateResult {
    const { cells, policy } = this.snapshot;
    const others = cells.filter(({ isSelf, state }) => !isSelf && state !== 'gone');
    return html`<section aria-label="Cells">
      <div class="heading"><h3>Cells</h3></div>
      ${
        others.length === 0
          ? html`<p class="empty">No other cell is here.</p>`
          : html`<ul class="list">
              ${repeat(
                others,
                ({ id }) => id,
                (cell) => this.#cell(cell),
              )}
            </ul>`
      }
      ${(policy?.evicted ?? []).map(
        (cell) =>
          html`<p class="small soft">
            <code>${cell.slice(0, 8)}</code> was sent
            away${policy?.reasons[cell] === undefined ? '' : `: ${policy.reasons[cell]}`}.
            <button
              class="little quiet"
              type="button"
              ?disabled=${this.isBusy}
              @click=${() => this.#do(() => this.fabric.steward.readmit(cell))}
            >
              Let it come back
            </button>
          </p>`,
      )}
    </section>`;
  }

  #cell({ id, name }: CellView): TemplateResult {
    if (this.asked !== id) {
      return html`<li>
        <span class="who"><cell-badge cell=${id} name=${name}></cell-badge></span>
        <button class="little grave" type="button" aria-label="Send ${name} away" @click=${() => (this.asked = id)}>
          Send away
        </button>
      </li>`;
    }
    const onSend = (): void => {
      this.asked = undefined;
      void this.#do(() => this.fabric.steward.evict(id));
    };
    return html`<li role="alert">
      <span class="who">
        <strong>Send ${name} away?</strong>
        <span class="small soft">Its links and leases end, and this browser identity cannot come back.</span>
      </span>
      <button class="little grave" type="button" ?disabled=${this.isBusy} @click=${onSend}>Yes, send away</button>
      <button class="little quiet" type="button" @click=${() => (this.asked = undefined)}>Keep</button>
    </li>`;
  }

  readonly #onLobby = (event: Event): void => {
    const hasLobby = event.target instanceof HTMLInputElement && event.target.checked;
    void this.#do(() => this.fabric.steward.set({ hasLobby }));
  };

  async #do(work: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    this.failure = undefined;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.isBusy = false;
    }
  }
}

customElements.define('steward-panel', StewardPanel);

declare global {
  interface HTMLElementTagNameMap {
    'steward-panel': StewardPanel;
  }
}
