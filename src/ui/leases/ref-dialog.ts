import { css, html, LitElement, type TemplateResult } from 'lit';
import { base, controls, dialogStyle } from '../look/index.ts';
import { icon } from '../parts/index.ts';
import { selectAll } from '../shell/index.ts';
import type { SharedRef } from './lease-desk.ts';

/** A LeaseRef to give away: as text, as a link and as a QR code. */
export class RefDialog extends LitElement {
  static override properties = { shared: { state: true } };

  static override styles = [
    base,
    controls,
    dialogStyle,
    css`
      dialog {
        width: min(26rem, calc(100vw - 2rem));
      }
      qr-code {
        max-width: 17rem;
        margin: var(--gap-4) auto;
      }
      .actions {
        margin-top: var(--gap-3);
      }
    `,
  ];

  declare private shared: SharedRef | undefined;

  /** Opens the dialog; the focus goes back to where it was when it closes. */
  show(shared: SharedRef): void {
    this.shared = shared;
    void this.updateComplete.then(() => this.renderRoot.querySelector('dialog')?.showModal());
  }

  protected override render(): TemplateResult {
    const { title = '', ref = '', url = '' } = this.shared ?? {};
    return html`<dialog aria-labelledby="heading" @click=${this.#onBackdrop}>
      <header>
        <h2 id="heading">Share ${title}</h2>
        <button class="icon quiet close" type="button" aria-label="Close" @click=${this.#close}>
          ${icon('close')}
        </button>
      </header>
      <p class="soft small">
        This is a LeaseRef: whoever has it may open the lease and use it beside you, until the lease is renewed or over.
      </p>
      ${url === '' ? '' : html`<qr-code .text=${url}></qr-code>`}
      <label for="ref">LeaseRef</label>
      <input id="ref" class="code" type="text" readonly .value=${ref} @focus=${selectAll} />
      <div class="actions">
        <copy-button .text=${ref} label="Copy LeaseRef"></copy-button>
        <copy-button .text=${url} label="Copy as link"></copy-button>
      </div>
    </dialog>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #onBackdrop = (event: Event): void => {
    if (event.target === event.currentTarget) this.#close();
  };
}

customElements.define('ref-dialog', RefDialog);

declare global {
  interface HTMLElementTagNameMap {
    'ref-dialog': RefDialog;
  }
}
