import { css, html, LitElement, type TemplateResult } from 'lit';
import { base, controls, dialogStyle, pieces } from '../look/index.ts';
import { icon } from '../parts/index.ts';

/** The view that a program brings, large. Closing hides it: what goes on in it goes on, and it is there again as it was. */
export class ViewDialog extends LitElement {
  static override properties = { heading: { state: true }, view: { state: true } };

  static override styles = [
    base,
    controls,
    pieces,
    dialogStyle,
    css`
      dialog {
        width: min(72rem, calc(100vw - 2rem));
        max-width: none;
      }
      header {
        margin-bottom: var(--gap-4);
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
