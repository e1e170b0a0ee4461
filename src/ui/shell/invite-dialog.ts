import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { base, controls, dialogStyle } from '../look/index.ts';
import { icon } from '../parts/index.ts';

/** The invitation: join link, QR code, copy, and the system's own share sheet where there is one. */
export class InviteDialog extends LitElement {
  static override properties = { url: {}, name: {} };

  static override styles = [
    base,
    controls,
    dialogStyle,
    css`
      dialog {
        width: min(26rem, calc(100vw - 2rem));
      }
      h2 {
        overflow-wrap: anywhere;
      }
      qr-code {
        max-width: 17rem;
        margin: var(--gap-4) auto;
      }
      .hint {
        margin-top: var(--gap-3);
        text-wrap: pretty;
      }
      .actions {
        margin-top: var(--gap-3);
      }
    `,
  ];

  declare url: string;
  declare name: string;

  constructor() {
    super();
    this.url = '';
    this.name = '';
  }

  /** Opens the dialog; the focus goes back to where it was when it closes. */
  show(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading" @click=${this.#onBackdrop}>
      <header>
        <h2 id="heading">Invite to ${this.name}</h2>
        <button class="icon quiet close" type="button" aria-label="Close" @click=${this.#close}>
          ${icon('close')}
        </button>
      </header>
      <p class="soft small">
        Whoever opens this link joins the fabric. It holds the key, so give it to people you trust.
      </p>
      <qr-code .text=${this.url}></qr-code>
      <label for="link">Join link</label>
      <input id="link" class="code" type="text" readonly .value=${this.url} @focus=${selectAll} />
      <div class="actions">
        <copy-button .text=${this.url}></copy-button>
        ${canShare() ? html`<button type="button" @click=${this.#onShare}>${icon('share', 16)} Share</button>` : nothing}
      </div>
      ${
        isLoopback(this.url)
          ? html`<p class="hint small faint">
              This address works on this computer only. To invite other machines, start the server with
              <code>npm start -- --host</code>.
            </p>`
          : nothing
      }
    </dialog>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #onBackdrop = (event: Event): void => {
    if (event.target === event.currentTarget) this.#close();
  };

  readonly #onShare = (): void => {
    // Rejects when a person changes their mind, which is no failure.
    navigator.share({ title: `Join ${this.name}`, url: this.url }).catch(() => undefined);
  };
}

/** Whether an address reaches this computer only. */
export function isLoopback(url: string): boolean {
  try {
    return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
  } catch {
    return false;
  }
}

export function selectAll(event: Event): void {
  if (event.currentTarget instanceof HTMLInputElement) event.currentTarget.select();
}

function canShare(): boolean {
  return 'share' in navigator;
}

customElements.define('invite-dialog', InviteDialog);

declare global {
  interface HTMLElementTagNameMap {
    'invite-dialog': InviteDialog;
  }
}
