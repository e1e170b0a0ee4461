import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CellView, Fabric, FabricFailure, StewardLease } from '../../../sdk/index.ts';
import { base, controls, pieces } from '../../look/index.ts';
import { failureOf, formatBytes, plural } from '../../words/index.ts';
import { panelStyle } from './style.ts';

/** Leases of any cell whose teardown was not confirmed, and the way to lend again what they had. */
export class FenceList extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    cells: { attribute: false },
    fenced: { state: true },
    failure: { state: true },
  };

  static override styles = [base, controls, pieces, panelStyle];

  declare fabric: Fabric;
  declare cells: readonly CellView[];
  declare private fenced: readonly StewardLease[] | undefined;
  declare private failure: FabricFailure | undefined;

  constructor() {
    super();
    this.cells = [];
  }

  protected override render(): TemplateResult {
    const { fenced } = this;
    return html`<section aria-label="Quarantine">
      <div class="heading"><h3>Quarantine</h3></div>
      <failure-card .failure=${this.failure} ?hidden=${!this.failure}></failure-card>
      ${
        fenced === undefined
          ? nothing
          : fenced.length === 0
            ? html`<p class="small soft">No cell has fenced anything.</p>`
            : html`<ul class="list">
                ${fenced.map((lease) => this.#lease(lease))}
              </ul>`
      }
      <div class="actions list">
        <button class="little" type="button" @click=${this.#onLook}>
          ${fenced === undefined ? 'Ask every cell what it has fenced' : 'Ask again'}
        </button>
      </div>
    </section>`;
  }

  #lease({ lessor, leaseId, kind, quantity }: StewardLease): TemplateResult {
    const name = this.cells.find(({ id }) => id === lessor)?.name ?? lessor.slice(0, 8);
    const what = kind === 'mem' ? formatBytes(quantity) : plural(quantity, 'worker slot');
    const onUnfence = (): void => void this.#ask(() => this.fabric.steward.unfence(lessor, leaseId));
    return html`<li>
      <span class="who">
        <cell-badge cell=${lessor} name=${name}></cell-badge><span class="small soft">${what}</span>
      </span>
      <button class="little" type="button" @click=${onUnfence}>Lend it again</button>
    </li>`;
  }

  readonly #onLook = (): void => void this.#ask(() => Promise.resolve());

  async #ask(first: () => Promise<unknown>): Promise<void> {
    this.failure = undefined;
    try {
      await first();
      const leases = await this.fabric.steward.leases();
      this.fenced = leases.filter(({ revokeState }) => revokeState === 'fenced');
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}

customElements.define('fence-list', FenceList);

declare global {
  interface HTMLElementTagNameMap {
    'fence-list': FenceList;
  }
}
