import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { handOfferIn, type Fabric } from '../../sdk/index.ts';
import { base, controls, dialogStyle } from '../look/index.ts';
import { icon } from '../parts/index.ts';

/** The invitation: join link, QR code, copy, and the system's own share sheet where there is one. */
export class InviteDialog extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    link: {},
    way: { state: true },
  };

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
      .hand {
        margin-top: var(--gap-4);
        padding-top: var(--gap-4);
        border-top: 1px solid var(--line);
      }
    `,
  ];

  declare fabric: Fabric;
  /** The link that led here; it may carry an invitation by hand, which is answered here. */
  declare link: string;
  declare private way: 'link' | 'invite' | 'answer';

  constructor() {
    super();
    this.way = 'link';
    this.link = '';
  }

  get #invitation(): { readonly name: string; readonly joinUrl: string } {
    return this.fabric.snapshot().fabric;
  }

  /** Opens the dialog; the focus goes back to where it was when it closes. */
  show(): void {
    this.way = 'link';
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected override firstUpdated(): void {
    if (handOfferIn(this.link) === undefined) return;
    this.#go('answer');
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected override render(): TemplateResult {
    const { name } = this.#invitation;
    return html`<dialog aria-labelledby="heading" @click=${this.#onBackdrop}>
      <header>
        <h2 id="heading">${this.way === 'answer' ? `Join ${name} by hand` : `Invite to ${name}`}</h2>
        <button class="icon quiet close" type="button" aria-label="Close" @click=${this.#close}>
          ${icon('close')}
        </button>
      </header>
      ${this.way === 'link' ? this.#byLink() : this.#byHand()}
    </dialog>`;
  }

  #byHand(): TemplateResult {
    const { fabric } = this;
    const panel =
      this.way === 'invite'
        ? html`<hand-invite .fabric=${fabric}></hand-invite>`
        : html`<hand-answer .fabric=${fabric} .offer=${handOfferIn(this.link) ?? ''}></hand-answer>`;
    return html`${panel}
      <p class="hint">
        <button class="quiet little" type="button" @click=${() => this.#go('link')}>Invite by link instead</button>
      </p>`;
  }

  #byLink(): TemplateResult {
    const { joinUrl } = this.#invitation;
    return html`<p class="soft small">
        Whoever opens this link joins the fabric. It holds the key, so give it to people you trust.
      </p>
      <qr-code .text=${joinUrl}></qr-code>
      <label for="link">Join link</label>
      <input id="link" class="code" type="text" readonly .value=${joinUrl} @focus=${selectAll} />
      <div class="actions">
        <copy-button .text=${joinUrl}></copy-button>
        ${canShare() ? html`<button type="button" @click=${this.#onShare}>${icon('share', 16)} Share</button>` : nothing}
      </div>
      ${
        isLoopback(joinUrl)
          ? html`<p class="hint small faint">
              This address works on this computer only. To invite other machines, start the server with
              <code>npm start -- --host</code>.
            </p>`
          : nothing
      }
      <div class="hand">
        <p class="small soft">No signaling service that you both reach? Exchange two codes instead.</p>
        <div class="actions">
          <button class="little" type="button" @click=${() => this.#go('invite')}>Invite by hand</button>
          <button class="little" type="button" @click=${() => this.#go('answer')}>Answer an invitation</button>
        </div>
      </div>`;
  }

  #go(way: 'link' | 'invite' | 'answer'): void {
    this.way = way;
    // Few invitations are made by hand, so what they need is fetched when somebody makes one.
    if (way !== 'link') void import('../by-hand/index.ts');
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #onBackdrop = (event: Event): void => {
    if (event.target === event.currentTarget) this.#close();
  };

  readonly #onShare = (): void => {
    const { name, joinUrl } = this.#invitation;
    // Rejects when a person changes their mind, which is no failure.
    navigator.share({ title: `Join ${name}`, url: joinUrl }).catch(() => undefined);
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
