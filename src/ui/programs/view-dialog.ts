import { css, html, LitElement, type TemplateResult } from 'lit';
import { base, controls, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';

/** The view that a program brings, large. Closing hides it: what goes on in it goes on, and it is there again as it was. */
export class ViewDialog extends LitElement {
  static override properties = { heading: { state: true }, view: { state: true } };

  static override styles = [
    base,
    controls,
    pieces,
    css`
      dialog {
        width: min(72rem, calc(100vw - 2rem));
        max-width: none;
        max-height: calc(100dvh - 2rem);
        padding: var(--gap-5);
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--corner-large);
        background: var(--cloth);
        color: var(--ink);
        box-shadow: var(--shade);
      }
      dialog::backdrop {
        background: rgb(9 14 25 / 55%);
      }
      header {
        display: flex;
        align-items: start;
        justify-content: space-between;
        gap: var(--gap-3);
        margin-bottom: var(--gap-4);
      }
      h2 {
        padding-top: 0.35rem;
      }
      .close {
        margin: -0.25rem -0.5rem 0 0;
      }
      @media (max-width: 40rem) {
        dialog {
          width: 100vw;
          height: 100dvh;
          max-height: none;
          padding: var(--gap-4);
          border: 0;
          border-radius: 0;
        }
      }
    `,
  ];

  declare private heading: string;
  declare private view: HTMLElement | undefined;

  constructor() {
    super();
    this.heading = '';
  }

  show(heading: string, view: HTMLElement): void {
    this.heading = heading;
    this.view = view;
    void this.updateComplete.then(() => this.renderRoot.querySelector('dialog')?.showModal());
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading">
      <header>
        <h2 id="heading">${this.heading}</h2>
        <button class="icon quiet close" type="button" aria-label="Close" @click=${this.#close}>
          ${icon('close')}
        </button>
      </header>
      ${this.view}
    </dialog>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };
}

customElements.define('view-dialog', ViewDialog);

declare global {
  interface HTMLElementTagNameMap {
    'view-dialog': ViewDialog;
  }
}
