import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CellView } from '../../sdk/index.ts';
import { base, pieces } from '../look/index.ts';
import { cellStateText, cellTone, formatBytes, formatDuration, linkText } from '../words/index.ts';

const SLOT_MARKS_MAX = 12;
/** A list this long scrolls, so the keyboard must reach it. */
const SCROLLING_FROM = 6;

/** Who is here: every cell with its state, free worker slots, free memory and round trip. */
export class CellList extends LitElement {
  static override properties = { cells: { attribute: false } };

  static override styles = [
    base,
    pieces,
    css`
      ul {
        max-height: 27rem;
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.15rem var(--gap-3);
        align-items: center;
        padding: var(--gap-3) 0;
      }
      li:first-child {
        padding-top: 0;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      cell-badge {
        font-weight: 600;
      }
      .figures {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--gap-4);
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      .reach {
        justify-content: end;
        color: var(--ink-faint);
        font-size: var(--text-small);
        text-align: right;
      }
      .slots {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
      }
      .marks {
        display: inline-flex;
        gap: 2px;
      }
      .marks i {
        width: 0.45rem;
        height: 0.45rem;
        border: 1px solid var(--line-strong);
        border-radius: 1px;
      }
      .marks .lent {
        border-color: var(--indigo);
        background: var(--indigo);
      }
      .gone {
        opacity: 0.6;
      }
    `,
  ];

  declare cells: readonly CellView[];

  constructor() {
    super();
    this.cells = [];
  }

  protected override render(): TemplateResult {
    return html`<ul tabindex=${this.cells.length > SCROLLING_FROM ? 0 : -1} aria-label="Cells">
      ${repeat(
        this.cells,
        (cell) => cell.id,
        (cell) => this.#cell(cell),
      )}
    </ul>`;
  }

  #cell(cell: CellView): TemplateResult {
    return html`<li class=${cell.state}>
      <cell-badge cell=${cell.id} name=${cell.name} ?is-self=${cell.isSelf}></cell-badge>
      <span class="chip ${cellTone(cell.state)}"><i class="dot"></i>${cellStateText(cell)}</span>
      <span class="figures">
        <span class="slots">${slotMarks(cell)} ${cell.slotsFree} of ${cell.slotsTotal} slots free</span>
        <span>${formatBytes(cell.memoryBytesFree)} free</span>
        ${cell.link === undefined || cell.link.path === 'direct' ? nothing : html`<span>${linkText(cell.link, this.cells)}</span>`}
      </span>
      ${
        cell.roundTripMs === undefined
          ? nothing
          : html`<span class="reach figures"
              ><span class="unseen">Round trip </span>${formatDuration(cell.roundTripMs)}</span
            >`
      }
    </li>`;
  }
}

function slotMarks(cell: CellView): TemplateResult | typeof nothing {
  if (cell.slotsTotal > SLOT_MARKS_MAX) return nothing;
  const lent = cell.slotsTotal - cell.slotsFree;
  return html`<span class="marks" aria-hidden="true"
    >${Array.from({ length: cell.slotsTotal }, (_, index) => html`<i class=${index < lent ? 'lent' : ''}></i>`)}</span
  >`;
}

customElements.define('cell-list', CellList);

declare global {
  interface HTMLElementTagNameMap {
    'cell-list': CellList;
  }
}
