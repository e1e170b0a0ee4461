import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CellId, CellView, LeaseView } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { cellName, leaseTone, plural, quantityText, shortId } from '../words/index.ts';
import type { LeaseDesk } from './lease-desk.ts';
import { leaseStyle } from './lease-style.ts';

/** More rows than a person reads; the rest is counted. */
const ROWS_MAX = 40;

/** Leases this cell grants or holds, each with its time running down and what may be done with it. */
export class LeaseTable extends LitElement {
  static override properties = {
    leases: { attribute: false },
    cells: { attribute: false },
    self: {},
    takenAtMs: {},
    desk: { attribute: false },
  };

  static override styles = [base, controls, pieces, leaseStyle];

  declare leases: readonly LeaseView[];
  declare cells: readonly CellView[];
  declare self: CellId | undefined;
  declare takenAtMs: number;
  declare desk: LeaseDesk;

  constructor() {
    super();
    this.leases = [];
    this.cells = [];
    this.takenAtMs = 0;
  }

  protected override render(): TemplateResult {
    if (this.leases.length === 0) {
      return html`<p class="empty">
        <strong>Nothing is on lease</strong>Every run borrows a worker slot and some memory for a short time. Run a
        program, or take a lease yourself, and watch it run down.
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
      <td class="act">
        <lease-actions .lease=${lease} .self=${this.self} .desk=${this.desk}></lease-actions>
      </td>
    </tr>`;
  }

  #role(lease: LeaseView): string {
    if (lease.lessor === lease.holder) return 'lent to itself';
    if (lease.state === 'active' && lease.revokeState !== 'active') return 'being taken back';
    if (lease.isOpened) return 'you have it open';
    if (lease.holder === this.self) return 'you hold it';
    const others = lease.holders.length - 1;
    return others === 0 ? 'you lend it' : `you lend it, ${others} more ${others === 1 ? 'has' : 'have'} it open`;
  }
}

customElements.define('lease-table', LeaseTable);

declare global {
  interface HTMLElementTagNameMap {
    'lease-table': LeaseTable;
  }
}
