import { css, html, LitElement, type TemplateResult } from 'lit';
import { base, controls } from '../look/index.ts';

const SHOWN_MS = 1_800;

/** Copies a text and says that it did, or that the browser would not. */
export class CopyButton extends LitElement {
  static override properties = { text: {}, label: {}, outcome: { state: true } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: inline-block;
      }
      button {
        min-width: 7.5rem;
      }
    `,
  ];

  declare text: string;
  declare label: string;
  declare private outcome: 'none' | 'copied' | 'refused';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.text = '';
    this.label = 'Copy link';
    this.outcome = 'none';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const words = { none: this.label, copied: 'Copied', refused: 'Select and copy it' }[this.outcome];
    return html`<button type="button" @click=${this.#onClick}>${words}</button
      ><span class="unseen" role="status">${this.outcome === 'none' ? '' : words}</span>`;
  }

  readonly #onClick = (): void => {
    void this.#copy();
  };

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.outcome = 'copied';
    } catch {
      // No permission, or no secure context: the text stands beside the button, to be copied by hand.
      this.outcome = 'refused';
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.outcome = 'none';
    }, SHOWN_MS);
  }
}

customElements.define('copy-button', CopyButton);

declare global {
  interface HTMLElementTagNameMap {
    'copy-button': CopyButton;
  }
}
