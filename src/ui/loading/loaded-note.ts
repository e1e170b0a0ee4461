import { css, html, LitElement, type TemplateResult } from 'lit';
import type { LoadedProgram } from '../../sdk/index.ts';
import { base, controls } from '../look/index.ts';
import { formatBytes } from '../words/index.ts';

const HASH_LETTERS = 16;

/** What there is to say of a loaded program besides what it does: which bundle it is, how long it stays, how it goes. */
export class LoadedNote extends LitElement {
  static override properties = {
    loaded: { attribute: false },
    onRemove: { attribute: false },
    isAsked: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--gap-2);
        padding-top: var(--gap-3);
        border-top: 1px solid var(--line);
        font-size: var(--text-small);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--gap-2);
      }
    `,
  ];

  declare loaded: LoadedProgram;
  declare onRemove: () => void;
  declare private isAsked: boolean;

  constructor() {
    super();
    this.onRemove = () => undefined;
    this.isAsked = false;
  }

  protected override render(): TemplateResult {
    const { id, sizeBytes, isKept } = this.loaded;
    return html`<div class="row">
        <span class="soft"
          >Bundle <code title="SHA-256 of the bundle: ${id}" data-hash=${id}>${id.slice(0, HASH_LETTERS)}</code>,
          ${formatBytes(sizeBytes)}${isKept ? '' : '; there was no room to keep it, so it goes with this tab'}</span
        >
        ${this.isAsked ? '' : html`<button class="little" type="button" @click=${this.#onAsk}>Remove</button>`}
      </div>
      ${
        this.isAsked
          ? html`<div class="row" role="group" aria-label="Remove this program?">
              <span>Remove it from this browser?</span>
              <div class="actions">
                <button class="little grave" type="button" @click=${() => this.onRemove()}>Remove</button>
                <button class="little" type="button" @click=${this.#onKeep}>Keep it</button>
              </div>
            </div>`
          : ''
      }`;
  }

  readonly #onAsk = (): void => {
    this.isAsked = true;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('.actions button:last-child')?.focus(),
    );
  };

  readonly #onKeep = (): void => {
    this.isAsked = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector('button')?.focus());
  };
}

customElements.define('loaded-note', LoadedNote);

declare global {
  interface HTMLElementTagNameMap {
    'loaded-note': LoadedNote;
  }
}
