import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Fabric, FabricFailure, HandInvitation } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { failureOf } from '../words/index.ts';
import { handStyle } from './hand-style.ts';

/** An invitation by hand: shows it, takes the answer that comes back, and says when the two cells are linked. */
export class HandInvitePanel extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    invitation: { state: true },
    failure: { state: true },
    stage: { state: true },
  };

  static override styles = [base, controls, pieces, handStyle];

  declare fabric: Fabric;
  declare private invitation: HandInvitation | undefined;
  declare private failure: FabricFailure | undefined;
  declare private stage: 'showing' | 'linking' | 'linked';

  constructor() {
    super();
    this.stage = 'showing';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.stage !== 'linked') this.invitation?.cancel();
  }

  protected override firstUpdated(): void {
    void this.#invite();
  }

  protected override render(): TemplateResult {
    const { invitation, failure, stage } = this;
    if (stage === 'linked') {
      return html`<div class="done" role="status">
        <p>
          <span class="chip good"><i class="dot"></i>linked</span> The other tab is in. The cells here introduce it to
          the rest.
        </p>
        <div class="actions"><button type="button" @click=${this.#onAnother}>Invite another</button></div>
      </div>`;
    }
    if (!invitation) {
      return failure
        ? html`<failure-card .failure=${failure}></failure-card>`
        : html`<p class="soft small" role="status">Finding the addresses of this computer…</p>`;
    }
    return html`<ol>
      <li>
        <h3>Send this invitation</h3>
        <p class="soft small">
          Good for one person, for ten minutes. It holds the key of the fabric. Whoever opens it gets an answer to send
          back.
        </p>
        <qr-code .text=${invitation.url} label="QR code of the invitation"></qr-code>
        <label for="invitation">Invitation</label>
        <textarea id="invitation" class="code" readonly .value=${invitation.url} @focus=${selectAll}></textarea>
        <div class="actions"><copy-button .text=${invitation.url} label="Copy invitation"></copy-button></div>
      </li>
      <li>
        <form @submit=${this.#onAnswer}>
          <h3>Paste the answer</h3>
          <label for="answer">Answer</label>
          <textarea
            id="answer"
            class="code"
            autocomplete="off"
            spellcheck="false"
            ?disabled=${stage === 'linking'}
          ></textarea>
          <div class="actions">
            <button class="main" type="submit" ?disabled=${stage === 'linking'}>
              ${stage === 'linking' ? 'Linking…' : 'Link'}
            </button>
          </div>
          ${failure ? html`<failure-card .failure=${failure}></failure-card>` : nothing}
        </form>
      </li>
    </ol>`;
  }

  async #invite(): Promise<void> {
    this.failure = undefined;
    this.stage = 'showing';
    try {
      this.invitation = await this.fabric.byHand.invite();
      if (!this.isConnected) this.invitation.cancel();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  readonly #onAnother = (): void => {
    this.invitation = undefined;
    void this.#invite();
  };

  readonly #onAnswer = (event: Event): void => {
    event.preventDefault();
    const text = this.renderRoot.querySelector<HTMLTextAreaElement>('#answer')?.value ?? '';
    if (this.invitation) void this.#accept(this.invitation, text);
  };

  async #accept(invitation: HandInvitation, text: string): Promise<void> {
    this.stage = 'linking';
    this.failure = undefined;
    try {
      await invitation.accept(text);
      this.stage = 'linked';
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.stage = 'showing';
    }
  }
}

export function selectAll(event: Event): void {
  if (event.currentTarget instanceof HTMLTextAreaElement) event.currentTarget.select();
}

customElements.define('hand-invite', HandInvitePanel);

declare global {
  interface HTMLElementTagNameMap {
    'hand-invite': HandInvitePanel;
  }
}
