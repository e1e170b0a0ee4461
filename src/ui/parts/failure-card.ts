import { css, html, LitElement, type TemplateResult } from 'lit';
import { base } from '../look/index.ts';
import type { FabricFailure } from '../../sdk/index.ts';

/** A failure as a person should meet it: what happened, what to do about it, and the code for whoever helps. */
export class FailureCard extends LitElement {
  static override properties = { failure: { attribute: false }, heading: {} };

  static override styles = [
    base,
    css`
      :host {
        padding: var(--gap-4);
        border: 1px solid color-mix(in srgb, var(--madder) 30%, transparent);
        border-left: 4px solid var(--madder);
        border-radius: var(--corner);
        background: color-mix(in srgb, var(--madder-wash) 45%, var(--cloth));
        overflow-wrap: anywhere;
      }
      strong {
        display: block;
        color: var(--madder);
      }
      p + p {
        margin-top: var(--gap-2);
      }
      .said {
        white-space: pre-line;
      }
      .code {
        color: var(--ink-faint);
        font-size: var(--text-tiny);
      }
      ::slotted(*) {
        margin-top: var(--gap-3);
      }
    `,
  ];

  declare failure: FabricFailure | undefined;
  declare heading: string;

  constructor() {
    super();
    this.failure = undefined;
    this.heading = '';
  }

  protected override render(): TemplateResult {
    const { failure } = this;
    if (!failure) return html``;
    return html`<div role="alert">
        ${this.heading === '' ? '' : html`<strong>${this.heading}</strong>`}
        <p class="said">${failure.message}</p>
        <p class="soft">${failure.recovery}</p>
        <p class="code">${failure.code}</p>
      </div>
      <slot></slot>`;
  }
}

customElements.define('failure-card', FailureCard);

declare global {
  interface HTMLElementTagNameMap {
    'failure-card': FailureCard;
  }
}
