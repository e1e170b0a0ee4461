import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CellId, LeaseView } from '../../sdk/index.ts';
import { base, controls } from '../look/index.ts';
import type { LeaseDesk } from './lease-desk.ts';

/** What a lessor gives a holder to save its work, when it does not take a lease back at once. */
const GRACE_MS = 5_000;

type Question = 'free' | 'revoke';

/** What this cell may do with one lease now, as its holder, as its lessor, or as both. */
export class LeaseActions extends LitElement {
  static override properties = {
    lease: { attribute: false },
    self: {},
    desk: { attribute: false },
    question: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: var(--gap-1);
      }
      @media (min-width: 40rem) {
        div {
          flex-wrap: nowrap;
        }
      }
    `,
  ];

  declare lease: LeaseView;
  declare self: CellId | undefined;
  declare desk: LeaseDesk;
  declare private question: Question | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { lease, self, question } = this;
    if (lease.revokeState === 'fenced' && lease.lessor === self) {
      return html`<div>${this.#button('Unfence', () => this.desk.unfence(lease))}</div>`;
    }
    if (lease.state !== 'active' || self === undefined) return nothing;
    if (question === 'free') return this.#asked('Give this lease back?', this.#freeing());
    if (question === 'revoke') return this.#asked('Take this lease back?', this.#revoking());
    const isHeld = lease.holders.includes(self);
    const isBeingRevoked = lease.revokeState !== 'active';
    return html`<div>
      ${isHeld && isBeingRevoked ? this.#button('Saved', () => this.desk.checkpointed(lease)) : nothing}
      ${
        isHeld && !isBeingRevoked
          ? html`${lease.isOpened ? nothing : this.#button('Renew', () => this.desk.renew(lease))}
            ${this.#button('Share', () => this.desk.share(lease))}
            ${this.#button(lease.isOpened ? 'Close' : 'Free', () => this.#ask('free'))}`
          : nothing
      }
      ${
        lease.lessor === self && !isBeingRevoked && lease.holder !== self
          ? this.#button('Take back', () => this.#ask('revoke'))
          : nothing
      }
    </div>`;
  }

  #freeing(): TemplateResult {
    const { lease } = this;
    const text = lease.runId === undefined ? (lease.isOpened ? 'Close it' : 'Free it') : 'Free it and end its run';
    return this.#button(text, () => this.desk.free(lease), 'grave');
  }

  #revoking(): TemplateResult {
    const { lease } = this;
    return html`${this.#button('Now', () => this.desk.revoke(lease, 0), 'grave')}
    ${this.#button(`In ${GRACE_MS / 1_000} s`, () => this.desk.revoke(lease, GRACE_MS), 'grave')}`;
  }

  #asked(label: string, answers: TemplateResult): TemplateResult {
    return html`<div role="group" aria-label=${label}>
      ${answers}
      <button class="little quiet" type="button" @click=${() => this.#ask(undefined)}>Keep</button>
    </div>`;
  }

  #button(text: string, act: () => void, tone: 'grave' | '' = ''): TemplateResult {
    const click = (): void => {
      this.question = undefined;
      act();
    };
    return html`<button class="little ${tone}" type="button" @click=${click}>${text}</button>`;
  }

  #ask(question: Question | undefined): void {
    this.question = question;
    void this.updateComplete.then(() => this.renderRoot.querySelector('button')?.focus());
  }
}

customElements.define('lease-actions', LeaseActions);

declare global {
  interface HTMLElementTagNameMap {
    'lease-actions': LeaseActions;
  }
}
