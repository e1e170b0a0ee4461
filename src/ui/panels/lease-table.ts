import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CellId, CellView, LeaseId, LeaseView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { cellName, leaseTone, plural, quantityText, shortId } from '../words/index.ts';
import { leaseStyle } from './lease-style.ts';

/** More rows than a person reads; the rest is counted. */
const ROWS_MAX = 40;

/** Leases this cell grants or holds, each with its time running down; held ones can be freed. */
export class LeaseTable extends LitElement {
  static override properties = {
    leases: { attribute: false },
    cells: { attribute: false },
    self: {},
    takenAtMs: {},
    onFree: { attribute: false },
    asking: { state: true },
  };

  static override styles = [base, controls, pieces, leaseStyle];

  declare leases: readonly LeaseView[];
  declare cells: readonly CellView[];
  declare self: CellId | undefined;
  declare takenAtMs: number;
  declare onFree: (leaseId: LeaseId) => void;
  declare private asking: LeaseId | undefined;

  constructor() {
    super();
    this.leases = [];
    this.cells = [];
    this.takenAtMs = 0;
    this.onFree = () => undefined;
  }

  protected override render(): TemplateResult {
    if (this.leases.length === 0) {
      return html`<p class="empty">
        <strong>Nothing is on lease</strong>Every run borrows a worker slot and some memory for a short time. Run a
        program and watch the leases appear, run down and be given back.
      </p>`;
    }
    const hidden = this.leases.length - ROWS_MAX;
    return html`<table>
        <caption class="unseen">
          Leases this cell grants or holds
        </caption>
        <thead>
          <tr>
            <th scope="col">Time left</th>
            <th scope="col">What</th>
            <th scope="col">From and to</th>
            <th scope="col"><span class="unseen">Action</span></th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            this.leases.slice(0, ROWS_MAX),
            (lease) => lease.leaseId,
            (lease) => this.#row(lease),
          )}
        </tbody>
      </table>
      ${hidden > 0 ? html`<p class="more faint small">and ${plural(hidden, 'lease')} more</p>` : nothing}`;
  }

  #row(lease: LeaseView): TemplateResult {
    const isActive = lease.state === 'active';
    return html`<tr class=${lease.state}>
      <td class="time">
        ${
          isActive
            ? html`<ttl-ring
                .isActive=${isActive}
                .ttlMs=${lease.ttlMs}
                .remainingMs=${lease.remainingMs}
                .takenAtMs=${this.takenAtMs}
              ></ttl-ring>`
            : html`<span class="chip ${leaseTone(lease.state)}">${lease.state}</span>`
        }
      </td>
      <td class="what">
        <span class="kind ${lease.kind}">${quantityText(lease.kind, lease.quantity)}</span>
        <span class="code faint">${shortId(lease.leaseId)} · generation ${lease.generation}</span>
      </td>
      <td class="who">
        <span class="role">${this.#role(lease)}</span>
        <span class="route">
          <cell-badge cell=${lease.lessor} name=${cellName(this.cells, lease.lessor)}></cell-badge>
          <span class="arrow" role="img" aria-label="lends to">→</span>
          <cell-badge cell=${lease.holder} name=${cellName(this.cells, lease.holder)}></cell-badge>
        </span>
      </td>
      <td class="act">${this.#action(lease)}</td>
    </tr>`;
  }

  #role(lease: LeaseView): string {
    if (lease.lessor === lease.holder) return 'lent to itself';
    if (lease.holder === this.self) return 'you hold it';
    return lease.lessor === this.self ? 'you lend it' : 'between others';
  }

  #action(lease: LeaseView): TemplateResult | typeof nothing {
    if (lease.state !== 'active' || lease.holder !== this.self) return nothing;
    if (this.asking !== lease.leaseId) {
      return html`<button class="little" type="button" @click=${() => this.#ask(lease.leaseId)}>Free</button>`;
    }
    return html`<span class="asking" role="group" aria-label="Free this lease?">
      <button class="little grave" type="button" @click=${() => this.#free(lease.leaseId)}>
        ${lease.runId === undefined ? 'Free it' : 'Free it and end its run'}
      </button>
      <button class="little quiet" type="button" @click=${() => this.#ask(undefined)}>Keep</button>
    </span>`;
  }

  #ask(leaseId: LeaseId | undefined): void {
    this.asking = leaseId;
  }

  #free(leaseId: LeaseId): void {
    this.asking = undefined;
    this.onFree(leaseId);
  }
}

customElements.define('lease-table', LeaseTable);

declare global {
  interface HTMLElementTagNameMap {
    'lease-table': LeaseTable;
  }
}
