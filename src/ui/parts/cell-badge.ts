import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { base, weaveOf, weavePath } from '../look/index.ts';

const SWATCH_PX = 24;
/** As many as stay apart at the size of a letter. */
const BADGE_THREADS = 4;

/** A cell as it is named everywhere: its swatch, its name and, for this tab, the word "you". */
export class CellBadge extends LitElement {
  static override properties = {
    cell: {},
    name: {},
    isSelf: { type: Boolean, attribute: 'is-self' },
  };

  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 0.5em;
        max-width: 100%;
        vertical-align: bottom;
      }
      svg {
        width: 1.25em;
        height: 1.25em;
        flex: none;
        border-radius: 3px;
      }
      .you {
        flex: none;
        color: var(--ink-faint);
        font-size: 0.85em;
        font-weight: 400;
      }
    `,
  ];

  declare cell: string;
  declare name: string;
  declare isSelf: boolean;

  constructor() {
    super();
    this.cell = '';
    this.name = '';
    this.isSelf = false;
  }

  protected override render(): TemplateResult {
    return html`<svg viewBox="0 0 ${SWATCH_PX} ${SWATCH_PX}" aria-hidden="true">
        ${swatch(this.cell, SWATCH_PX, BADGE_THREADS)}</svg
      ><span class="cut">${this.name}</span>${this.isSelf ? html`<span class="you">(you)</span>` : ''}`;
  }
}

/** The swatch of a cell, for use inside any SVG: fills a square of `sizePx` from the origin. */
export function swatch(cellId: string, sizePx: number, threads: number): TemplateResult {
  const weave = weaveOf(cellId);
  return svg`<rect width=${sizePx} height=${sizePx} fill="var(--dye-${weave.weft})"></rect
    ><path d=${weavePath(weave, sizePx, threads)} fill="var(--dye-${weave.warp})"></path>`;
}

customElements.define('cell-badge', CellBadge);

declare global {
  interface HTMLElementTagNameMap {
    'cell-badge': CellBadge;
  }
}
