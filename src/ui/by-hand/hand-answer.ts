import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Fabric, FabricFailure, HandAnswer } from '../../sdk/index.ts';
import { base, controls, pieces } from '../look/index.ts';
import { failureOf } from '../words/index.ts';
import { selectAll } from './hand-invite.ts';
import { handStyle } from './hand-style.ts';

/** The other end of an invitation by hand: takes it, shows the answer to send back, and waits for the link. */
export class HandAnswerPanel extends LitElement {
  static override properties = {
    fabric: { attribute: false },
    offer: {},
    answer: { state: true },
    failure: { state: true },
    isLinked: { state: true },
  };

  static override styles = [base, controls, pieces, handStyle];

  declare fabric: Fabric;
  /** The invitation, where a link brought it; asked for otherwise. */
  declare offer: string;
  declare private answer: HandAnswer | undefined;
  declare private failure: FabricFailure | undefined;
  declare private isLinked: boolean;

  constructor() {
    super();
    this.offer = '';
    this.isLinked = false;
  }

  protected override firstUpdated(): void {
    if (this.offer !== '') void this.#answer(this.offer);
  }

  protected override render(): TemplateResult {
    const { answer, failure } = this;
    if (this.isLinked) {
      return html`<p class="done" role="status">
        <span class="chip good"><i class="dot"></i>linked</span> You are in. The cells there introduce this one to the
        rest.
      </p>`;
    }
    const problem = failure ? html`<failure-card .failure=${failure}></failure-card>` : nothing;
    if (!answer) {
      if (this.offer !== '' && !failure) {
        return html`<p class="soft small" role="status">Finding the addresses of this computer…</p>`;
      }
      return html`<form @submit=${this.#onOffer}>
        <label for="offer">Invitation</label>
        <textarea id="offer" class="code" autocomplete="off" spellcheck="false"></textarea>
        <div class="actions"><button class="main" type="submit">Answer it</button></div>
        ${problem}
      </form>`;
    }
    return html`<ol>
      <li>
        <h3>Send this answer back</h3>
        <p class="soft small">
          To the person who invited you, who pastes it beside the invitation. Keep this tab open.
        </p>
        <qr-code .text=${answer.code} label="QR code of the answer"></qr-code>
        <label for="answer">Answer</label>
        <textarea id="answer" class="code" readonly .value=${answer.code} @focus=${selectAll}></textarea>
        <div class="actions"><copy-button .text=${answer.code} label="Copy answer"></copy-button></div>
      </li>
      <li>
        <h3>Wait for the link</h3>
        ${failure ? problem : html`<p class="soft small" role="status">Nothing more to do here: the link comes up when the answer is pasted.</p>`}
      </li>
    </ol>`;
  }

  readonly #onOffer = (event: Event): void => {
    event.preventDefault();
    void this.#answer(this.renderRoot.querySelector<HTMLTextAreaElement>('#offer')?.value ?? '');
  };

  async #answer(offer: string): Promise<void> {
    this.failure = undefined;
    try {
      this.answer = await this.fabric.byHand.answer(offer);
      await this.answer.linked;
      this.isLinked = true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}

customElements.define('hand-answer', HandAnswerPanel);

declare global {
  interface HTMLElementTagNameMap {
    'hand-answer': HandAnswerPanel;
  }
}
